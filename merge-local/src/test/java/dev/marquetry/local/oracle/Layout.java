/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.util.List;
import java.util.Set;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * How a table lies in its file.
 *
 * @param rowGroupRows rows of each row group in turn; the last is repeated for rows that are left
 * @param pageRows the most rows of a page
 * @param version 1.0 for data pages V1, 2.0 for V2 and delta encodings
 * @param codec of every page
 * @param dictionary columns that begin with a dictionary
 * @param dictionaryBytes size at which a dictionary is given up
 * @param byteStreamSplit columns encoded as BYTE_STREAM_SPLIT when not with a dictionary
 * @param bloomFilter columns with a bloom filter
 * @param statistics whether footers, pages and indexes carry bounds
 */
public record Layout(
        List<Integer> rowGroupRows,
        int pageRows,
        WriterVersion version,
        CompressionCodecName codec,
        Set<String> dictionary,
        int dictionaryBytes,
        Set<String> byteStreamSplit,
        Set<String> bloomFilter,
        boolean statistics) {
    /** Returns one row group, big pages, snappy, V1, no dictionary. */
    public static Layout plain() {
        return new Layout(
                List.of(1_000_000),
                20_000,
                WriterVersion.PARQUET_1_0,
                CompressionCodecName.SNAPPY,
                Set.of(),
                1 << 20,
                Set.of(),
                Set.of(),
                true);
    }

    /** Returns this with other row groups. */
    public Layout rowGroups(List<Integer> rows) {
        return new Layout(
                rows, pageRows, version, codec, dictionary, dictionaryBytes, byteStreamSplit, bloomFilter, statistics);
    }

    /** Returns this with pages of at most {@code rows}. */
    public Layout pages(int rows) {
        return new Layout(
                rowGroupRows,
                rows,
                version,
                codec,
                dictionary,
                dictionaryBytes,
                byteStreamSplit,
                bloomFilter,
                statistics);
    }

    /** Returns this with pages of another version. */
    public Layout version(WriterVersion wanted) {
        return new Layout(
                rowGroupRows,
                pageRows,
                wanted,
                codec,
                dictionary,
                dictionaryBytes,
                byteStreamSplit,
                bloomFilter,
                statistics);
    }

    /** Returns this with another codec. */
    public Layout codec(CompressionCodecName wanted) {
        return new Layout(
                rowGroupRows,
                pageRows,
                version,
                wanted,
                dictionary,
                dictionaryBytes,
                byteStreamSplit,
                bloomFilter,
                statistics);
    }

    /** Returns the rows of row group {@code index}. */
    int rowsOf(int index) {
        return rowGroupRows.get(Math.min(index, rowGroupRows.size() - 1));
    }
}
