/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import dev.marquetry.local.internal.page.ValueStatistics.Order;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/** Which order the format gives the values of a column. What it does not define, or is not known here, has none. */
final class Orders {
    private Orders() {}

    static Order of(SchemaElement column, @Nullable ColumnOrder columnOrder) {
        if (!column.isSetType()) {
            return Order.NONE;
        }
        Order byType = byType(column);
        if (columnOrder == null || columnOrder.isSetTYPE_ORDER()) {
            return byType;
        }
        if (!columnOrder.isSetIEEE_754_TOTAL_ORDER()) {
            return Order.NONE;
        }
        if (byType == Order.FLOAT) {
            return Order.FLOAT_TOTAL;
        }
        if (byType == Order.DOUBLE) {
            return Order.DOUBLE_TOTAL;
        }
        return byType == Order.FLOAT16 ? Order.FLOAT16_TOTAL : Order.NONE;
    }

    private static Order byType(SchemaElement column) {
        boolean annotated = column.isSetLogicalType() || column.isSetConverted_type();
        return switch (column.getType()) {
            case BOOLEAN -> annotated ? Order.NONE : Order.BOOLEAN;
            case FLOAT -> annotated ? Order.NONE : Order.FLOAT;
            case DOUBLE -> annotated ? Order.NONE : Order.DOUBLE;
            case INT96 -> Order.NONE;
            case INT32 -> ofInteger(column, Order.SIGNED_INT32, Order.UNSIGNED_INT32);
            case INT64 -> ofInteger(column, Order.SIGNED_INT64, Order.UNSIGNED_INT64);
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> ofBytes(column);
        };
    }

    private static Order ofInteger(SchemaElement column, Order signed, Order unsigned) {
        if (column.isSetLogicalType()) {
            LogicalType logical = column.getLogicalType();
            if (logical.isSetINTEGER()) {
                return logical.getINTEGER().isIsSigned() ? signed : unsigned;
            }
            boolean known =
                    logical.isSetDATE() || logical.isSetTIME() || logical.isSetTIMESTAMP() || logical.isSetDECIMAL();
            return known ? signed : Order.NONE;
        }
        if (!column.isSetConverted_type()) {
            return signed;
        }
        return switch (column.getConverted_type()) {
            case UINT_8, UINT_16, UINT_32, UINT_64 -> unsigned;
            case INT_8, INT_16, INT_32, INT_64, DECIMAL -> signed;
            case DATE, TIME_MILLIS, TIME_MICROS, TIMESTAMP_MILLIS, TIMESTAMP_MICROS -> signed;
            case UTF8, MAP, MAP_KEY_VALUE, LIST, ENUM, JSON, BSON, INTERVAL -> Order.NONE;
        };
    }

    private static Order ofBytes(SchemaElement column) {
        if (column.isSetLogicalType()) {
            LogicalType logical = column.getLogicalType();
            if (logical.isSetDECIMAL()) {
                return Order.SIGNED_BYTES_DECIMAL;
            }
            if (logical.isSetFLOAT16()) {
                boolean half = column.getType() == Type.FIXED_LEN_BYTE_ARRAY && column.getType_length() == 2;
                return half ? Order.FLOAT16 : Order.NONE;
            }
            boolean known = logical.isSetSTRING()
                    || logical.isSetENUM()
                    || logical.isSetJSON()
                    || logical.isSetBSON()
                    || logical.isSetUUID();
            return known ? Order.UNSIGNED_BYTES : Order.NONE;
        }
        if (!column.isSetConverted_type()) {
            return Order.UNSIGNED_BYTES;
        }
        ConvertedType converted = column.getConverted_type();
        return switch (converted) {
            case UTF8, ENUM, JSON, BSON -> Order.UNSIGNED_BYTES;
            case DECIMAL -> Order.SIGNED_BYTES_DECIMAL;
            case UINT_8, UINT_16, UINT_32, UINT_64, INT_8, INT_16, INT_32, INT_64 -> Order.NONE;
            case DATE, TIME_MILLIS, TIME_MICROS, TIMESTAMP_MILLIS, TIMESTAMP_MICROS -> Order.NONE;
            case MAP, MAP_KEY_VALUE, LIST, INTERVAL -> Order.NONE;
        };
    }
}
