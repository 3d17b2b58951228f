/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import java.io.IOException;
import org.apache.parquet.format.BsonType;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DateType;
import org.apache.parquet.format.DecimalType;
import org.apache.parquet.format.EdgeInterpolationAlgorithm;
import org.apache.parquet.format.EnumType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.Float16Type;
import org.apache.parquet.format.GeographyType;
import org.apache.parquet.format.GeometryType;
import org.apache.parquet.format.IEEE754TotalOrder;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.JsonType;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MapType;
import org.apache.parquet.format.MicroSeconds;
import org.apache.parquet.format.MilliSeconds;
import org.apache.parquet.format.NanoSeconds;
import org.apache.parquet.format.NullType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.TypeDefinedOrder;
import org.apache.parquet.format.UUIDType;
import org.apache.parquet.format.VariantType;

/** Reads what a footer tells of columns and of the file: schema elements, column orders, key-value entries. */
public final class SchemaReader {
    private final CompactReader in;

    /** Reads from {@code in}. */
    public SchemaReader(CompactReader in) {
        this.in = in;
    }

    /** Reads a SchemaElement; a logical type that is not known is there, but has no type set. */
    public SchemaElement element() throws IOException {
        SchemaElement element = in.struct(new SchemaElement(), this::take);
        MalformedException.unless(element.isSetName(), "schema element");
        return element;
    }

