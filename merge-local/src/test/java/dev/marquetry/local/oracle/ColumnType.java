/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MILLIS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.NANOS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timeType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * Every flat type of parquet, with values in their physical form: Integer, Long, Float, Double, Boolean or Binary.
 */
public enum ColumnType {
    INT32(PrimitiveTypeName.INT32, 0, null),
    INT_8(PrimitiveTypeName.INT32, 0, intType(8, true)),
    INT_16(PrimitiveTypeName.INT32, 0, intType(16, true)),
    INT_32(PrimitiveTypeName.INT32, 0, intType(32, true)),
    UINT_8(PrimitiveTypeName.INT32, 0, intType(8, false)),
    UINT_16(PrimitiveTypeName.INT32, 0, intType(16, false)),
    UINT_32(PrimitiveTypeName.INT32, 0, intType(32, false)),
    INT64(PrimitiveTypeName.INT64, 0, null),
    INT_64(PrimitiveTypeName.INT64, 0, intType(64, true)),
    UINT_64(PrimitiveTypeName.INT64, 0, intType(64, false)),
    FLOAT(PrimitiveTypeName.FLOAT, 0, null),
    DOUBLE(PrimitiveTypeName.DOUBLE, 0, null),
    FLOAT16(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 2, LogicalTypeAnnotation.float16Type()),
    BOOLEAN(PrimitiveTypeName.BOOLEAN, 0, null),
    STRING(PrimitiveTypeName.BINARY, 0, LogicalTypeAnnotation.stringType()),
    ENUM(PrimitiveTypeName.BINARY, 0, LogicalTypeAnnotation.enumType()),
    JSON(PrimitiveTypeName.BINARY, 0, LogicalTypeAnnotation.jsonType()),
    BSON(PrimitiveTypeName.BINARY, 0, LogicalTypeAnnotation.bsonType()),
    BINARY(PrimitiveTypeName.BINARY, 0, null),
    FIXED(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 5, null),
    DECIMAL_INT32(PrimitiveTypeName.INT32, 0, decimalType(2, 9)),
    DECIMAL_INT64(PrimitiveTypeName.INT64, 0, decimalType(4, 18)),
    DECIMAL_BINARY(PrimitiveTypeName.BINARY, 0, decimalType(6, 30)),
    DECIMAL_FIXED(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 16, decimalType(10, 38)),
    DECIMAL_WIDE(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 25, decimalType(8, 58)),
    DATE(PrimitiveTypeName.INT32, 0, dateType()),
    TIME_MILLIS_UTC(PrimitiveTypeName.INT32, 0, timeType(true, MILLIS)),
    TIME_MILLIS_LOCAL(PrimitiveTypeName.INT32, 0, timeType(false, MILLIS)),
    TIME_MICROS_UTC(PrimitiveTypeName.INT64, 0, timeType(true, MICROS)),
    TIME_MICROS_LOCAL(PrimitiveTypeName.INT64, 0, timeType(false, MICROS)),
    TIME_NANOS_UTC(PrimitiveTypeName.INT64, 0, timeType(true, NANOS)),
    TIME_NANOS_LOCAL(PrimitiveTypeName.INT64, 0, timeType(false, NANOS)),
    TIMESTAMP_MILLIS_UTC(PrimitiveTypeName.INT64, 0, timestampType(true, MILLIS)),
    TIMESTAMP_MILLIS_LOCAL(PrimitiveTypeName.INT64, 0, timestampType(false, MILLIS)),
    TIMESTAMP_MICROS_UTC(PrimitiveTypeName.INT64, 0, timestampType(true, MICROS)),
    TIMESTAMP_MICROS_LOCAL(PrimitiveTypeName.INT64, 0, timestampType(false, MICROS)),
    TIMESTAMP_NANOS_UTC(PrimitiveTypeName.INT64, 0, timestampType(true, NANOS)),
    TIMESTAMP_NANOS_LOCAL(PrimitiveTypeName.INT64, 0, timestampType(false, NANOS)),
    INT96(PrimitiveTypeName.INT96, 0, null),
    INTERVAL(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 12, LogicalTypeAnnotation.intervalType()),
    UUID(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 16, LogicalTypeAnnotation.uuidType());

    private static final long MILLIS_PER_DAY = 86_400_000L;
    private static final int JULIAN_DAY_OF_1970 = 2_440_588;
    private static final List<String> WORDS =
            List.of("", "a", "ab", "\u00e9t\u00e9", "\u6f22\u5b57", "\ud83d\ude80", "null", "zz top", "\u007f", " ");

    private final PrimitiveTypeName physical;
    private final int length;
    private final LogicalTypeAnnotation logical;

    ColumnType(PrimitiveTypeName physical, int length, LogicalTypeAnnotation logical) {
        this.physical = physical;
        this.length = length;
        this.logical = logical;
    }

