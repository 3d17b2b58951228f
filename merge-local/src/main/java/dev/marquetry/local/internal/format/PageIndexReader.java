/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import java.io.IOException;
import org.apache.parquet.format.BloomFilterHeader;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;

/** Reads what lies beside column chunks: page indexes, and the size of a Bloom filter. */
public final class PageIndexReader {
    private final CompactReader in;
    private final CompactReader.Fields<PageLocation> locationFields = this::take;
    private final CompactReader.Element<PageLocation> location = this::location;

    /** Reads from {@code in}. */
    public PageIndexReader(CompactReader in) {
        this.in = in;
    }

    /** Reads an OffsetIndex. */
    public OffsetIndex offsetIndex() throws IOException {
        OffsetIndex index = in.struct(new OffsetIndex(), this::take);
        MalformedException.unless(index.isSetPage_locations(), "offset index");
        return index;
    }

    private void take(OffsetIndex index, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.LIST -> index.setPage_locations(in.list(Kind.STRUCT, location));
            case 2 << 4 | Kind.LIST -> index.setUnencoded_byte_array_data_bytes(in.numbers(Kind.I64));
            default -> in.skip(field);
        }
    }

    private PageLocation location() throws IOException {
        PageLocation read = in.struct(new PageLocation(), locationFields);
        MalformedException.unless(
                read.isSetOffset() && read.isSetCompressed_page_size() && read.isSetFirst_row_index(), "page location");
        return read;
    }

    private void take(PageLocation location, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.I64 -> location.setOffset(in.i64());
            case 2 << 4 | Kind.I32 -> location.setCompressed_page_size(in.i32());
            case 3 << 4 | Kind.I64 -> location.setFirst_row_index(in.i64());
            default -> in.skip(field);
        }
    }

    /** Reads a ColumnIndex, whose bounds are as many as its pages. */
    public ColumnIndex columnIndex() throws IOException {
        ColumnIndex index = in.struct(new ColumnIndex(), this::take);
        MalformedException.unless(
                index.isSetNull_pages()
                        && index.isSetBoundary_order()
                        && index.getMin_valuesSize() == index.getNull_pagesSize()
                        && index.getMax_valuesSize() == index.getNull_pagesSize(),
                "column index");
        return index;
    }

    private void take(ColumnIndex index, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.LIST -> index.setNull_pages(in.list(Kind.TRUE, () -> in.i8() == Kind.TRUE));
            case 2 << 4 | Kind.LIST -> index.setMin_values(in.list(Kind.BINARY, in::binary));
            case 3 << 4 | Kind.LIST -> index.setMax_values(in.list(Kind.BINARY, in::binary));
            case 4 << 4 | Kind.I32 -> index.setBoundary_order(BoundaryOrder.findByValue(in.i32()));
            case 5 << 4 | Kind.LIST -> index.setNull_counts(in.numbers(Kind.I64));
            case 6 << 4 | Kind.LIST -> index.setRepetition_level_histograms(in.numbers(Kind.I64));
            case 7 << 4 | Kind.LIST -> index.setDefinition_level_histograms(in.numbers(Kind.I64));
            case 8 << 4 | Kind.LIST -> index.setNan_counts(in.numbers(Kind.I64));
            default -> in.skip(field);
        }
    }

    /** Reads a BloomFilterHeader and returns how many bytes of filter follow it. */
    public int bloomFilterBytes() throws IOException {
        BloomFilterHeader header = in.struct(new BloomFilterHeader(), this::take);
        MalformedException.unless(header.getNumBytes() > 0, "Bloom filter header");
        return header.getNumBytes();
    }

    private void take(BloomFilterHeader header, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.I32 -> header.setNumBytes(in.i32());
            default -> in.skip(field);
        }
    }
}
