/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.page.ValueStatistics.Order;
import dev.marquetry.local.internal.read.ChunkIndexReader;
import dev.marquetry.local.internal.read.ChunkPages;
import dev.marquetry.local.internal.read.Page;
import dev.marquetry.local.internal.read.SourceChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/** What a source chunk's column index and page headers tell of its pages. */
final class SourceFacts {
    private final @Nullable ColumnIndex index;
    private final @Nullable List<Long> dataBytes;
    private final Order order;
    private final boolean orderIsStated;
    private final boolean boundsAreValues;

    SourceFacts(ChunkPages pages, Order order) throws IOException {
        SourceChunk chunk = pages.chunk();
        ChunkIndexReader indexes = new ChunkIndexReader(chunk);
        index = consistent(indexes.columnIndex());
        boolean sized =
                chunk.meta().getType() == Type.BYTE_ARRAY && chunk.meta().isSetSize_statistics();
        OffsetIndex places = sized ? indexes.offsetIndex() : null;
        dataBytes = places == null ? null : places.getUnencoded_byte_array_data_bytes();
        this.order = order;
        orderIsStated = chunk.column().order() != null;
        boolean areBytes = order == Order.UNSIGNED_BYTES || order == Order.SIGNED_BYTES_DECIMAL;
        // A page's bounds may be truncated where the chunk's are not.
        boundsAreValues = !areBytes && ChunkStatistics.areExact(chunk.meta().getStatistics(), order);
    }

    private static @Nullable ColumnIndex consistent(@Nullable ColumnIndex index) {
        boolean fits = index != null
                && index.getMin_valuesSize() == index.getNull_pagesSize()
                && index.getMax_valuesSize() == index.getNull_pagesSize();
        return fits ? index : null;
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
        if (nulls == rows) {
            return PageFacts.ofNulls(rows);
        }
        if (!orderIsStated || order == Order.NONE) {
            return new PageFacts(rows, nulls, null, null, true, nans(page), dataBytes(page));
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
        if (min != null && max != null && !Bounds.areBounds(order, min, max)) {
            min = null;
            max = null;
        }
        return new PageFacts(rows, nulls, min, max, boundsAreValues, nans(page), dataBytes(page));
    }

    private long nans(Page page) {
        if (index != null && index.isSetNan_counts() && page.ordinal() < index.getNan_countsSize()) {
            return index.getNan_counts().get(page.ordinal());
        }
        Statistics statistics = page.statistics();
        return statistics != null && statistics.isSetNan_count() ? statistics.getNan_count() : -1;
    }

    private long dataBytes(Page page) {
        return dataBytes != null && page.ordinal() < dataBytes.size() ? dataBytes.get(page.ordinal()) : -1;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
