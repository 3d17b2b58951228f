/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.ColumnOrder.ColumnOrderName;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveComparator;
import org.apache.parquet.schema.PrimitiveType;

/** Judges min and max, as a file states them, against the values they are said to bound. */
final class Bounds {
    private final PrimitiveType type;
    private final ColumnOrderName orderName;
    private final PrimitiveComparator<Object> order;

    /** Judges by the column order of {@code type}, which is the file's own. */
    Bounds(PrimitiveType type) {
        this.type = type;
        this.orderName = type.columnOrder().getColumnOrderName();
        this.order = type.comparator();
    }

    /** Returns whether the type has an order, so that bounds mean something. */
    boolean isDefined() {
        return orderName != ColumnOrderName.UNDEFINED;
    }

    /** Returns whether the deprecated bounds, which know signed numbers only, mean something. */
    boolean isSigned() {
        boolean unsigned =
                type.getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation number && !number.isSigned();
        return switch (type.getPrimitiveTypeName()) {
            case INT32, INT64 -> !unsigned;
            case FLOAT, DOUBLE, BOOLEAN -> true;
            case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> false;
        };
    }

    /** Returns what is wrong with {@code min} and {@code max} as bounds of {@code values}, or an empty text. */
    String judge(byte[] min, byte[] max, List<Object> values, boolean minExact, boolean maxExact) {
        if (!isDefined()) {
            return "";
        }
        Object low = value(min);
        Object high = value(max);
        List<Object> bounded = values.stream()
                .filter(Objects::nonNull)
                .filter(value -> !isNan(value))
                .toList();
        if (bounded.isEmpty()) {
            return values.stream().allMatch(Objects::isNull) ? "bounds " + low + " to " + high + " of no value" : "";
        }
        if (isNan(low) || isNan(high)) {
            return "a bound is NaN though there are numbers";
        }
        for (Object value : bounded) {
            if (!isZero(value) && (compare(low, value) > 0 || compare(value, high) > 0)) {
                return "value " + value + " is outside of " + low + " to " + high;
            }
        }
        if (minExact && bounded.stream().noneMatch(value -> compare(value, low) == 0 || bothZero(value, low))) {
            return "min " + low + " claims to be exact and is no value";
        }
        if (maxExact && bounded.stream().noneMatch(value -> compare(value, high) == 0 || bothZero(value, high))) {
            return "max " + high + " claims to be exact and is no value";
        }
        return "";
    }

    private boolean bothZero(Object a, Object b) {
        return orderName == ColumnOrderName.TYPE_DEFINED_ORDER && isZero(a) && isZero(b);
    }

    /** Returns whether {@code value} is a zero whose sign the order may leave open; it bounds as 0 then. */
    private boolean isZero(Object value) {
        return orderName == ColumnOrderName.TYPE_DEFINED_ORDER
                && (value instanceof Double d && d == 0 || value instanceof Float f && f == 0);
    }

    int compare(Object a, Object b) {
        return order.compare(a, b);
    }

    /** Returns the value of {@code plain}, the PLAIN encoding of a bound. */
    Object value(byte[] plain) {
        ByteBuffer bytes = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
        return switch (type.getPrimitiveTypeName()) {
            case INT32 -> bytes.getInt();
            case INT64 -> bytes.getLong();
            case FLOAT -> bytes.getFloat();
            case DOUBLE -> bytes.getDouble();
            case BOOLEAN -> plain[0] != 0;
            case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> Binary.fromConstantByteArray(plain);
        };
    }

    boolean isNan(Object value) {
        return value instanceof Double d && Double.isNaN(d)
                || value instanceof Float f && Float.isNaN(f)
                || value instanceof Binary b && b.length() == 2 && type.getTypeLength() == 2 && isHalfNan(b);
    }

    static boolean isHalfNan(Binary half) {
        byte[] bytes = half.getBytes();
        int bits = (bytes[0] & 0xff) | (bytes[1] & 0xff) << 8;
        return (bits & 0x7c00) == 0x7c00 && (bits & 0x3ff) != 0;
    }
}
