/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.run;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts as Cloud Run writes them: {@code 16Gi}, {@code 512M}, {@code 2000m}. */
final class Quantity {
    private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?");
    private static final Map<String, BigDecimal> UNITS = Map.of(
            "m", new BigDecimal("0.001"),
            "k", new BigDecimal(1_000),
            "M", new BigDecimal(1_000_000),
            "G", new BigDecimal(1_000_000_000),
            "T", new BigDecimal(1_000_000_000_000L),
            "Ki", new BigDecimal(1L << 10),
            "Mi", new BigDecimal(1L << 20),
            "Gi", new BigDecimal(1L << 30),
            "Ti", new BigDecimal(1L << 40));

    private Quantity() {}

    /** Returns {@code text} in thousandths, rounded down; empty if it is no amount. */
    static OptionalLong thousandths(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return OptionalLong.empty();
        }
        BigDecimal unit = parts.group(2) == null ? BigDecimal.ONE : UNITS.getOrDefault(parts.group(2), BigDecimal.ONE);
        BigDecimal value = new BigDecimal(parts.group(1)).multiply(unit).movePointRight(3);
        return OptionalLong.of(value.setScale(0, RoundingMode.DOWN).longValue());
    }
}
