/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/** Writes a {@link Table} to its file with parquet-java, laid out as its {@link Layout} says, with page checksums. */
public final class TableFile {
    private TableFile() {}

    /** Writes {@code table}, in place of what stands there. */
    public static void write(Table table) {
        try {
            writeRowGroups(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeRowGroups(Table table) throws IOException {
        MessageType schema = table.schema();
        ParquetProperties properties = properties(table.layout());
        CodecFactory codecs = new CodecFactory(new Configuration(false), properties.getPageSizeThreshold());
        ParquetFileWriter file = new ParquetFileWriter(
                new LocalOutputFile(table.file()),
                schema,
                ParquetFileWriter.Mode.OVERWRITE,
                1 << 20,
                0,
                null,
                properties);
        file.start();
        int from = 0;
        for (int group = 0; from < table.rows().size(); group++) {
            int to = Math.min(table.rows().size(), from + table.layout().rowsOf(group));
            writeRowGroup(table.rows().subList(from, to), table, schema, properties, codecs, file);
            from = to;
        }
        file.end(Map.of("written-by", "oracle"));
        codecs.release();
    }

    private static void writeRowGroup(
            List<Object[]> rows,
            Table table,
            MessageType schema,
            ParquetProperties properties,
            CodecFactory codecs,
            ParquetFileWriter file)
            throws IOException {
        BytesInputCompressor compressor = codecs.getCompressor(table.layout().codec());
        file.startBlock(rows.size());
        try (ColumnChunkPageWriteStore pages = new ColumnChunkPageWriteStore(
                        compressor,
                        schema,
                        new HeapByteBufferAllocator(),
                        properties.getColumnIndexTruncateLength(),
                        true);
                ColumnWriteStore columns = properties.newColumnWriteStore(schema, pages, pages)) {
            List<ColumnDescriptor> descriptors = schema.getColumns();
            for (Object[] row : rows) {
                for (int c = 0; c < row.length; c++) {
                    write(
                            columns.getColumnWriter(descriptors.get(c)),
                            row[c],
                            table.columns().get(c).required());
                }
                columns.endRecord();
            }
            columns.flush();
            pages.flushToFileWriter(file);
        }
        file.endBlock();
    }

    private static void write(ColumnWriter column, Object value, boolean required) {
        int level = required ? 0 : 1;
        if (value == null) {
            column.writeNull(0, 0);
        } else if (value instanceof Integer number) {
            column.write(number.intValue(), 0, level);
        } else if (value instanceof Long number) {
            column.write(number.longValue(), 0, level);
        } else if (value instanceof Float number) {
            column.write(number.floatValue(), 0, level);
        } else if (value instanceof Double number) {
            column.write(number.doubleValue(), 0, level);
        } else if (value instanceof Boolean truth) {
            column.write(truth.booleanValue(), 0, level);
        } else {
            column.write((Binary) value, 0, level);
        }
    }

    private static ParquetProperties properties(Layout layout) {
        ParquetProperties.Builder properties = ParquetProperties.builder()
                .withWriterVersion(layout.version())
                .withDictionaryEncoding(false)
                .withDictionaryPageSize(layout.dictionaryBytes())
                .withPageRowCountLimit(layout.pageRows())
                .withMinRowCountForPageSizeCheck(1)
                .withStatisticsEnabled(layout.statistics())
                .withPageWriteChecksumEnabled(true);
        layout.dictionary().forEach(column -> properties.withDictionaryEncoding(column, true));
        layout.byteStreamSplit().forEach(column -> properties.withByteStreamSplitEncoding(column, true));
        layout.bloomFilter().forEach(column -> {
            properties.withBloomFilterEnabled(column, true);
            properties.withBloomFilterNDV(column, 100L);
        });
        return properties.build();
    }
}
