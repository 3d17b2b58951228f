/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** Writes columns of boxed values as a Parquet file, one after the other, by parquet-java's own writers. */
final class TableWriter {
    /**
     * One column.
     *
     * @param type a primitive type, or a group around one
     * @param values one per row; null where the column, or its group, is null
     */
    record Column(Type type, CompressionCodecName codec, List<@Nullable Object> values) {}

    private static final long ROW_GROUP_BYTES = 128L << 20;

    private final ParquetProperties properties;
    private final int rowGroupRows;

    TableWriter(ParquetProperties properties, int rowGroupRows) {
        this.properties = properties;
        this.rowGroupRows = rowGroupRows;
    }

    /** Writes {@code file} and calls {@code written} whenever the last chunk of a column is. */
    void write(Path file, List<Column> columns, Map<String, String> metadata, Runnable written) throws IOException {
        List<Type> types = new ArrayList<>();
        columns.forEach(column -> types.add(column.type));
        int rows = columns.isEmpty() ? 0 : columns.get(0).values.size();
        try (ParquetFileWriter writer = new ParquetFileWriter(
                new LocalOutputFile(file),
                new MessageType("table", types),
                ParquetFileWriter.Mode.OVERWRITE,
                ROW_GROUP_BYTES,
                0,
                properties.getColumnIndexTruncateLength(),
                properties.getStatisticsTruncateLength(),
                true)) {
            writer.start();
            for (int begin = 0; begin < rows; begin += rowGroupRows) {
                int end = Math.min(rows, begin + rowGroupRows);
                writer.startBlock(end - begin);
                for (Column column : columns) {
                    writeChunk(writer, column, begin, end);
                    if (end == rows) {
                        written.run();
                    }
                }
                writer.endBlock();
            }
            writer.end(metadata);
        }
    }

    private void writeChunk(ParquetFileWriter writer, Column column, int begin, int end) throws IOException {
        MessageType schema = new MessageType("table", column.type);
        ColumnDescriptor descriptor = schema.getColumns().get(0);
        try (ColumnChunkPageWriteStore pages = new ColumnChunkPageWriteStore(
                        Codecs.compressor(column.codec),
                        schema,
                        HeapByteBufferAllocator.getInstance(),
                        properties.getColumnIndexTruncateLength(),
                        true);
                ColumnWriteStore store = properties.newColumnWriteStore(schema, pages, pages)) {
            ColumnWriter values = store.getColumnWriter(descriptor);
            for (Object value : column.values.subList(begin, end)) {
                put(values, descriptor, value);
                store.endRecord();
            }
            store.flush();
            pages.flushToFileWriter(writer);
        }
    }

    private static void put(ColumnWriter values, ColumnDescriptor column, @Nullable Object value) {
        int level = column.getMaxDefinitionLevel();
        if (value == null) {
            values.writeNull(0, 0);
            return;
        }
        switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case INT32 -> values.write((int) (Integer) value, 0, level);
            case INT64 -> values.write((long) (Long) value, 0, level);
            case FLOAT -> values.write((float) (Float) value, 0, level);
            case DOUBLE -> values.write((double) (Double) value, 0, level);
            case BOOLEAN -> values.write((boolean) (Boolean) value, 0, level);
            case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> values.write(binary(value), 0, level);
        }
    }

    static Binary binary(Object value) {
        if (value instanceof Binary binary) {
            return binary;
        }
        return value instanceof String text ? Binary.fromString(text) : Binary.fromConstantByteArray((byte[]) value);
    }
}
