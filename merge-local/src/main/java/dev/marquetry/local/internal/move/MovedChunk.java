/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.MergeResult.Move;
import dev.marquetry.local.internal.read.BloomFilterPlace;
import java.nio.ByteBuffer;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;
import org.jspecify.annotations.Nullable;

/**
 * A column chunk of the output, all but its place: offsets in {@code meta} and {@code offsetIndex} count from {@code base}
 * until {@link #placeAt} is called.
 *
 * @param meta its description; encodings, sizes and statistics are final
 * @param base what offset 0 of the output chunk is called in {@code meta} and {@code offsetIndex}
 * @param offsetIndex where its pages are, or null if it has no such index
 * @param columnIndex what its pages hold, serialised, or null if it has no such index
 * @param bloomFilter where its Bloom filter is to be had, or null if it has none
 * @param move how it came about
 */
public record MovedChunk(
        ColumnMetaData meta,
        long base,
        @Nullable OffsetIndex offsetIndex,
        @Nullable ByteBuffer columnIndex,
        @Nullable BloomFilterPlace bloomFilter,
        Move move) {

    /** Turns all offsets into those of a chunk that begins at {@code position} of the output. */
    public void placeAt(long position) {
        long shift = position - base;
        meta.setData_page_offset(meta.getData_page_offset() + shift);
        if (meta.isSetDictionary_page_offset()) {
            meta.setDictionary_page_offset(meta.getDictionary_page_offset() + shift);
        }
        if (meta.isSetIndex_page_offset()) {
            meta.setIndex_page_offset(meta.getIndex_page_offset() + shift);
        }
        if (offsetIndex != null) {
            for (PageLocation page : offsetIndex.getPage_locations()) {
                page.setOffset(page.getOffset() + shift);
            }
        }
    }
}
