/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/** The pages of one column chunk, decompressed, for parquet-java's column reader. */
final class ChunkPages implements PageReader {
    private final CompressionCodecName codec;
    private final Statistics<?> noStatistics;
    private final ParquetMetadataConverter converter = new ParquetMetadataConverter();
    private final Queue<DataPage> pages = new ArrayDeque<>();
    private final List<Integer> pageRows = new ArrayList<>();
    private @Nullable DictionaryPage dictionary;
    private long values;

    private ChunkPages(ColumnChunkMetaData chunk, ColumnDescriptor column) {
        codec = chunk.getCodec();
        noStatistics = Statistics.noopStats(column.getPrimitiveType());
    }

    static ChunkPages read(byte[] file, ColumnChunkMetaData chunk, ColumnDescriptor column) throws IOException {
        ChunkPages pages = new ChunkPages(chunk, column);
        int begin = Math.toIntExact(chunk.getStartingPos());
        ByteArrayInputStream in = new ByteArrayInputStream(file, begin, Math.toIntExact(chunk.getTotalSize()));
        while (in.available() > 0) {
            PageHeader header = Util.readPageHeader(in);
            byte[] body = in.readNBytes(header.compressed_page_size);
            pages.add(header, body);
        }
        if (pages.values != chunk.getValueCount()) {
            throw new IOException("chunk of " + column + " has " + pages.values + " values in its pages but claims "
                    + chunk.getValueCount());
        }
        return pages;
    }

    private void add(PageHeader header, byte[] body) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(body);
        if (header.isSetCrc() && header.crc != (int) crc.getValue()) {
            throw new IOException("page checksum is wrong");
        }
        switch (header.type) {
            case DICTIONARY_PAGE -> addDictionary(header, header.dictionary_page_header, body);
            case DATA_PAGE -> addV1(header, header.data_page_header, body);
            case DATA_PAGE_V2 -> addV2(header, header.data_page_header_v2, body);
            case INDEX_PAGE -> throw new IOException("index page in a column chunk");
        }
    }

    private void addDictionary(PageHeader header, DictionaryPageHeader page, byte[] body) throws IOException {
        dictionary = new DictionaryPage(
                BytesInput.from(Codecs.decompress(codec, body, header.uncompressed_page_size)),
                page.num_values,
                converter.getEncoding(page.encoding));
    }

    private void addV1(PageHeader header, DataPageHeader page, byte[] body) throws IOException {
        pages.add(new DataPageV1(
                BytesInput.from(Codecs.decompress(codec, body, header.uncompressed_page_size)),
                page.num_values,
                header.uncompressed_page_size,
                noStatistics,
                converter.getEncoding(page.repetition_level_encoding),
                converter.getEncoding(page.definition_level_encoding),
                converter.getEncoding(page.encoding)));
        count(page.num_values);
    }

    private void addV2(PageHeader header, DataPageHeaderV2 page, byte[] body) throws IOException {
        int repetition = page.repetition_levels_byte_length;
        int levels = repetition + page.definition_levels_byte_length;
        byte[] packed = Arrays.copyOfRange(body, levels, body.length);
        int plainBytes = header.uncompressed_page_size - levels;
        boolean compressed = (!page.isSetIs_compressed() || page.is_compressed) && plainBytes > 0;
        pages.add(DataPageV2.uncompressed(
                page.num_rows,
                page.num_nulls,
                page.num_values,
                BytesInput.from(body, 0, repetition),
                BytesInput.from(body, repetition, levels - repetition),
                converter.getEncoding(page.encoding),
                BytesInput.from(compressed ? Codecs.decompress(codec, packed, plainBytes) : packed),
                noStatistics));
        count(page.num_rows);
    }

    private void count(int rows) {
        values += rows;
        pageRows.add(rows);
    }

    /** Returns the rows of each data page. */
    List<Integer> pageRows() {
        return pageRows;
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        return dictionary;
    }

    @Override
    public long getTotalValueCount() {
        return values;
    }

    @Override
    public @Nullable DataPage readPage() {
        return pages.poll();
    }
}
