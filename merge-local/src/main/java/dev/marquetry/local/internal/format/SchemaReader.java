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
        SchemaElement element = new SchemaElement();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
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
        MalformedException.unless(element.isSetName(), "schema element");
        return element;
    }

    /** Reads a ColumnOrder; one that is not known has no order set. */
    public ColumnOrder columnOrder() throws IOException {
        ColumnOrder order = new ColumnOrder();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.STRUCT -> order.setTYPE_ORDER(empty(new TypeDefinedOrder()));
                case 2 << 4 | Kind.STRUCT -> order.setIEEE_754_TOTAL_ORDER(empty(new IEEE754TotalOrder()));
                default -> in.skip(field);
            }
        }
        return order;
    }

    /** Reads a KeyValue. */
    public KeyValue keyValue() throws IOException {
        KeyValue entry = new KeyValue();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.BINARY -> entry.setKey(in.string());
                case 2 << 4 | Kind.BINARY -> entry.setValue(in.string());
                default -> in.skip(field);
            }
        }
        MalformedException.unless(entry.isSetKey(), "key-value entry");
        return entry;
    }

    private LogicalType logicalType() throws IOException {
        LogicalType type = new LogicalType();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
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
        return type;
    }

    /** Passes over a structure without fields that are known, and returns what stands for it. */
    private <T> T empty(T value) throws IOException {
        in.skip(Kind.STRUCT);
        return value;
    }

    private DecimalType decimal() throws IOException {
        DecimalType type = new DecimalType();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.I32 -> type.setScale(in.i32());
                case 2 << 4 | Kind.I32 -> type.setPrecision(in.i32());
                default -> in.skip(field);
            }
        }
        MalformedException.unless(type.isSetScale() && type.isSetPrecision(), "DECIMAL");
        return type;
    }

    private TimeType time() throws IOException {
        TimestampType same = timestamp();
        return new TimeType(same.isIsAdjustedToUTC(), same.getUnit());
    }

    private TimestampType timestamp() throws IOException {
        TimestampType type = new TimestampType();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.TRUE, 1 << 4 | Kind.FALSE -> type.setIsAdjustedToUTC(in.bool(field));
                case 2 << 4 | Kind.STRUCT -> type.setUnit(unit());
                default -> in.skip(field);
            }
        }
        MalformedException.unless(type.isSetIsAdjustedToUTC() && type.isSetUnit(), "TIME or TIMESTAMP");
        return type;
    }

    private TimeUnit unit() throws IOException {
        TimeUnit unit = new TimeUnit();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.STRUCT -> unit.setMILLIS(empty(new MilliSeconds()));
                case 2 << 4 | Kind.STRUCT -> unit.setMICROS(empty(new MicroSeconds()));
                case 3 << 4 | Kind.STRUCT -> unit.setNANOS(empty(new NanoSeconds()));
                default -> in.skip(field);
            }
        }
        MalformedException.unless(unit.isSet(), "time unit");
        return unit;
    }

    private IntType integer() throws IOException {
        IntType type = new IntType();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.BYTE -> type.setBitWidth(in.i8());
                case 2 << 4 | Kind.TRUE, 2 << 4 | Kind.FALSE -> type.setIsSigned(in.bool(field));
                default -> in.skip(field);
            }
        }
        MalformedException.unless(type.isSetBitWidth() && type.isSetIsSigned(), "INTEGER");
        return type;
    }

    private VariantType variant() throws IOException {
        VariantType type = new VariantType();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.BYTE -> type.setSpecification_version(in.i8());
                default -> in.skip(field);
            }
        }
        return type;
    }

    private GeometryType geometry() throws IOException {
        GeometryType type = new GeometryType();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.BINARY -> type.setCrs(in.string());
                default -> in.skip(field);
            }
        }
        return type;
    }

    private GeographyType geography() throws IOException {
        GeographyType type = new GeographyType();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.BINARY -> type.setCrs(in.string());
                case 2 << 4 | Kind.I32 -> type.setAlgorithm(EdgeInterpolationAlgorithm.findByValue(in.i32()));
                default -> in.skip(field);
            }
        }
        return type;
    }
}