    PrimitiveTypeName physical() {
        return physical;
    }

    boolean isFloating() {
        return this == FLOAT || this == DOUBLE || this == FLOAT16;
    }

    PrimitiveType primitive(String name, boolean required) {
        Types.PrimitiveBuilder<PrimitiveType> type = required ? Types.required(physical) : Types.optional(physical);
        if (length > 0) {
            type = type.length(length);
        }
        return (logical == null ? type : type.as(logical)).named(name);
    }

    /** Returns a value anywhere in the type's range. */
    public Object random(RandomGenerator random) {
        return switch (this) {
            case INT32, INT_32, UINT_32 -> random.nextInt();
            case INT_8 -> (int) (byte) random.nextInt();
            case INT_16 -> (int) (short) random.nextInt();
            case UINT_8 -> random.nextInt(256);
            case UINT_16 -> random.nextInt(65_536);
            case INT64, INT_64, UINT_64 -> random.nextLong();
            case FLOAT -> (float) random.nextGaussian();
            case DOUBLE -> random.nextGaussian() * 1e6;
            case BOOLEAN -> random.nextBoolean();
            case STRING, ENUM -> text(random);
            case JSON -> Binary.fromString("{\"k\":" + random.nextInt(1000) + "}");
            case BSON, BINARY -> bytes(random, random.nextInt(random.nextInt(10) == 0 ? 200 : 12));
            case FLOAT16, FIXED, UUID -> bytes(random, length);
            case INTERVAL -> interval(random.nextInt(1000), random.nextInt(1000), random.nextInt(1_000_000));
            case DECIMAL_INT32 -> random.nextInt(-999_999_999, 1_000_000_000);
            case DECIMAL_INT64 -> random.nextLong(-999_999_999_999_999_999L, 1_000_000_000_000_000_000L);
            case DECIMAL_BINARY -> variableDecimal(unscaled(random, 90));
            case DECIMAL_FIXED -> fixedDecimal(unscaled(random, 120), 16);
            case DECIMAL_WIDE -> fixedDecimal(unscaled(random, 180), 25);
            case DATE -> random.nextInt(-200_000, 200_000);
            case TIME_MILLIS_UTC, TIME_MILLIS_LOCAL -> random.nextInt((int) MILLIS_PER_DAY);
            case TIME_MICROS_UTC, TIME_MICROS_LOCAL -> random.nextLong(MILLIS_PER_DAY * 1_000);
            case TIME_NANOS_UTC, TIME_NANOS_LOCAL -> random.nextLong(MILLIS_PER_DAY * 1_000_000);
            case TIMESTAMP_MILLIS_UTC, TIMESTAMP_MILLIS_LOCAL -> random.nextLong(-1L << 40, 1L << 42);
            case TIMESTAMP_MICROS_UTC, TIMESTAMP_MICROS_LOCAL -> random.nextLong(-1L << 50, 1L << 52);
            case TIMESTAMP_NANOS_UTC, TIMESTAMP_NANOS_LOCAL -> random.nextLong(-1L << 60, 1L << 61);
            case INT96 -> int96(random.nextLong(-1L << 60, 1L << 61));
        };
    }

