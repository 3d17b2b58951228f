/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import com.google.flatbuffers.FlatBufferBuilder;
import com.google.flatbuffers.Table;
import dev.marquetry.local.internal.plan.OutputColumn;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.Duration;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FixedSizeBinary;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Interval;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Map;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * Writes the fields of an Arrow schema: copies of those of other schemas, and such as Parquet types give. All reading of a
 * field comes before the writing of its table, so that a broken one leaves nothing half written. Not thread-safe.
 */
final class ArrowFields {
    private static final int MAX_DEPTH = 64;
    /** No copy is much larger than what it was made of, unless parts of that are used again and again. */
    private static final int MAX_GROWTH = 4;

    private static final int SLACK = 4096;

    private final FlatBufferBuilder out;
    private long nextDictionary;
    private int sourceBytes;
    private int end;

    ArrowFields(FlatBufferBuilder out) {
        this.out = out;
    }

    /** Begins with the fields of a schema of {@code bytes}. */
    void begin(int bytes) {
        sourceBytes = bytes;
        end = (int) Math.min(Integer.MAX_VALUE, out.offset() + (long) MAX_GROWTH * bytes + SLACK);
    }

    /** Writes {@code field} as that of {@code column}: under its name, null where that may be. Returns where it is. */
    int copy(Field field, OutputColumn column) {
        return copy(field, column.name(), isNullable(column), 0);
    }

    private int copy(Field field, String name, boolean nullable, int depth) {
        refuseEndless(depth);
        int[] children = new int[count(field.childrenLength())];
        for (int c = 0; c < children.length; c++) {
            Field child = field.children(c);
            children[c] = copy(child, child.name(), child.nullable(), depth + 1);
        }
        int type = type(field);
        int dictionary = dictionary(field.dictionary());
        int[] entries = new int[count(field.customMetadataLength())];
        for (int e = 0; e < entries.length; e++) {
            entries[e] = copy(field.customMetadata(e));
        }
        return field(name, nullable, field.typeType(), type, dictionary, children, entries);
    }

    /** Writes the field that a reader would make of {@code column} by itself, and returns where it is. */
    int derive(OutputColumn column) {
        SchemaElement schema = column.schema();
        ArrowType type = ArrowType.of(schema);
        int at = type(type);
        int[] entries = schema.isSetField_id()
                ? new int[] {entry("PARQUET:field_id", Integer.toString(schema.getField_id()))}
                : new int[0];
        return field(column.name(), isNullable(column), typeType(type.kind()), at, 0, new int[0], entries);
    }

    /** Returns {@code length}, that of a vector of the schema, if it can be. */
    private int count(int length) {
        if (length < 0 || length > sourceBytes / Integer.BYTES) {
            throw new IllegalArgumentException("vector of " + length + " elements");
        }
        return length;
    }

    private void refuseEndless(int depth) {
        if (depth == MAX_DEPTH || out.offset() > end) {
            throw new IllegalArgumentException("tables that contain each other");
        }
    }

    /** Writes a copy of {@code entry} and returns where it is. */
    int copy(KeyValue entry) {
        String key = entry.key();
        String value = entry.value();
        refuseEndless(0);
        return KeyValue.createKeyValue(out, out.createString(key), value == null ? 0 : out.createString(value));
    }

    /** Writes an entry and returns where it is. */
    int entry(String key, String value) {
        return KeyValue.createKeyValue(out, out.createString(key), out.createString(value));
    }

    private int field(
            String name, boolean nullable, byte typeType, int type, int dictionary, int[] children, int[] entries) {
        int nameAt = out.createString(name);
        int childrenAt = Field.createChildrenVector(out, children);
        int entriesAt = entries.length == 0 ? 0 : Field.createCustomMetadataVector(out, entries);
        return Field.createField(out, nameAt, nullable, typeType, type, dictionary, childrenAt, entriesAt);
    }

    /** Dictionaries are numbered anew: in each file they begin with the same number. */
    private int dictionary(@Nullable DictionaryEncoding encoding) {
        if (encoding == null) {
            return 0;
        }
        Int index = encoding.indexType();
        boolean ordered = encoding.isOrdered();
        short kind = encoding.dictionaryKind();
        int indexAt = index == null ? 0 : Int.createInt(out, index.bitWidth(), index.isSigned());
        return DictionaryEncoding.createDictionaryEncoding(out, nextDictionary++, indexAt, ordered, kind);
    }

