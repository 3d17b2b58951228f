/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import java.util.Locale;
import java.util.Optional;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.Type;

/**
 * What the values of one key column in one file mean, so that files that store the same key differently still match by
 * value.
 *
 * @param kind what is compared with what; kinds do not mix
 * @param physical the physical type
 * @param unitsPerSecond for TIME and TIMESTAMP the unit: 1,000, 1,000,000 or 1,000,000,000; else 0
 * @param scale for DECIMAL the scale; else 0
 * @param unsigned whether an INTEGER is unsigned
 * @param zone for TIME and TIMESTAMP whether values count from UTC; ANY for INT96, which does not say
 */
public record KeyType(Kind kind, Type physical, long unitsPerSecond, int scale, boolean unsigned, Zone zone) {
    /** What is compared with what. */
    public enum Kind {
        /** Integers of all widths. */
        INTEGER,
        /** True and false. */
        BOOLEAN,
        /** Days. */
        DATE,
        /** Times of day in all units. */
        TIME,
        /** Points in time in all units, INT96 included. */
        TIMESTAMP,
        /** Decimals of all scales and physical types. */
        DECIMAL,
        /** Strings and byte arrays, fixed or not, compared byte by byte. */
        BYTES
    }

    /** Whether a time counts from UTC. */
    public enum Zone {
        /** It does. */
        UTC,
        /** It is local, at no known offset. */
        LOCAL,
        /** The file does not say. */
        ANY
    }

    /** Returns what the key column means, or empty if it is a floating-point column, which can not be a key. */
    public static Optional<KeyType> of(SchemaElement column) {
        LogicalType logical = column.getLogicalType();
        Type type = column.getType();
        if (type == Type.FLOAT || type == Type.DOUBLE || (logical != null && logical.isSetFLOAT16())) {
            return Optional.empty();
        }
        if (type == Type.INT96) {
            return Optional.of(new KeyType(Kind.TIMESTAMP, type, 1_000_000_000L, 0, false, Zone.ANY));
        }
        return Optional.of(logical != null ? logical(type, logical) : converted(type, column));
    }

    private static KeyType logical(Type type, LogicalType logical) {
        if (logical.isSetTIMESTAMP()) {
            return time(
                    Kind.TIMESTAMP,
                    type,
                    units(logical.getTIMESTAMP().getUnit()),
                    logical.getTIMESTAMP().isIsAdjustedToUTC());
        }
        if (logical.isSetTIME()) {
            return time(
                    Kind.TIME,
                    type,
                    units(logical.getTIME().getUnit()),
                    logical.getTIME().isIsAdjustedToUTC());
        }
        if (logical.isSetDATE()) {
            return plain(Kind.DATE, type);
        }
        if (logical.isSetDECIMAL()) {
            return decimal(type, logical.getDECIMAL().getScale());
        }
        if (logical.isSetINTEGER()) {
            return integer(type, !logical.getINTEGER().isIsSigned());
        }
        return unannotated(type);
    }

    private static KeyType converted(Type type, SchemaElement column) {
        ConvertedType converted = column.getConverted_type();
        if (converted == null) {
            return unannotated(type);
        }
        return switch (converted) {
            case TIMESTAMP_MILLIS -> time(Kind.TIMESTAMP, type, 1_000, true);
            case TIMESTAMP_MICROS -> time(Kind.TIMESTAMP, type, 1_000_000, true);
            case TIME_MILLIS -> time(Kind.TIME, type, 1_000, true);
            case TIME_MICROS -> time(Kind.TIME, type, 1_000_000, true);
            case DATE -> plain(Kind.DATE, type);
            case DECIMAL -> decimal(type, column.getScale());
            case UINT_8, UINT_16, UINT_32, UINT_64 -> integer(type, true);
            case INT_8, INT_16, INT_32, INT_64 -> integer(type, false);
            case UTF8, MAP, MAP_KEY_VALUE, LIST, ENUM, JSON, BSON, INTERVAL -> unannotated(type);
        };
    }

    private static long units(TimeUnit unit) {
        return unit.isSetMILLIS() ? 1_000 : unit.isSetMICROS() ? 1_000_000 : 1_000_000_000;
    }

    private static KeyType time(Kind kind, Type type, long units, boolean utc) {
        return new KeyType(kind, type, units, 0, false, utc ? Zone.UTC : Zone.LOCAL);
    }

    private static KeyType decimal(Type type, int scale) {
        return new KeyType(Kind.DECIMAL, type, 0, scale, false, Zone.ANY);
    }

    private static KeyType integer(Type type, boolean unsigned) {
        return new KeyType(Kind.INTEGER, type, 0, 0, unsigned, Zone.ANY);
    }

    private static KeyType plain(Kind kind, Type type) {
        return new KeyType(kind, type, 0, 0, false, Zone.ANY);
    }

    private static KeyType unannotated(Type type) {
        return switch (type) {
            case BOOLEAN -> plain(Kind.BOOLEAN, type);
            case INT32, INT64 -> plain(Kind.INTEGER, type);
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> plain(Kind.BYTES, type);
            case INT96, FLOAT, DOUBLE -> throw new IllegalStateException("decided before: " + type);
        };
    }

    /** Returns whether values of this type and of {@code other} can be compared at all. */
    public boolean matches(KeyType other) {
        return kind == other.kind && (zone == other.zone || zone == Zone.ANY || other.zone == Zone.ANY);
    }

    /** Returns whether one signed long holds every value, INT32 and BOOLEAN widened. */
    public boolean isLong() {
        return physical == Type.INT64 || physical == Type.INT32 || physical == Type.BOOLEAN;
    }

    /** Returns whether equal values of this type and of {@code other} are the same long. */
    public boolean sameLong(KeyType other) {
        boolean sameSign = isUnsigned64() == other.isUnsigned64();
        return isLong() && other.isLong() && sameSign && unitsPerSecond == other.unitsPerSecond && scale == other.scale;
    }

    /** Returns whether the high bit of a long of this type is not a sign. */
    public boolean isUnsigned64() {
        return unsigned && physical == Type.INT64;
    }

    /** Returns the type for messages, such as {@code TIMESTAMP(MICROS, UTC)}. */
    @Override
    public String toString() {
        return switch (kind) {
            case TIME, TIMESTAMP ->
                physical == Type.INT96
                        ? "INT96"
                        : kind + "("
                                + (unitsPerSecond == 1_000
                                        ? "MILLIS"
                                        : unitsPerSecond == 1_000_000 ? "MICROS" : "NANOS")
                                + ", " + zone + ")";
            case DECIMAL -> "DECIMAL(scale " + scale + ") on " + physical;
            case INTEGER -> (unsigned ? "unsigned " : "") + physical;
            case BOOLEAN, DATE -> kind.toString();
            case BYTES -> physical.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }
}
