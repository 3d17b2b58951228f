/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.apache.parquet.schema.LogicalTypeAnnotation.bsonType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.enumType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.float16Type;
import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.intervalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.jsonType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timeType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.unknownType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.uuidType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT96;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * A column type with the values most easily lost on the way.
 *
 * @param capability what a strategy must be capable of, or null if every one is
 */
record TypeCase(
        String name,
        PrimitiveTypeName physical,
        int length,
        @Nullable LogicalTypeAnnotation logical,
        @Nullable Capability capability,
        List<Object> values) {

    private static final long SECONDS_2026 = 1_795_262_400L;
    private static final String NINES_38 = "9".repeat(38);
    private static final String NINES_47 = "9".repeat(47);

    PrimitiveType type(Repetition repetition, String column) {
        return Types.primitive(physical, repetition).length(length).as(logical).named(column);
    }

    @Override
    public String toString() {
        return name;
    }

    static List<TypeCase> all() {
        List<TypeCase> cases = new ArrayList<>();
        addPlain(cases);
        addIntegers(cases);
        addFloatingPoint(cases);
        addBytes(cases);
        addDecimals(cases);
        addTimes(cases);
        addTimestamps(cases);
        return cases;
    }

    private static void addPlain(List<TypeCase> cases) {
        cases.add(of("BOOLEAN", BOOLEAN, null, null, true, false));
        cases.add(of("INT32", INT32, null, null, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1));
        cases.add(of("INT64", INT64, null, null, Long.MIN_VALUE, Long.MAX_VALUE, 0L, -1L, 1L << 53, (1L << 53) + 1));
        cases.add(of("UNKNOWN", INT32, unknownType(), Capability.UNKNOWN));
    }

    private static void addIntegers(List<TypeCase> cases) {
        cases.add(of("INT(8)", INT32, intType(8), null, -128, 127, 0));
        cases.add(of("INT(16)", INT32, intType(16), null, -32_768, 32_767, 0));
        cases.add(of("INT(32)", INT32, intType(32), null, Integer.MIN_VALUE, Integer.MAX_VALUE));
        cases.add(of("INT(64)", INT64, intType(64), null, Long.MIN_VALUE, Long.MAX_VALUE));
        cases.add(of("UINT(8)", INT32, intType(8, false), null, 0, 255));
        cases.add(of("UINT(16)", INT32, intType(16, false), null, 0, 65_535));
        cases.add(of("UINT(32)", INT32, intType(32, false), null, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE));
        cases.add(of(
                "UINT(64)",
                INT64,
                intType(64, false),
                Capability.UNSIGNED_LONGS,
                0L,
                -1L,
                Long.MIN_VALUE,
                Long.MAX_VALUE));
    }

    private static void addFloatingPoint(List<TypeCase> cases) {
        cases.add(of(
                "FLOAT",
                FLOAT,
                null,
                null,
                Float.NaN,
                -0.0f,
                0.0f,
                Float.NEGATIVE_INFINITY,
                Float.POSITIVE_INFINITY,
                Float.MIN_VALUE,
                -Float.MAX_VALUE,
                0.1f));
        cases.add(of(
                "DOUBLE",
                DOUBLE,
                null,
                null,
                Double.NaN,
                -0.0,
                0.0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                Double.MIN_VALUE,
                -Double.MAX_VALUE,
                0.1));
        cases.add(of("DOUBLE of negative zeros only", DOUBLE, null, null, -0.0, -0.0));
        cases.add(of("DOUBLE of NaNs only", DOUBLE, null, null, Double.NaN, Double.NaN));
        cases.add(of(
                "FLOAT with NaN payloads",
                FLOAT,
                null,
                Capability.NAN_PAYLOADS,
                Float.intBitsToFloat(0x7fc0_1234),
                Float.intBitsToFloat(0xffc0_0001)));
        cases.add(of(
                "DOUBLE with NaN payloads",
                DOUBLE,
                null,
                Capability.NAN_PAYLOADS,
                Double.longBitsToDouble(0x7ff8_0000_0000_1234L),
                Double.longBitsToDouble(0xfff8_0000_0000_0001L)));
        cases.add(new TypeCase(
                "FLOAT16",
                FIXED_LEN_BYTE_ARRAY,
                2,
                float16Type(),
                Capability.FLOAT16,
                List.of(
                        bytes(0, 0x7e),
                        bytes(0, 0x80),
                        bytes(0, 0),
                        bytes(0, 0x7c),
                        bytes(0, 0xfc),
                        bytes(0xff, 0x7b))));
    }

    private static void addBytes(List<TypeCase> cases) {
        String longText = "ab".repeat(500);
        cases.add(of("STRING", BINARY, stringType(), null, "", " ", "äöü€𝄞", "zero\0byte", longText, longText + "c"));
        cases.add(of("BINARY", BINARY, null, null, bytes(), bytes(0), bytes(0xff, 0xfe, 0), new byte[200]));
        cases.add(of("ENUM", BINARY, enumType(), Capability.ENUM, "", "BUY", "SELL"));
        cases.add(of("JSON", BINARY, jsonType(), Capability.JSON, "{\"b\":1, \"a\": 1.0}", "null", "[]"));
        cases.add(of("BSON", BINARY, bsonType(), Capability.BSON, bytes(5, 0, 0, 0, 0)));
        cases.add(fixed("FIXED", 5, null, Capability.FIXED, new byte[5], bytes(0xff, 0, 0x80, 1, 0xff)));
        cases.add(fixed(
                "INTERVAL",
                12,
                intervalType(),
                Capability.FIXED,
                new byte[12],
                bytes(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0)));
        cases.add(fixed(
                "UUID",
                16,
                uuidType(),
                Capability.UUID,
                Fixtures.uuid(new UUID(0, 0)),
                Fixtures.uuid(new UUID(-1, -1)),
                Fixtures.uuid(UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"))));
    }

    private static void addDecimals(List<TypeCase> cases) {
        cases.add(of("DECIMAL(9,2) as INT32", INT32, decimalType(2, 9), null, 999_999_999, -999_999_999, 0, 1, -1));
        cases.add(of(
                "DECIMAL(18,4) as INT64",
                INT64,
                decimalType(4, 18),
                null,
                999_999_999_999_999_999L,
                -999_999_999_999_999_999L,
                0L,
                -1L));
        cases.add(fixed(
                "DECIMAL(38,10) as FIXED",
                16,
                decimalType(10, 38),
                null,
                Fixtures.decimal(NINES_38, 16),
                Fixtures.decimal("-" + NINES_38, 16),
                Fixtures.decimal("0", 16),
                Fixtures.decimal("-1", 16)));
        cases.add(of(
                "DECIMAL(38,0) as BINARY",
                BINARY,
                decimalType(0, 38),
                null,
                Fixtures.decimal(NINES_38),
                Fixtures.decimal("-" + NINES_38),
                Fixtures.decimal("0"),
                Fixtures.decimal("-1")));
        cases.add(fixed(
                "DECIMAL(47,20) as FIXED",
                20,
                decimalType(20, 47),
                Capability.WIDE_DECIMALS,
                Fixtures.decimal(NINES_47, 20),
                Fixtures.decimal("-" + NINES_47, 20)));
    }

    private static void addTimes(List<TypeCase> cases) {
        cases.add(of("DATE", INT32, dateType(), null, 0, -1, 20_000, -719_162, 2_932_896));
        cases.add(of("DATE far away", INT32, dateType(), Capability.FAR_DATES, Integer.MIN_VALUE, Integer.MAX_VALUE));
        for (boolean utc : List.of(true, false)) {
            Capability plain = utc ? Capability.TIMES : Capability.LOCAL_TIMES;
            String zone = utc ? "" : " local";
            cases.add(of("TIME(MILLIS)" + zone, INT32, timeType(utc, TimeUnit.MILLIS), plain, 0, 86_399_999));
            cases.add(of("TIME(MICROS)" + zone, INT64, timeType(utc, TimeUnit.MICROS), plain, 0L, 86_399_999_999L));
            cases.add(of(
                    "TIME(NANOS)" + zone,
                    INT64,
                    timeType(utc, TimeUnit.NANOS),
                    Capability.NANOSECONDS,
                    0L,
                    86_399_999_999_999L));
        }
    }

    private static void addTimestamps(List<TypeCase> cases) {
        for (boolean utc : List.of(true, false)) {
            for (TimeUnit unit : TimeUnit.values()) {
                long perSecond = switch (unit) {
                    case MILLIS -> 1_000L;
                    case MICROS -> 1_000_000L;
                    case NANOS -> 1_000_000_000L;
                };
                String name = "TIMESTAMP(" + unit + ")" + (utc ? "" : " local");
                Capability plain =
                        unit == TimeUnit.NANOS ? Capability.NANOSECONDS : utc ? null : Capability.LOCAL_TIMES;
                LogicalTypeAnnotation type = timestampType(utc, unit);
                cases.add(of(name, INT64, type, plain, 0L, -1L, 1L, SECONDS_2026 * perSecond + 1));
                cases.add(of(name + " far away", INT64, type, Capability.FAR_DATES, Long.MIN_VALUE, Long.MAX_VALUE));
            }
        }
        cases.add(of(
                "INT96",
                INT96,
                null,
                Capability.INT96_COLUMNS,
                Fixtures.int96(Instant.EPOCH),
                Fixtures.int96(Instant.parse("1969-12-31T23:59:59.999999999Z")),
                Fixtures.int96(Instant.parse("2026-11-21T01:02:03.000000001Z"))));
    }

    private static TypeCase of(
            String name,
            PrimitiveTypeName physical,
            @Nullable LogicalTypeAnnotation logical,
            @Nullable Capability capability,
            Object... values) {
        return new TypeCase(name, physical, 0, logical, capability, List.of(values));
    }

    private static TypeCase fixed(
            String name,
            int length,
            @Nullable LogicalTypeAnnotation logical,
            @Nullable Capability capability,
            Object... values) {
        return new TypeCase(name, FIXED_LEN_BYTE_ARRAY, length, logical, capability, List.of(values));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
