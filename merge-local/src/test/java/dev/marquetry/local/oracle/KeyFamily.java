/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.apache.parquet.io.api.Binary;

/**
 * Types whose values are compared as one kind of key. Ordinals map to values of each type in ascending order; {@code
 * near} 1 gives a value just beside the ordinal's own, which must not match it.
 */
public enum KeyFamily {
    INTEGER(
            List.of(ColumnType.INT64, ColumnType.INT32, ColumnType.INT_64, ColumnType.INT_32, ColumnType.INT_16),
            false),
    UNSIGNED_32(List.of(ColumnType.UINT_32), false),
    UNSIGNED_64(List.of(ColumnType.UINT_64), false),
    TIMESTAMP_UTC(
            List.of(ColumnType.TIMESTAMP_MILLIS_UTC, ColumnType.TIMESTAMP_MICROS_UTC, ColumnType.TIMESTAMP_NANOS_UTC),
            true),
    TIMESTAMP_LOCAL(
            List.of(
                    ColumnType.TIMESTAMP_MILLIS_LOCAL,
                    ColumnType.TIMESTAMP_MICROS_LOCAL,
                    ColumnType.TIMESTAMP_NANOS_LOCAL),
            true),
    INT96(List.of(ColumnType.INT96), true),
    TIME(List.of(ColumnType.TIME_MILLIS_LOCAL, ColumnType.TIME_MICROS_LOCAL, ColumnType.TIME_NANOS_LOCAL), true),
    DATE(List.of(ColumnType.DATE), false),
    STRING(List.of(ColumnType.STRING), true),
    BINARY(List.of(ColumnType.BINARY), true),
    FIXED(List.of(ColumnType.FIXED), false),
    DECIMAL_INT32(List.of(ColumnType.DECIMAL_INT32), false),
    DECIMAL_INT64(List.of(ColumnType.DECIMAL_INT64), false),
    DECIMAL_BINARY(List.of(ColumnType.DECIMAL_BINARY), false),
    DECIMAL_FIXED(List.of(ColumnType.DECIMAL_FIXED), false),
    UUID(List.of(ColumnType.UUID), false),
    BOOLEAN(List.of(ColumnType.BOOLEAN), false);

    private final List<ColumnType> types;
    private final boolean hasNear;

    KeyFamily(List<ColumnType> types, boolean hasNear) {
        this.types = types;
        this.hasNear = hasNear;
    }

    List<ColumnType> types() {
        return types;
    }

    /** Returns whether {@code type} can hold a value just beside an ordinal's own. */
    boolean hasNear(ColumnType type) {
        return hasNear && type != types.get(0) || hasNear && types.size() == 1;
    }

    /** Returns the ordinal's value in {@code type}, or the one just beside it if {@code near} is 1. */
    public static Object value(ColumnType type, long ordinal, int near) {
        return switch (type) {
            case INT32, INT_32, INT_16, DATE, DECIMAL_INT32 -> Math.toIntExact(ordinal - 700);
            case INT64, INT_64, DECIMAL_INT64 -> ordinal - 700;
            case UINT_32 -> (int) (ordinal + Integer.MAX_VALUE - 700);
            case UINT_64 -> ordinal + (Long.MAX_VALUE - 700);
            case TIMESTAMP_MILLIS_UTC, TIMESTAMP_MILLIS_LOCAL -> ordinal - 700;
            case TIMESTAMP_MICROS_UTC, TIMESTAMP_MICROS_LOCAL -> (ordinal - 700) * 1_000 + near;
            case TIMESTAMP_NANOS_UTC, TIMESTAMP_NANOS_LOCAL -> (ordinal - 700) * 1_000_000 + near;
            case INT96 -> ColumnType.int96((ordinal - 700) * 60_000_000_000L + near * 1_000L);
            case TIME_MILLIS_LOCAL -> Math.toIntExact(ordinal);
            case TIME_MICROS_LOCAL -> ordinal * 1_000 + near;
            case TIME_NANOS_LOCAL -> ordinal * 1_000_000 + near;
            case STRING, BINARY -> Binary.fromString(word(ordinal) + (near == 0 ? "" : "\u0000"));
            case FIXED -> Binary.fromString(word(ordinal));
            case DECIMAL_BINARY -> ColumnType.variableDecimal(BigInteger.valueOf(ordinal - 700));
            case DECIMAL_FIXED -> ColumnType.fixedDecimal(BigInteger.valueOf(ordinal - 700), 16);
            case UUID ->
                Binary.fromConstantByteArray(ByteBuffer.allocate(16)
                        .putLong(ordinal << 50)
                        .putLong(~ordinal)
                        .array());
            case BOOLEAN -> (ordinal & 1) == 1;
            default -> throw new IllegalArgumentException("not a key type: " + type);
        };
    }

    /** Returns an INT96 as TIMESTAMP_NANOS. */
    public static Object instantOfInt96(Object int96) {
        return ColumnType.nanosOfInt96((Binary) int96);
    }

    private static String word(long ordinal) {
        return String.format(Locale.ROOT, "%05d", ordinal);
    }

    /** Returns what two physical values have in common when they are the same key, whatever their types' widths. */
    static Object canonical(ColumnType type, Object value) {
        return switch (type) {
            case INT96 -> BigInteger.valueOf(ColumnType.nanosOfInt96((Binary) value));
            case UINT_32 -> BigInteger.valueOf(Integer.toUnsignedLong((Integer) value));
            case UINT_64 -> new BigInteger(Long.toUnsignedString((Long) value));
            case TIME_MILLIS_LOCAL, TIMESTAMP_MILLIS_UTC, TIMESTAMP_MILLIS_LOCAL ->
                whole(value).multiply(BigInteger.valueOf(1_000_000));
            case TIME_MICROS_LOCAL, TIMESTAMP_MICROS_UTC, TIMESTAMP_MICROS_LOCAL ->
                whole(value).multiply(BigInteger.valueOf(1_000));
            case DECIMAL_BINARY, DECIMAL_FIXED -> new BigInteger(((Binary) value).getBytes());
            default -> value instanceof Number ? whole(value) : value;
        };
    }

    private static BigInteger whole(Object value) {
        return BigInteger.valueOf(((Number) value).longValue());
    }
}
