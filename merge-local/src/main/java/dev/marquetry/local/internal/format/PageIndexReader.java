/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;

/** Reads what lies beside column chunks: page indexes, and the size of a Bloom filter. */
public final class PageIndexReader {
    private final CompactReader in;

    /** Reads from {@code in}. */
    public PageIndexReader(CompactReader in) {
        this.in = in;
    }

    /** Reads an OffsetIndex. */
    public OffsetIndex offsetIndex() throws IOException {
        OffsetIndex index = new OffsetIndex();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.LIST -> {
                    int size = in.list(Kind.STRUCT);
                    List<PageLocation> locations = CompactReader.room(size);
                    for (int i = 0; i < size; i++) {
                        locations.add(location());
                    }
                    index.setPage_locations(locations);
                }
                case 2 << 4 | Kind.LIST -> index.setUnencoded_byte_array_data_bytes(in.longs());
                default -> in.skip(field);
            }
        }
        MalformedException.unless(index.isSetPage_locations(), "offset index");
        return index;
    }

    private PageLocation location() throws IOException {
        PageLocation location = new PageLocation();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.I64 -> location.setOffset(in.i64());
                case 2 << 4 | Kind.I32 -> location.setCompressed_page_size(in.i32());
                case 3 << 4 | Kind.I64 -> location.setFirst_row_index(in.i64());
                default -> in.skip(field);
            }
        }
        MalformedException.unless(
                location.isSetOffset() && location.isSetCompressed_page_size() && location.isSetFirst_row_index(),
                "page location");
        return location;
    }

    /** Reads a ColumnIndex, whose bounds are as many as its pages. */
    public ColumnIndex columnIndex() throws IOException {
        ColumnIndex index = new ColumnIndex();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.LIST -> index.setNull_pages(booleans());
                case 2 << 4 | Kind.LIST -> index.setMin_values(binaries());
                case 3 << 4 | Kind.LIST -> index.setMax_values(binaries());
                case 4 << 4 | Kind.I32 -> index.setBoundary_order(BoundaryOrder.findByValue(in.i32()));
                case 5 << 4 | Kind.LIST -> index.setNull_counts(in.longs());
                case 6 << 4 | Kind.LIST -> index.setRepetition_level_histograms(in.longs());
                case 7 << 4 | Kind.LIST -> index.setDefinition_level_histograms(in.longs());
                case 8 << 4 | Kind.LIST -> index.setNan_counts(in.longs());
                default -> in.skip(field);
            }
        }
        MalformedException.unless(
                index.isSetNull_pages()
                        && index.isSetBoundary_order()
                        && index.getMin_valuesSize() == index.getNull_pagesSize()
                        && index.getMax_valuesSize() == index.getNull_pagesSize(),
                "column index");
        return index;
    }

    private List<Boolean> booleans() throws IOException {
        int size = in.list(Kind.TRUE);
        List<Boolean> values = CompactReader.room(size);
        for (int i = 0; i < size; i++) {
            values.add(in.i8() == Kind.TRUE);
        }
        return values;
    }

    private List<ByteBuffer> binaries() throws IOException {
        int size = in.list(Kind.BINARY);
        List<ByteBuffer> values = CompactReader.room(size);
        for (int i = 0; i < size; i++) {
            values.add(in.binary());
        }
        return values;
    }

    /** Reads a BloomFilterHeader and returns how many bytes of filter follow it. */
    public int bloomFilterBytes() throws IOException {
        int bytes = -1;
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.I32 -> bytes = in.i32();
                default -> in.skip(field);
            }
        }
        MalformedException.unless(bytes >= 0, "Bloom filter header");
        return bytes;
    }
}
