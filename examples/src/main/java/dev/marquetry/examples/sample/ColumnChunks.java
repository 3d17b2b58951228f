/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads a flat Parquet file column by column, one chunk in memory at a time, plainly: every page is decoded by
 * parquet-java. Knows the codecs that samples have. Not thread-safe.
 */
final class ColumnChunks implements Closeable {
    private static final int TAIL_BYTES = 8;

    private final FileChannel file;
    private final ParquetMetadata footer;
    private final Map<String, Integer> columnIndexes = new HashMap<>();
    private final ParquetMetadataConverter converter = new ParquetMetadataConverter();

    ColumnChunks(Path path) throws IOException {
        file = FileChannel.open(path);
        try {
            int length = Integer.reverseBytes(
                    read(file.size() - TAIL_BYTES, TAIL_BYTES).getInt());
            byte[] bytes = read(file.size() - TAIL_BYTES - length, length).array();
            footer = converter.readParquetMetadata(new ByteArrayInputStream(bytes), ParquetMetadataConverter.NO_FILTER);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        List<Type> fields = schema().getFields();
        for (int c = 0; c < fields.size(); c++) {
            columnIndexes.put(fields.get(c).getName(), c);
        }
    }

    MessageType schema() {
        return footer.getFileMetaData().getSchema();
    }

    long rows() {
        return footer.getBlocks().stream().mapToLong(BlockMetaData::getRowCount).sum();
    }

    List<BlockMetaData> rowGroups() {
        return footer.getBlocks();
    }

    boolean has(String column) {
        return columnIndexes.containsKey(column);
    }

    /** Returns a reader of {@code column} in {@code rowGroup}; must be there. */
    ColumnReader column(BlockMetaData rowGroup, String column) throws IOException {
        int index = Objects.requireNonNull(columnIndexes.get(column), column);
        ColumnChunkMetaData chunk = rowGroup.getColumns().get(index);
        MessageType single = new MessageType("column", schema().getFields().get(index));
        byte[] bytes = read(chunk.getStartingPos(), Math.toIntExact(chunk.getTotalSize()))
                .array();
        PageReader pages = new ChunkPages(chunk, bytes);
        PageReadStore store = new PageReadStore() {
            @Override
            public PageReader getPageReader(ColumnDescriptor descriptor) {
                return pages;
            }

            @Override
            public long getRowCount() {
                return rowGroup.getRowCount();
            }
        };
        return new ColumnReadStoreImpl(
                        store,
                        new NoConversion(),
                        single,
                        footer.getFileMetaData().getCreatedBy())
                .getColumnReader(single.getColumns().get(0));
    }

    private ByteBuffer read(long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (from < 0 || file.read(buffer, from + buffer.position()) < 0) {
                throw new IOException("Cannot read " + length + " bytes at " + from + ": file has " + file.size());
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Values are asked of the column's reader, so there is nothing to convert to. */
    private static final class NoConversion extends GroupConverter {
        private final PrimitiveConverter none = new PrimitiveConverter() {};

        @Override
        public PrimitiveConverter getConverter(int field) {
            return none;
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
    }

    /** The pages of one chunk, decompressed as they are asked for. */
    private final class ChunkPages implements PageReader {
        private final ColumnChunkMetaData chunk;
        private final byte[] bytes;
        private int position;
        private final @Nullable DictionaryPage dictionary;
        private long valuesRead;

        ChunkPages(ColumnChunkMetaData chunk, byte[] bytes) throws IOException {
            this.chunk = chunk;
            this.bytes = bytes;
            this.dictionary = chunk.hasDictionaryPage() ? readDictionary() : null;
        }

        private DictionaryPage readDictionary() throws IOException {
            PageHeader header = header();
            byte[] values = decompress(body(header), 0, header.getUncompressed_page_size());
            return new DictionaryPage(
                    BytesInput.from(values), header.getDictionary_page_header().getNum_values(), Encoding.PLAIN);
        }

        @Override
        public @Nullable DictionaryPage readDictionaryPage() {
            return dictionary;
        }

        @Override
        public long getTotalValueCount() {
            return chunk.getValueCount();
        }

        @Override
        public @Nullable DataPage readPage() {
            if (valuesRead >= chunk.getValueCount()) {
                return null;
            }
            try {
                PageHeader header = header();
                byte[] body = body(header);
                return header.isSetData_page_header() ? pageV1(header, body) : pageV2(header, body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private DataPage pageV1(PageHeader header, byte[] body) throws IOException {
            DataPageHeader page = header.getData_page_header();
            valuesRead += page.getNum_values();
            byte[] plain = decompress(body, 0, header.getUncompressed_page_size());
            return new DataPageV1(
                    BytesInput.from(plain),
                    page.getNum_values(),
                    plain.length,
                    noStatistics(),
                    converter.getEncoding(page.getRepetition_level_encoding()),
                    converter.getEncoding(page.getDefinition_level_encoding()),
                    converter.getEncoding(page.getEncoding()));
        }

        private DataPage pageV2(PageHeader header, byte[] body) throws IOException {
            DataPageHeaderV2 page = header.getData_page_header_v2();
            valuesRead += page.getNum_values();
            int repetition = page.getRepetition_levels_byte_length();
            int levels = repetition + page.getDefinition_levels_byte_length();
            int valueBytes = header.getUncompressed_page_size() - levels;
            byte[] values = page.isIs_compressed() && valueBytes > 0
                    ? decompress(body, levels, valueBytes)
                    : Arrays.copyOfRange(body, levels, body.length);
            return DataPageV2.uncompressed(
                    page.getNum_rows(),
                    page.getNum_nulls(),
                    page.getNum_values(),
                    BytesInput.from(body, 0, repetition),
                    BytesInput.from(body, repetition, levels - repetition),
                    converter.getEncoding(page.getEncoding()),
                    BytesInput.from(values),
                    noStatistics());
        }

        private Statistics<?> noStatistics() {
            return Statistics.createStats(chunk.getPrimitiveType());
        }

        private PageHeader header() throws IOException {
            ByteArrayInputStream rest = new ByteArrayInputStream(bytes, position, bytes.length - position);
            PageHeader header = Util.readPageHeader(rest);
            position = bytes.length - rest.available();
            return header;
        }

        private byte[] body(PageHeader header) {
            int from = position;
            position += header.getCompressed_page_size();
            return Arrays.copyOfRange(bytes, from, position);
        }

        private byte[] decompress(byte[] body, int from, int expectedBytes) throws IOException {
            CompressionCodecName codec = chunk.getCodec();
            for (SampleCodec known : SampleCodec.values()) {
                if (codec == known.parquetName()) {
                    return known.decompress(body, from, expectedBytes);
                }
            }
            throw new IOException("Cannot check " + chunk.getPath() + ": codec " + codec + " is not known");
        }
    }
}
