/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.time.temporal.JulianFields;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** Makes key values of different widths and units equal where they mean the same. */
final class ReferenceKeys {
    /** What a key column's values mean; only keys of one kind can be compared. */
    enum Kind {
        INTEGER,
        DATE,
        TIME,
        INSTANT,
        LOCAL_TIMESTAMP,
        INT96,
        DECIMAL,
        BOOLEAN,
        BYTES,
        FIXED,
        UUID,
        FLOATING;

        boolean goesWith(Kind other) {
            return this == other || this == INT96 && other.isTimestamp() || other == INT96 && isTimestamp();
        }

        private boolean isTimestamp() {
            return this == INSTANT || this == LOCAL_TIMESTAMP;
        }
    }

    private ReferenceKeys() {}

    static Kind kind(PrimitiveType type) {
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        if (logical instanceof DecimalLogicalTypeAnnotation) {
            return Kind.DECIMAL;
        } else if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
            return timestamp.isAdjustedToUTC() ? Kind.INSTANT : Kind.LOCAL_TIMESTAMP;
        } else if (logical instanceof TimeLogicalTypeAnnotation) {
            return Kind.TIME;
        } else if (logical instanceof DateLogicalTypeAnnotation) {
            return Kind.DATE;
        } else if (logical instanceof UUIDLogicalTypeAnnotation) {
            return Kind.UUID;
        } else if (logical instanceof Float16LogicalTypeAnnotation) {
            return Kind.FLOATING;
        }
        return switch (type.getPrimitiveTypeName()) {
            case INT32, INT64 -> Kind.INTEGER;
            case FLOAT, DOUBLE -> Kind.FLOATING;
            case BOOLEAN -> Kind.BOOLEAN;
            case INT96 -> Kind.INT96;
            case BINARY -> Kind.BYTES;
            case FIXED_LEN_BYTE_ARRAY -> Kind.FIXED;
        };
    }

    /** Returns one key per row, equal where the values mean the same; null where a part of it is null. */
    static List<@Nullable List<Object>> keys(Table table, List<String> columns) {
        List<List<@Nullable Object>> parts = new ArrayList<>();
        for (String column : columns) {
            PrimitiveType type = table.type(column);
            List<@Nullable Object> part = new ArrayList<>();
            table.values(column).forEach(value -> part.add(value == null ? null : comparable(type, value)));
            parts.add(part);
        }
        List<@Nullable List<Object>> keys = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            List<@Nullable Object> key = new ArrayList<>();
            for (List<@Nullable Object> part : parts) {
                key.add(part.get(row));
            }
            keys.add(key.contains(null) ? null : List.copyOf(key));
        }
        return keys;
    }

    private static Object comparable(PrimitiveType type, Object value) {
        return switch (kind(type)) {
            case INTEGER -> integer(type, (Number) value);
            case DATE -> value;
            case TIME, INSTANT, LOCAL_TIMESTAMP -> nanos(type, (Number) value);
            case INT96 -> nanos((byte[]) value);
            case DECIMAL -> decimal(type, value);
            case BOOLEAN -> value;
            case BYTES, FIXED, UUID, FLOATING -> TableWriter.binary(value);
        };
    }

    private static BigInteger integer(PrimitiveType type, Number value) {
        boolean signed =
                !(type.getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation width) || width.isSigned();
        if (signed) {
            return BigInteger.valueOf(value.longValue());
        }
        return value instanceof Integer small
                ? BigInteger.valueOf(Integer.toUnsignedLong(small))
                : new BigInteger(Long.toUnsignedString(value.longValue()));
    }

    private static BigInteger nanos(PrimitiveType type, Number value) {
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        TimeUnit unit = logical instanceof TimestampLogicalTypeAnnotation timestamp
                ? timestamp.getUnit()
                : ((TimeLogicalTypeAnnotation) logical).getUnit();
        long nanosPerUnit = switch (unit) {
            case MILLIS -> 1_000_000;
            case MICROS -> 1_000;
            case NANOS -> 1;
        };
        return BigInteger.valueOf(value.longValue()).multiply(BigInteger.valueOf(nanosPerUnit));
    }

    private static BigInteger nanos(byte[] int96) {
        ByteBuffer bytes = ByteBuffer.wrap(int96).order(ByteOrder.LITTLE_ENDIAN);
        BigInteger nanosOfDay = BigInteger.valueOf(bytes.getLong());
        long epochDay = bytes.getInt() - LocalDate.EPOCH.getLong(JulianFields.JULIAN_DAY);
        return BigInteger.valueOf(epochDay)
                .multiply(BigInteger.valueOf(86_400_000_000_000L))
                .add(nanosOfDay);
    }

    private static BigDecimal decimal(PrimitiveType type, Object value) {
        int scale = ((DecimalLogicalTypeAnnotation) type.getLogicalTypeAnnotation()).getScale();
        BigInteger unscaled = value instanceof byte[] bytes
                ? new BigInteger(bytes)
                : BigInteger.valueOf(((Number) value).longValue());
        return new BigDecimal(unscaled, scale).stripTrailingZeros();
    }

    /** Returns {@code row}'s key for people, such as {@code ts=3}. */
    static String describe(Table table, List<String> columns, int row) {
        List<String> parts = new ArrayList<>();
        for (String column : columns) {
            Object value = table.values(column).get(row);
            boolean bytes = value instanceof byte[];
            parts.add(column + "="
                    + (bytes ? Binary.fromConstantByteArray((byte[]) value).toStringUsingUTF8() : value));
        }
        return String.join(", ", parts);
    }
}
