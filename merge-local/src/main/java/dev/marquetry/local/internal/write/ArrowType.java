/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/**
 * The Arrow type as which readers take a Parquet column that no {@code ARROW:schema} speaks of. Knows no class of Arrow.
 *
 * @param kind what it is
 * @param bits its width; of FIXED_BYTES in bytes; 0 where the kind has but one
 * @param signed whether an INT is
 * @param unit of TIME and TIMESTAMP, as Arrow numbers them: 1, 2, 3 for milli-, micro-, nanoseconds
 * @param utc whether a TIMESTAMP counts from UTC
 * @param precision of DECIMAL
 * @param scale of DECIMAL
 */
record ArrowType(Kind kind, int bits, boolean signed, short unit, boolean utc, int precision, int scale) {
    /** The kinds of types. */
    enum Kind {
        NULL,
        BOOL,
        INT,
        FLOAT,
        DECIMAL,
        DATE,
        TIME,
        TIMESTAMP,
        TEXT,
        BYTES,
        FIXED_BYTES
    }

    private static final short MILLIS = 1;
    private static final short MICROS = 2;
    private static final short NANOS = 3;
    private static final int LARGEST_DECIMAL128 = 38;

    static ArrowType of(SchemaElement column) {
        LogicalType logical = column.getLogicalType();
        boolean known = logical != null && logical.isSet(); // an annotation of later days is none
        ArrowType annotated = known ? ofLogical(column, logical) : ofConverted(column);
        return annotated == null ? ofPhysical(column) : annotated;
    }

    private static @Nullable ArrowType ofLogical(SchemaElement column, LogicalType logical) {
        if (logical.isSetINTEGER()) {
            IntType integer = logical.getINTEGER();
            return integer(integer.getBitWidth(), integer.isIsSigned());
        } else if (logical.isSetDECIMAL()) {
            return decimal(
                    logical.getDECIMAL().getPrecision(), logical.getDECIMAL().getScale());
        } else if (logical.isSetDATE()) {
            return plain(Kind.DATE, 0);
        } else if (logical.isSetTIME()) {
            return time(unit(logical.getTIME().getUnit()));
        } else if (logical.isSetTIMESTAMP()) {
            return timestamp(
                    unit(logical.getTIMESTAMP().getUnit()),
                    logical.getTIMESTAMP().isIsAdjustedToUTC());
        } else if (logical.isSetSTRING() || logical.isSetJSON()) {
            return plain(Kind.TEXT, 0);
        } else if (logical.isSetFLOAT16()) {
            return plain(Kind.FLOAT, 16);
        }
        // parquet-java calls an INTERVAL unknown too, beside its converted type
        return logical.isSetUNKNOWN() && !column.isSetConverted_type() ? plain(Kind.NULL, 0) : null;
    }

    private static @Nullable ArrowType ofConverted(SchemaElement column) {
        ConvertedType converted = column.getConverted_type();
        if (converted == null) {
            return null;
        }
        return switch (converted) {
            case UTF8, JSON -> plain(Kind.TEXT, 0);
            case DECIMAL -> decimal(column.getPrecision(), column.getScale());
            case DATE -> plain(Kind.DATE, 0);
            case TIME_MILLIS -> time(MILLIS);
            case TIME_MICROS -> time(MICROS);
            case TIMESTAMP_MILLIS -> timestamp(MILLIS, false);
            case TIMESTAMP_MICROS -> timestamp(MICROS, false);
            case INT_8 -> integer(8, true);
            case INT_16 -> integer(16, true);
            case INT_32 -> integer(32, true);
            case INT_64 -> integer(64, true);
            case UINT_8 -> integer(8, false);
            case UINT_16 -> integer(16, false);
            case UINT_32 -> integer(32, false);
            case UINT_64 -> integer(64, false);
            case MAP, MAP_KEY_VALUE, LIST, ENUM, BSON, INTERVAL -> null;
        };
    }

    private static ArrowType ofPhysical(SchemaElement column) {
        Type type = column.getType();
        return switch (type) {
            case BOOLEAN -> plain(Kind.BOOL, 0);
            case INT32 -> integer(32, true);
            case INT64 -> integer(64, true);
            case INT96 -> timestamp(NANOS, false);
            case FLOAT -> plain(Kind.FLOAT, 32);
            case DOUBLE -> plain(Kind.FLOAT, 64);
            case BYTE_ARRAY -> plain(Kind.BYTES, 0);
            case FIXED_LEN_BYTE_ARRAY -> plain(Kind.FIXED_BYTES, column.getType_length());
        };
    }

    private static short unit(TimeUnit unit) {
        return unit.isSetMILLIS() ? MILLIS : unit.isSetMICROS() ? MICROS : NANOS;
    }

    private static ArrowType plain(Kind kind, int bits) {
        return new ArrowType(kind, bits, true, (short) 0, false, 0, 0);
    }

    private static ArrowType integer(int bits, boolean signed) {
        return new ArrowType(Kind.INT, bits, signed, (short) 0, false, 0, 0);
    }

    private static ArrowType time(short unit) {
        return new ArrowType(Kind.TIME, unit == MILLIS ? 32 : 64, true, unit, false, 0, 0);
    }

    private static ArrowType timestamp(short unit, boolean utc) {
        return new ArrowType(Kind.TIMESTAMP, 64, true, unit, utc, 0, 0);
    }

    private static ArrowType decimal(int precision, int scale) {
        int bits = precision <= LARGEST_DECIMAL128 ? 128 : 256;
        return new ArrowType(Kind.DECIMAL, bits, true, (short) 0, false, precision, scale);
    }
}
