/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.bytestreamsplit.ByteStreamSplitValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.column.values.deltalengthbytearray.DeltaLengthByteArrayValuesWriter;
import org.apache.parquet.column.values.deltastrings.DeltaByteArrayWriter;
import org.apache.parquet.column.values.plain.BooleanPlainValuesWriter;
import org.apache.parquet.column.values.plain.FixedLenByteArrayPlainValuesWriter;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridValuesWriter;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** The reference: parquet-java's own readers and writers, value by value. */
final class ParquetJava {
    private static final HeapByteBufferAllocator HEAP = HeapByteBufferAllocator.getInstance();
    private static final int SLAB = 1 << 16;
    private static final int PAGE = 1 << 24;

    private ParquetJava() {}

    static byte[] write(Type type, int typeLength, Encoding encoding, FlatValues values) throws IOException {
        try (ValuesWriter writer = writer(type, typeLength, encoding)) {
            for (int i = 0; i < values.count(); i++) {
                byte[] value = Values.get(values, i);
                switch (type) {
                    case BOOLEAN -> writer.writeBoolean(value[0] != 0);
                    case INT32 -> writer.writeInteger(LittleEndian.getInt(value, 0));
                    case INT64 -> writer.writeLong(LittleEndian.getLong(value, 0));
                    case FLOAT -> writer.writeFloat(Float.intBitsToFloat(LittleEndian.getInt(value, 0)));
                    case DOUBLE -> writer.writeDouble(Double.longBitsToDouble(LittleEndian.getLong(value, 0)));
                    case INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY ->
                        writer.writeBytes(Binary.fromConstantByteArray(value));
                }
            }
            return writer.getBytes().toInputStream().readAllBytes();
        }
    }

    static void read(Type type, int typeLength, Encoding encoding, byte[] page, int offset, int end, FlatValues out)
            throws IOException {
        ColumnDescriptor column = new ColumnDescriptor(new String[] {"c"}, primitive(type, typeLength), 0, 1);
        ValuesReader reader =
                org.apache.parquet.column.Encoding.valueOf(encoding.name()).getValuesReader(column, ValuesType.VALUES);
        int count = out.count();
        reader.initFromPage(count, ByteBufferInputStream.wrap(ByteBuffer.wrap(page, offset, end - offset)));
        out.reset(out.layout(), out.width());
        byte[] word = new byte[8];
        for (int i = 0; i < count; i++) {
            switch (type) {
                case BOOLEAN -> word[0] = (byte) (reader.readBoolean() ? 1 : 0);
                case INT32 -> LittleEndian.putInt(word, 0, reader.readInteger());
                case INT64 -> LittleEndian.putLong(word, 0, reader.readLong());
                case FLOAT -> LittleEndian.putInt(word, 0, Float.floatToRawIntBits(reader.readFloat()));
                case DOUBLE -> LittleEndian.putLong(word, 0, Double.doubleToRawLongBits(reader.readDouble()));
                case INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> {
                    Values.append(out, reader.readBytes().getBytes());
                    continue;
                }
            }
            out.appendRaw(word, 0, 1);
        }
    }

    static PrimitiveType primitive(Type type, int typeLength) {
        PrimitiveTypeName name =
                type == Type.BYTE_ARRAY ? PrimitiveTypeName.BINARY : PrimitiveTypeName.valueOf(type.name());
        return type == Type.FIXED_LEN_BYTE_ARRAY
                ? Types.optional(name).length(typeLength).named("c")
                : Types.optional(name).named("c");
    }

    private static ValuesWriter writer(Type type, int typeLength, Encoding encoding) {
        return switch (encoding) {
            case PLAIN ->
                switch (type) {
                    case BOOLEAN -> new BooleanPlainValuesWriter();
                    case INT32, INT64, FLOAT, DOUBLE, BYTE_ARRAY -> new PlainValuesWriter(SLAB, PAGE, HEAP);
                    case INT96 -> new FixedLenByteArrayPlainValuesWriter(12, SLAB, PAGE, HEAP);
                    case FIXED_LEN_BYTE_ARRAY -> new FixedLenByteArrayPlainValuesWriter(typeLength, SLAB, PAGE, HEAP);
                };
            case RLE -> new RunLengthBitPackingHybridValuesWriter(1, SLAB, PAGE, HEAP);
            case DELTA_BINARY_PACKED ->
                type == Type.INT32
                        ? new DeltaBinaryPackingValuesWriterForInteger(SLAB, PAGE, HEAP)
                        : new DeltaBinaryPackingValuesWriterForLong(SLAB, PAGE, HEAP);
            case DELTA_LENGTH_BYTE_ARRAY -> new DeltaLengthByteArrayValuesWriter(SLAB, PAGE, HEAP);
            case DELTA_BYTE_ARRAY -> new DeltaByteArrayWriter(SLAB, PAGE, HEAP);
            case BYTE_STREAM_SPLIT ->
                switch (type) {
                    case INT32 -> new ByteStreamSplitValuesWriter.IntegerByteStreamSplitValuesWriter(SLAB, PAGE, HEAP);
                    case INT64 -> new ByteStreamSplitValuesWriter.LongByteStreamSplitValuesWriter(SLAB, PAGE, HEAP);
                    case FLOAT -> new ByteStreamSplitValuesWriter.FloatByteStreamSplitValuesWriter(SLAB, PAGE, HEAP);
                    case DOUBLE -> new ByteStreamSplitValuesWriter.DoubleByteStreamSplitValuesWriter(SLAB, PAGE, HEAP);
                    case FIXED_LEN_BYTE_ARRAY ->
                        new ByteStreamSplitValuesWriter.FixedLenByteArrayByteStreamSplitValuesWriter(
                                typeLength, SLAB, PAGE, HEAP);
                    case BOOLEAN, INT96, BYTE_ARRAY -> throw new IllegalArgumentException(type.name());
                };
            case PLAIN_DICTIONARY, RLE_DICTIONARY, BIT_PACKED -> throw new IllegalArgumentException(encoding.name());
        };
    }
}
