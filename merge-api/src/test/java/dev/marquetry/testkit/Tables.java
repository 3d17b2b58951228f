/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads Parquet files back whole, to look at what a merge wrote. Plain and slow: every page is decoded by parquet-java and
 * its checksum verified. Repeated columns are refused. Stateless.
 */
public final class Tables {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    private Tables() {}

    /**
     * Reads {@code file}.
     *
     * @throws UncheckedIOException if it is not a whole Parquet file, or has repeated columns
     */
    public static Table read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return read(bytes, footer(bytes));
        } catch (IOException | RuntimeException e) {
            throw new UncheckedIOException(new IOException("Cannot read " + file + ": " + e, e));
        }
    }

    static ParquetMetadata footer(byte[] file) throws IOException {
        int end = file.length - 8;
        int length = end < 4
                ? -1
                : ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
        if (length < 0 || length > end - 4 || !hasMagic(file, 0) || !hasMagic(file, file.length - 4)) {
            throw new IOException("no Parquet file, or not all of it");
        }
        return new ParquetMetadataConverter()
                .readParquetMetadata(
                        new ByteArrayInputStream(file, end - length, length), ParquetMetadataConverter.NO_FILTER);
    }

    private static boolean hasMagic(byte[] file, int at) {
        return Arrays.equals(file, at, at + 4, MAGIC, 0, 4);
    }

    static Table read(byte[] file, ParquetMetadata footer) throws IOException {
        MessageType schema = footer.getFileMetaData().getSchema();
        Map<String, List<@Nullable Object>> columns = new LinkedHashMap<>();
        List<Table.Page> pages = new ArrayList<>();
        for (ColumnDescriptor column : schema.getColumns()) {
            if (column.getMaxRepetitionLevel() > 0) {
                throw new IOException("repeated column " + column);
            }
            columns.put(String.join(".", column.getPath()), new ArrayList<>());
        }
        for (int group = 0; group < footer.getBlocks().size(); group++) {
            BlockMetaData block = footer.getBlocks().get(group);
            for (ColumnChunkMetaData chunk : block.getColumns()) {
                List<@Nullable Object> values = columns.get(chunk.getPath().toDotString());
                ColumnDescriptor column =
                        schema.getColumnDescription(chunk.getPath().toArray());
                ChunkPages chunkPages = ChunkPages.read(file, chunk, column);
                List<@Nullable Object> decoded = decode(footer, column, chunkPages, block.getRowCount());
                values.addAll(decoded);
                int row = 0;
                for (int pageRows : chunkPages.pageRows()) {
                    pages.add(new Table.Page(group, chunk, row, decoded.subList(row, row + pageRows)));
                    row += pageRows;
                }
            }
        }
        return new Table(footer, columns, file, pages);
    }

    private static List<@Nullable Object> decode(
            ParquetMetadata footer, ColumnDescriptor column, PageReader pages, long rows) {
        MessageType schema = footer.getFileMetaData().getSchema();
        PageReadStore store = new PageReadStore() {
            @Override
            public PageReader getPageReader(ColumnDescriptor descriptor) {
                return pages;
            }

            @Override
            public long getRowCount() {
                return rows;
            }
        };
        ColumnReader reader = new ColumnReadStoreImpl(
                        store,
                        new Ignore(schema),
                        schema,
                        footer.getFileMetaData().getCreatedBy())
                .getColumnReader(column);
        List<@Nullable Object> values = new ArrayList<>();
        for (long row = 0; row < rows; row++) {
            boolean present = reader.getCurrentDefinitionLevel() == column.getMaxDefinitionLevel();
            values.add(present ? value(reader, column) : null);
            reader.consume();
        }
        return values;
    }

    private static Object value(ColumnReader reader, ColumnDescriptor column) {
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case INT32 -> reader.getInteger();
            case INT64 -> reader.getLong();
            case FLOAT -> reader.getFloat();
            case DOUBLE -> reader.getDouble();
            case BOOLEAN -> reader.getBoolean();
            case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> reader.getBinary().getBytes();
        };
    }

    /** A converter that parquet-java's column readers ask for and that is never used. */
    private static final class Ignore extends GroupConverter {
        private final Type type;

        Ignore(Type type) {
            this.type = type;
        }

        @Override
        public Converter getConverter(int field) {
            Type child = type.asGroupType().getType(field);
            return child.isPrimitive() ? new PrimitiveConverter() {} : new Ignore(child);
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
    }
}