    private void take(SchemaElement element, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.I32 -> element.setType(Type.findByValue(in.i32()));
            case 2 << 4 | Kind.I32 -> element.setType_length(in.i32());
            case 3 << 4 | Kind.I32 -> element.setRepetition_type(FieldRepetitionType.findByValue(in.i32()));
            case 4 << 4 | Kind.BINARY -> element.setName(in.string());
            case 5 << 4 | Kind.I32 -> element.setNum_children(in.i32());
            case 6 << 4 | Kind.I32 -> element.setConverted_type(ConvertedType.findByValue(in.i32()));
            case 7 << 4 | Kind.I32 -> element.setScale(in.i32());
            case 8 << 4 | Kind.I32 -> element.setPrecision(in.i32());
            case 9 << 4 | Kind.I32 -> element.setField_id(in.i32());
            case 10 << 4 | Kind.STRUCT -> element.setLogicalType(logicalType());
            default -> in.skip(field);
        }
    }

    /** Reads a ColumnOrder; one that is not known has no order set. */
    public ColumnOrder columnOrder() throws IOException {
        return in.struct(new ColumnOrder(), this::take);
    }

    private void take(ColumnOrder order, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.STRUCT -> order.setTYPE_ORDER(empty(new TypeDefinedOrder()));
            case 2 << 4 | Kind.STRUCT -> order.setIEEE_754_TOTAL_ORDER(empty(new IEEE754TotalOrder()));
            default -> in.skip(field);
        }
    }

    /** Reads a KeyValue. */
    public KeyValue keyValue() throws IOException {
        KeyValue entry = in.struct(new KeyValue(), this::take);
        MalformedException.unless(entry.isSetKey(), "key-value entry");
        return entry;
    }

    private void take(KeyValue entry, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.BINARY -> entry.setKey(in.string());
            case 2 << 4 | Kind.BINARY -> entry.setValue(in.string());
            default -> in.skip(field);
        }
    }

    private LogicalType logicalType() throws IOException {
        return in.struct(new LogicalType(), this::take);
    }

    private void take(LogicalType type, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.STRUCT -> type.setSTRING(empty(new StringType()));
            case 2 << 4 | Kind.STRUCT -> type.setMAP(empty(new MapType()));
            case 3 << 4 | Kind.STRUCT -> type.setLIST(empty(new ListType()));
            case 4 << 4 | Kind.STRUCT -> type.setENUM(empty(new EnumType()));
            case 5 << 4 | Kind.STRUCT -> type.setDECIMAL(decimal());
            case 6 << 4 | Kind.STRUCT -> type.setDATE(empty(new DateType()));
            case 7 << 4 | Kind.STRUCT -> type.setTIME(time());
            case 8 << 4 | Kind.STRUCT -> type.setTIMESTAMP(timestamp());
            case 10 << 4 | Kind.STRUCT -> type.setINTEGER(integer());
            case 11 << 4 | Kind.STRUCT -> type.setUNKNOWN(empty(new NullType()));
            case 12 << 4 | Kind.STRUCT -> type.setJSON(empty(new JsonType()));
            case 13 << 4 | Kind.STRUCT -> type.setBSON(empty(new BsonType()));
            case 14 << 4 | Kind.STRUCT -> type.setUUID(empty(new UUIDType()));
            case 15 << 4 | Kind.STRUCT -> type.setFLOAT16(empty(new Float16Type()));
            case 16 << 4 | Kind.STRUCT -> type.setVARIANT(variant());
            case 17 << 4 | Kind.STRUCT -> type.setGEOMETRY(geometry());
            case 18 << 4 | Kind.STRUCT -> type.setGEOGRAPHY(geography());
            default -> in.skip(field);
        }
    }

    /** Passes over a structure without fields that are known, and returns what stands for it. */
    private <T> T empty(T value) throws IOException {
        in.skip(Kind.STRUCT);
        return value;
    }

    private DecimalType decimal() throws IOException {
        DecimalType type = in.struct(new DecimalType(), this::take);
        MalformedException.unless(type.isSetScale() && type.isSetPrecision(), "DECIMAL");
        return type;
    }

    private void take(DecimalType type, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.I32 -> type.setScale(in.i32());
            case 2 << 4 | Kind.I32 -> type.setPrecision(in.i32());
            default -> in.skip(field);
        }
    }

    private TimeType time() throws IOException {
        TimestampType same = timestamp();
        return new TimeType(same.isIsAdjustedToUTC(), same.getUnit());
    }

    private TimestampType timestamp() throws IOException {
        TimestampType type = in.struct(new TimestampType(), this::take);
        MalformedException.unless(type.isSetIsAdjustedToUTC() && type.isSetUnit(), "TIME or TIMESTAMP");
        return type;
    }

    private void take(TimestampType type, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.TRUE, 1 << 4 | Kind.FALSE -> type.setIsAdjustedToUTC(in.bool(field));
            case 2 << 4 | Kind.STRUCT -> type.setUnit(unit());
            default -> in.skip(field);
        }
    }

    private TimeUnit unit() throws IOException {
        TimeUnit unit = in.struct(new TimeUnit(), this::take);
        MalformedException.unless(unit.isSet(), "time unit");
        return unit;
    }

    private void take(TimeUnit unit, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.STRUCT -> unit.setMILLIS(empty(new MilliSeconds()));
            case 2 << 4 | Kind.STRUCT -> unit.setMICROS(empty(new MicroSeconds()));
            case 3 << 4 | Kind.STRUCT -> unit.setNANOS(empty(new NanoSeconds()));
            default -> in.skip(field);
        }
    }

    private IntType integer() throws IOException {
        IntType type = in.struct(new IntType(), this::take);
        MalformedException.unless(type.isSetBitWidth() && type.isSetIsSigned(), "INTEGER");
        return type;
    }

    private void take(IntType type, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.BYTE -> type.setBitWidth(in.i8());
            case 2 << 4 | Kind.TRUE, 2 << 4 | Kind.FALSE -> type.setIsSigned(in.bool(field));
            default -> in.skip(field);
        }
    }

    private VariantType variant() throws IOException {
        return in.struct(new VariantType(), this::take);
    }

    private void take(VariantType type, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.BYTE -> type.setSpecification_version(in.i8());
            default -> in.skip(field);
        }
    }

    private GeometryType geometry() throws IOException {
        return in.struct(new GeometryType(), this::take);
    }

    private void take(GeometryType type, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.BINARY -> type.setCrs(in.string());
            default -> in.skip(field);
        }
    }

    private GeographyType geography() throws IOException {
        return in.struct(new GeographyType(), this::take);
    }

    private void take(GeographyType type, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.BINARY -> type.setCrs(in.string());
            case 2 << 4 | Kind.I32 -> type.setAlgorithm(EdgeInterpolationAlgorithm.findByValue(in.i32()));
            default -> in.skip(field);
        }
    }
}
