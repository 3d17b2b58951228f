/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory or disk in bytes. Immutable and thread-safe.
 *
 * @param bytes the amount, zero or more
 */
public record MemorySize(long bytes) implements Comparable<MemorySize> {
    private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgt]?i?b?)");
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("k", 1L << 10),
            Map.entry("m", 1L << 20),
            Map.entry("g", 1L << 30),
            Map.entry("t", 1L << 40),
            Map.entry("kb", 1_000L),
            Map.entry("mb", 1_000_000L),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("tb", 1_000_000_000_000L),
            Map.entry("kib", 1L << 10),
            Map.entry("mib", 1L << 20),
            Map.entry("gib", 1L << 30),
            Map.entry("tib", 1L << 40));

    /**
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public MemorySize {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative but was " + bytes);
        }
    }

    /** Returns {@code count} bytes. */
    public static MemorySize bytes(long count) {
        return new MemorySize(count);
    }

    /** Returns {@code count} KiB (1,024 bytes each). */
    public static MemorySize kib(long count) {
        return new MemorySize(Math.multiplyExact(count, 1L << 10));
    }

    /** Returns {@code count} MiB (1,048,576 bytes each). */
    public static MemorySize mib(long count) {
        return new MemorySize(Math.multiplyExact(count, 1L << 20));
    }

    /** Returns {@code count} GiB (1,073,741,824 bytes each). */
    public static MemorySize gib(long count) {
        return new MemorySize(Math.multiplyExact(count, 1L << 30));
    }

    /**
     * Reads a size such as {@code 512MiB}, {@code 512MB}, {@code 1.5g} or {@code 1048576}. Units with an {@code i} and
     * single letters count in powers of 1,024, {@code kB}, {@code MB}, {@code GB} and {@code TB} in powers of 1,000.
     * Case does not matter.
     *
     * @throws IllegalArgumentException if {@code text} is not a size
     */
    public static MemorySize parse(String text) {
        Objects.requireNonNull(text, "text");
        Matcher matcher = TEXT.matcher(text.trim().toLowerCase(Locale.ROOT));
        Long unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("Cannot read a size such as 512MB or 2GiB: '" + text + "'");
        }
        BigDecimal amount = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        if (amount.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("Cannot count a size of more than 8 EiB: '" + text + "'");
        }
        return new MemorySize(amount.setScale(0, RoundingMode.HALF_UP).longValueExact());
    }

    @Override
    public int compareTo(MemorySize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** Returns the size for people, such as {@code 512.0 MiB}. */
    @Override
    public String toString() {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int power = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        double amount = bytes / (double) (1L << (10 * power));
        return String.format(Locale.ROOT, "%.1f %siB", amount, "KMGTPE".charAt(power - 1));
    }
}
