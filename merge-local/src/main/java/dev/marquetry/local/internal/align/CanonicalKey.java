/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.plan.KeyType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.format.Type;

/**
 * Writes values that files store differently as the same bytes where they are equal: points in time as seconds and
 * nanoseconds, decimals without trailing zeros, integers with an explicit ninth byte.
 */
final class CanonicalKey {
    private static final long JULIAN_EPOCH_DAY = 2_440_588;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private CanonicalKey() {}

    /** Returns {@code value}, an INT32, INT64 or BOOLEAN of {@code type} widened to a long, in canonical form. */
    static byte[] of(KeyType type, long value) {
        return switch (type.kind()) {
            case TIME, TIMESTAMP ->
                instant(
                        Math.floorDiv(value, type.unitsPerSecond()),
                        Math.floorMod(value, type.unitsPerSecond()) * (NANOS_PER_SECOND / type.unitsPerSecond()));
            case DECIMAL -> decimal(new BigDecimal(BigInteger.valueOf(value), type.scale()));
            case INTEGER, BOOLEAN, DATE, BYTES ->
                ByteBuffer.allocate(9)
                        .put((byte) (value >= 0 ? 1 : type.isUnsigned64() ? 2 : 0))
                        .putLong(value)
                        .array();
        };
    }

    /** Returns the bytes {@code [from, to)}, an INT96, BINARY or FIXED of {@code type}, in canonical form. */
    static byte[] of(KeyType type, byte[] bytes, int from, int to) {
        if (type.physical() == Type.INT96) {
            ByteBuffer parts = ByteBuffer.wrap(bytes, from, 12).order(ByteOrder.LITTLE_ENDIAN);
            long nanosOfDay = parts.getLong();
            long day = parts.getInt() - JULIAN_EPOCH_DAY;
            return instant(
                    day * SECONDS_PER_DAY + Math.floorDiv(nanosOfDay, NANOS_PER_SECOND),
                    Math.floorMod(nanosOfDay, NANOS_PER_SECOND));
        }
        byte[] value = Arrays.copyOfRange(bytes, from, to);
        return switch (type.kind()) {
            case DECIMAL ->
                decimal(new BigDecimal(value.length == 0 ? BigInteger.ZERO : new BigInteger(value), type.scale()));
            case INTEGER, BOOLEAN, DATE, TIME, TIMESTAMP, BYTES -> value;
        };
    }

    private static byte[] instant(long seconds, long nanos) {
        return ByteBuffer.allocate(12)
                .putLong(seconds ^ Long.MIN_VALUE) // so that bytes compare as instants do
                .putInt((int) nanos)
                .array();
    }

    private static byte[] decimal(BigDecimal value) {
        BigDecimal stripped = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        byte[] unscaled = stripped.unscaledValue().toByteArray();
        return ByteBuffer.allocate(4 + unscaled.length)
                .putInt(stripped.scale())
                .put(unscaled)
                .array();
    }

    /** Returns a canonical value for messages. */
    static String text(KeyType type, byte[] canonical) {
        ByteBuffer parts = ByteBuffer.wrap(canonical);
        return switch (type.kind()) {
            case TIME, TIMESTAMP ->
                LongPart.instant(parts.getLong() ^ Long.MIN_VALUE, parts.getInt())
                        .toString();
            case DECIMAL -> {
                int scale = parts.getInt();
                yield new BigDecimal(new BigInteger(canonical, 4, canonical.length - 4), scale).toPlainString();
            }
            case INTEGER -> parts.get() == 2 ? Long.toUnsignedString(parts.getLong()) : Long.toString(parts.getLong());
            case BOOLEAN, DATE -> Long.toString(parts.getLong(1));
            case BYTES -> BytesPart.text(canonical);
        };
    }
}
