/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest.Codec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options that picocli does not know. */
final class Values {
    private Values() {}

    /** Reads sizes such as {@code 512MB}. */
    static final class Size implements ITypeConverter<MemorySize> {
        @Override
        public MemorySize convert(String text) {
            try {
                return MemorySize.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Reads times such as {@code 1ms}, {@code 30s}, {@code 20m} and {@code 2h}. */
    static final class Time implements ITypeConverter<Duration> {
        private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
        private static final Map<String, Duration> UNITS = Map.of(
                "ms", Duration.ofMillis(1),
                "s", Duration.ofSeconds(1),
                "m", Duration.ofMinutes(1),
                "h", Duration.ofHours(1));

        @Override
        public Duration convert(String text) {
            Matcher matcher = TEXT.matcher(text.trim().toLowerCase(Locale.ROOT));
            Duration unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
            if (unit == null) {
                throw new TypeConversionException("Cannot read a time such as 30s, 20m or 2h: '" + text + "'");
            }
            return unit.multipliedBy(Long.parseLong(matcher.group(1)));
        }
    }

    /** Reads amounts of US dollars such as {@code 1.50}. */
    static final class Dollars implements ITypeConverter<BigDecimal> {
        private static final Pattern TEXT = Pattern.compile("\\d{1,9}(\\.\\d{1,6})?");

        @Override
        public BigDecimal convert(String text) {
            if (!TEXT.matcher(text.trim()).matches()) {
                throw new TypeConversionException("Cannot read US dollars such as 5 or 1.50: '" + text + "'");
            }
            return new BigDecimal(text.trim());
        }
    }

    /** Reads codecs such as {@code zstd} and {@code lz4-raw}. */
    static final class CodecName implements ITypeConverter<Codec> {
        @Override
        public Codec convert(String text) {
            for (Codec codec : Codec.values()) {
                if (codec.name().equalsIgnoreCase(text.replace('-', '_'))) {
                    return codec;
                }
            }
            throw new TypeConversionException("expected one of as-input, uncompressed, snappy, gzip, zstd, lz4-raw"
                    + " (without case) but was '" + text + "'");
        }
    }
}