    private int type(Field field) {
        switch (field.typeType()) {
            case Type.Int -> {
                Int type = type(field, new Int());
                return Int.createInt(out, type.bitWidth(), type.isSigned());
            }
            case Type.FloatingPoint -> {
                return FloatingPoint.createFloatingPoint(
                        out, type(field, new FloatingPoint()).precision());
            }
            case Type.Decimal -> {
                Decimal type = type(field, new Decimal());
                return Decimal.createDecimal(out, type.precision(), type.scale(), type.bitWidth());
            }
            case Type.Date -> {
                return Date.createDate(out, type(field, new Date()).unit());
            }
            case Type.Time -> {
                Time type = type(field, new Time());
                return Time.createTime(out, type.unit(), type.bitWidth());
            }
            case Type.Timestamp -> {
                Timestamp type = type(field, new Timestamp());
                short unit = type.unit();
                String zone = type.timezone();
                return Timestamp.createTimestamp(out, unit, zone == null ? 0 : out.createString(zone));
            }
            case Type.Interval -> {
                return Interval.createInterval(out, type(field, new Interval()).unit());
            }
            case Type.Duration -> {
                return Duration.createDuration(out, type(field, new Duration()).unit());
            }
            case Type.FixedSizeBinary -> {
                return FixedSizeBinary.createFixedSizeBinary(
                        out, type(field, new FixedSizeBinary()).byteWidth());
            }
            case Type.FixedSizeList -> {
                return FixedSizeList.createFixedSizeList(
                        out, type(field, new FixedSizeList()).listSize());
            }
            case Type.Map -> {
                return Map.createMap(out, type(field, new Map()).keysSorted());
            }
            case Type.Union -> {
                return union(type(field, new Union()));
            }
            case Type.Null, Type.Binary, Type.Utf8, Type.Bool, Type.List, Type.Struct_ -> {
                return empty();
            }
            case Type.LargeBinary, Type.LargeUtf8, Type.LargeList, Type.RunEndEncoded -> {
                return empty();
            }
            case Type.BinaryView, Type.Utf8View, Type.ListView, Type.LargeListView -> {
                return empty();
            }
            default -> throw new IllegalArgumentException("type " + field.typeType() + " is not known");
        }
    }

    private static <T extends Table> T type(Field field, T type) {
        if (field.type(type) == null) {
            throw new IllegalArgumentException("field without its type");
        }
        return type;
    }

    private int union(Union type) {
        int[] ids = new int[count(type.typeIdsLength())];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = type.typeIds(i);
        }
        short mode = type.mode();
        return Union.createUnion(out, mode, ids.length == 0 ? 0 : Union.createTypeIdsVector(out, ids));
    }

    private int empty() {
        out.startTable(0);
        return out.endTable();
    }

    private int type(ArrowType type) {
        return switch (type.kind()) {
            case NULL, BOOL, TEXT, BYTES -> empty();
            case INT -> Int.createInt(out, type.bits(), type.signed());
            case FLOAT -> FloatingPoint.createFloatingPoint(out, precision(type.bits()));
            case DECIMAL -> Decimal.createDecimal(out, type.precision(), type.scale(), type.bits());
            case DATE -> Date.createDate(out, DateUnit.DAY);
            case TIME -> Time.createTime(out, type.unit(), type.bits());
            case TIMESTAMP -> Timestamp.createTimestamp(out, type.unit(), type.utc() ? out.createString("UTC") : 0);
            case FIXED_BYTES -> FixedSizeBinary.createFixedSizeBinary(out, type.bits());
        };
    }

    private static short precision(int bits) {
        return bits == 16 ? Precision.HALF : bits == 32 ? Precision.SINGLE : Precision.DOUBLE;
    }

    private static byte typeType(ArrowType.Kind kind) {
        return switch (kind) {
            case NULL -> Type.Null;
            case BOOL -> Type.Bool;
            case INT -> Type.Int;
            case FLOAT -> Type.FloatingPoint;
            case DECIMAL -> Type.Decimal;
            case DATE -> Type.Date;
            case TIME -> Type.Time;
            case TIMESTAMP -> Type.Timestamp;
            case TEXT -> Type.Utf8;
            case BYTES -> Type.Binary;
            case FIXED_BYTES -> Type.FixedSizeBinary;
        };
    }

    private static boolean isNullable(OutputColumn column) {
        return column.schema().getRepetition_type() != FieldRepetitionType.REQUIRED;
    }
}
