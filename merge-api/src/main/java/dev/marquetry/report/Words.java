/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.MergeResult.Move;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.Resource;
import dev.marquetry.report.MergeReport.Outcome;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;

/** Figures and names as people read them. */
final class Words {
    static final String UNKNOWN = "not known";

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Words() {}

    static String size(long bytes) {
        return Resource.DISK.format(bytes);
    }

    static String size(OptionalLong bytes) {
        return bytes.isPresent() ? size(bytes.getAsLong()) : UNKNOWN;
    }

    static String time(Duration time) {
        return time.toMinutes() < 60
                ? Resource.ELAPSED.format(time.toMillis())
                : time.toHours() + " h " + time.toMinutesPart() + " min";
    }

    /** Returns megabytes (10^6 bytes) each second. */
    static String rate(OptionalLong bytesPerSecond) {
        return bytesPerSecond.isPresent()
                ? String.format(Locale.ROOT, "%.1f MB/s", bytesPerSecond.getAsLong() / 1e6)
                : UNKNOWN;
    }

    static String dollars(BigDecimal cost) {
        return "$" + cost.setScale(2, RoundingMode.UP).toPlainString();
    }

    static String moment(Instant instant) {
        return MOMENT.format(instant);
    }

    static String percent(double part, double whole) {
        return whole == 0 ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * part / whole);
    }

    static String counted(long count, String noun) {
        return Html.grouped(count) + " " + noun + (count == 1 ? "" : "s");
    }

    static String outcome(Outcome outcome) {
        return switch (outcome) {
            case DONE -> "done";
            case SKIPPED -> "done earlier";
            case FAILED -> "failed";
            case NOT_BEGUN -> "not begun";
            case RUNNING -> "running";
        };
    }

    static String move(Move move) {
        return switch (move) {
            case COPIED -> "copied";
            case PAGE_COPIED -> "page-copied";
            case SPLICED -> "spliced";
            case GATHERED -> "gathered";
        };
    }

    static String rowMap(RowMapKind kind) {
        return switch (kind) {
            case IDENTICAL -> "identical";
            case ORDERED -> "ordered";
            case PERMUTED -> "permuted";
        };
    }

    static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
