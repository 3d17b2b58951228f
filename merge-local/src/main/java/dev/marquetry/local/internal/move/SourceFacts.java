/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.page.ValueStatistics.Order;
import dev.marquetry.local.internal.read.ChunkIndexReader;
import dev.marquetry.local.internal.read.ChunkPages;
import dev.marquetry.local.internal.read.Page;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/** What a source chunk's column index and page headers tell of its pages. */
final class SourceFacts {
    private final @Nullable ColumnIndex index;
    private final Order order;
    private final boolean boundsAreValues;

    SourceFacts(ChunkPages pages, Order order) throws IOException {
        index = new ChunkIndexReader(pages.chunk()).columnIndex();
        this.order = order;
        Type type = pages.chunk().meta().getType();
        boundsAreValues = type != Type.BYTE_ARRAY && type != Type.FIXED_LEN_BYTE_ARRAY; // those may be truncated
    }

    BoundaryOrder boundaryOrder() {
        return index == null ? BoundaryOrder.UNORDERED : index.getBoundary_order();
    }

    /** Returns the page's null rows, or -1 if nothing but its levels tells. */
    int nulls(Page page) {
        if (page.nulls() >= 0) {
            return page.nulls();
        }
        if (index != null && index.isSetNull_counts() && page.ordinal() < index.getNull_countsSize()) {
            long nulls = index.getNull_counts().get(page.ordinal());
            return nulls < 0 || nulls > page.rows() ? -1 : (int) nulls;
        }
        Statistics statistics = page.statistics();
        return statistics != null && statistics.isSetNull_count() && statistics.getNull_count() <= page.rows()
                ? (int) statistics.getNull_count()
                : -1;
    }

    /** Returns facts of an output page that has all values of {@code page}. */
    PageFacts of(Page page, int rows, int nulls) {
        byte[] min = null;
        byte[] max = null;
        Statistics statistics = page.statistics();
        if (order == Order.NONE || nulls == rows) {
            return new PageFacts(rows, nulls, null, null, true);
        }
        if (index != null
                && page.ordinal() < index.getNull_pagesSize()
                && !index.getNull_pages().get(page.ordinal())) {
            min = bytes(index.getMin_values().get(page.ordinal()));
            max = bytes(index.getMax_values().get(page.ordinal()));
        } else if (statistics != null && statistics.isSetMin_value() && statistics.isSetMax_value()) {
            min = statistics.getMin_value();
            max = statistics.getMax_value();
        }
        return new PageFacts(rows, nulls, min, max, boundsAreValues);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
