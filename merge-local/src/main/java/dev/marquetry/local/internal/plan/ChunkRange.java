/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import org.apache.parquet.format.ColumnMetaData;

/** Where a column chunk's bytes begin. */
public final class ChunkRange {
    private ChunkRange() {}

    /** Returns the offset of the chunk's first page, the dictionary page if it has one. */
    public static long start(ColumnMetaData meta) {
        long data = meta.getData_page_offset();
        long dictionary = meta.getDictionary_page_offset();
        return meta.isSetDictionary_page_offset() && dictionary > 0 && dictionary < data ? dictionary : data;
    }
}