    /** Returns the edges of the type's range and what else tends to go wrong. */
    List<Object> extremes() {
        return switch (this) {
            case INT32, INT_32, UINT_32 -> List.of(Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE);
            case INT_8 -> List.of(-128, -1, 0, 127);
            case INT_16 -> List.of(-32_768, -1, 0, 32_767);
            case UINT_8 -> List.of(0, 127, 128, 255);
            case UINT_16 -> List.of(0, 32_767, 32_768, 65_535);
            case INT64, INT_64, UINT_64 -> List.of(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE);
            case FLOAT ->
                List.of(
                        Float.NaN,
                        0f,
                        -0f,
                        Float.POSITIVE_INFINITY,
                        Float.NEGATIVE_INFINITY,
                        Float.MIN_VALUE,
                        Float.MAX_VALUE);
            case DOUBLE ->
                List.of(
                        Double.NaN,
                        0d,
                        -0d,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        Double.MIN_VALUE,
                        Double.MAX_VALUE);
            case FLOAT16 -> List.of(half(0x7e00), half(0), half(0x8000), half(0x7c00), half(0xfc00), half(0x7bff));
            case BOOLEAN -> List.of(true, false);
            case STRING, ENUM ->
                List.of(
                        Binary.fromString(""),
                        Binary.fromString("\u0000"),
                        Binary.fromString("\uffff".repeat(30)),
                        Binary.fromString("z".repeat(300)),
                        Binary.fromString("\ud83d\ude80".repeat(40)));
            case JSON -> List.of(Binary.fromString("null"), Binary.fromString("[]"), Binary.fromString("\"\""));
            case BSON, BINARY ->
                List.of(
                        Binary.EMPTY,
                        filled(1, 0),
                        filled(1, 0xff),
                        filled(150, 0xff),
                        filled(150, 0),
                        filled(3, 0x80));
            case FIXED, UUID -> List.of(filled(length, 0), filled(length, 0xff), filled(length, 0x80));
            case INTERVAL -> List.of(interval(0, 0, 0), interval(1, 2, 3));
            case DECIMAL_INT32 -> List.of(-999_999_999, -1, 0, 999_999_999);
            case DECIMAL_INT64 -> List.of(-999_999_999_999_999_999L, -1L, 0L, 999_999_999_999_999_999L);
            case DECIMAL_BINARY ->
                nines(30).stream().<Object>map(ColumnType::variableDecimal).toList();
            case DECIMAL_FIXED ->
                nines(38).stream().<Object>map(v -> fixedDecimal(v, 16)).toList();
            case DECIMAL_WIDE ->
                nines(58).stream().<Object>map(v -> fixedDecimal(v, 25)).toList();
            case DATE -> List.of(-719_162, -1, 0, 2_932_896);
            case TIME_MILLIS_UTC, TIME_MILLIS_LOCAL -> List.of(0, (int) MILLIS_PER_DAY - 1);
            case TIME_MICROS_UTC, TIME_MICROS_LOCAL -> List.of(0L, MILLIS_PER_DAY * 1_000 - 1);
            case TIME_NANOS_UTC, TIME_NANOS_LOCAL -> List.of(0L, MILLIS_PER_DAY * 1_000_000 - 1);
            case TIMESTAMP_MILLIS_UTC, TIMESTAMP_MILLIS_LOCAL -> List.of(Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE);
            case TIMESTAMP_MICROS_UTC, TIMESTAMP_MICROS_LOCAL, TIMESTAMP_NANOS_UTC, TIMESTAMP_NANOS_LOCAL ->
                List.of(Long.MIN_VALUE + 2, -1L, 0L, 1L, Long.MAX_VALUE - 1);
            case INT96 -> List.of(int96(0), int96(-1), int96(MILLIS_PER_DAY * 1_000_000 - 1));
        };
    }

    private static List<Object> nines(int digits) {
        BigInteger most = BigInteger.TEN.pow(digits).subtract(BigInteger.ONE);
        return List.of(most, most.negate(), BigInteger.ZERO, BigInteger.valueOf(-1), BigInteger.valueOf(128));
    }

    private static BigInteger unscaled(RandomGenerator random, int bits) {
        byte[] bytes = new byte[bits / 8];
        random.nextBytes(bytes);
        return new BigInteger(bytes).shiftRight(random.nextInt(bits));
    }

    static Binary variableDecimal(Object unscaled) {
        return Binary.fromConstantByteArray(((BigInteger) unscaled).toByteArray());
    }

    static Binary fixedDecimal(Object unscaled, int length) {
        byte[] shortest = ((BigInteger) unscaled).toByteArray();
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) (shortest[0] >> 7));
        System.arraycopy(shortest, 0, bytes, length - shortest.length, shortest.length);
        return Binary.fromConstantByteArray(bytes);
    }

    /** Returns the INT96 of an instant in nanoseconds since 1970. */
    static Binary int96(long nanos) {
        long perDay = MILLIS_PER_DAY * 1_000_000;
        ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(Math.floorMod(nanos, perDay)).putInt((int) Math.floorDiv(nanos, perDay) + JULIAN_DAY_OF_1970);
        return Binary.fromConstantByteArray(bytes.array());
    }

    /** Returns the nanoseconds since 1970 of an INT96. */
    static long nanosOfInt96(Binary value) {
        ByteBuffer bytes = ByteBuffer.wrap(value.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
        long ofDay = bytes.getLong();
        return (bytes.getInt() - JULIAN_DAY_OF_1970) * MILLIS_PER_DAY * 1_000_000 + ofDay;
    }

    private static Binary interval(int months, int days, int millis) {
        ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(months).putInt(days).putInt(millis);
        return Binary.fromConstantByteArray(bytes.array());
    }

    private static Binary half(int bits) {
        return Binary.fromConstantByteArray(new byte[] {(byte) bits, (byte) (bits >> 8)});
    }

    private static Binary filled(int length, int with) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) with);
        return Binary.fromConstantByteArray(bytes);
    }

    private static Binary bytes(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Binary.fromConstantByteArray(bytes);
    }

    private static Binary text(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (int words = random.nextInt(4); words > 0; words--) {
            text.append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return Binary.fromString(
                text.append(random.nextInt(5) == 0 ? "" : random.nextInt(1000)).toString());
    }
}
