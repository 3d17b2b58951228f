/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;

/** Writes page indexes, byte for byte as thrift does. Not thread-safe. */
public final class PageIndexWriter {
    private final CompactWriter out;
    private final CompactWriter.Fields<PageLocation> location = this::location;

    /** Writes to {@code out}. */
    public PageIndexWriter(CompactWriter out) {
        this.out = out;
    }

    /** Writes an OffsetIndex. */
    public void offsetIndex(OffsetIndex index) {
        out.begin();
        out.list(1, Kind.STRUCT, index.getPage_locationsSize());
        for (PageLocation page : index.getPage_locations()) {
            out.struct(page, location);
        }
        if (index.isSetUnencoded_byte_array_data_bytes()) {
            out.longs(2, index.getUnencoded_byte_array_data_bytes());
        }
        out.end();
    }

    private void location(PageLocation location) {
        out.i64(1, location.getOffset());
        out.i32(2, location.getCompressed_page_size());
        out.i64(3, location.getFirst_row_index());
    }

    /** Writes a ColumnIndex. */
    public void columnIndex(ColumnIndex index) {
        out.begin();
        out.list(1, Kind.TRUE, index.getNull_pagesSize());
        for (boolean isNull : index.getNull_pages()) {
            out.element(isNull);
        }
        binaries(2, index.getMin_values());
        binaries(3, index.getMax_values());
        out.i32(4, index.getBoundary_order().getValue());
        if (index.isSetNull_counts()) {
            out.longs(5, index.getNull_counts());
        }
        if (index.isSetRepetition_level_histograms()) {
            out.longs(6, index.getRepetition_level_histograms());
        }
        if (index.isSetDefinition_level_histograms()) {
            out.longs(7, index.getDefinition_level_histograms());
        }
        if (index.isSetNan_counts()) {
            out.longs(8, index.getNan_counts());
        }
        out.end();
    }

    private void binaries(int id, List<ByteBuffer> values) {
        out.list(id, Kind.BINARY, values.size());
        for (ByteBuffer value : values) {
            out.element(value);
        }
    }
}
