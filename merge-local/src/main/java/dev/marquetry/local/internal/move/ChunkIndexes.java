/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.format.CompactWriter;
import dev.marquetry.local.internal.format.PageIndexWriter;
import dev.marquetry.local.internal.page.ValueStatistics.Order;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;
import org.jspecify.annotations.Nullable;

/** Collects the page indexes of one output chunk, page by page. Not thread-safe. */
final class ChunkIndexes {
    private static final ByteBuffer NO_BOUND = ByteBuffer.allocate(0);

    private final List<PageLocation> locations = new ArrayList<>();
    private final List<Boolean> nullPages = new ArrayList<>();
    private final List<ByteBuffer> mins = new ArrayList<>();
    private final List<ByteBuffer> maxs = new ArrayList<>();
    private final List<Long> nullCounts = new ArrayList<>();
    private final Bounds bounds;
    private boolean complete = true;
    private int indexBytes = 64;
    private long rows;
    private long nulls;

    ChunkIndexes(Order order) {
        bounds = new Bounds(order);
    }

    void add(long offset, int length, PageFacts facts) {
        locations.add(new PageLocation(offset, length, rows));
        rows += facts.rows();
        nulls += facts.nulls();
        nullPages.add(facts.isAllNull());
        nullCounts.add((long) facts.nulls());
        byte[] min = facts.min();
        byte[] max = facts.max();
        if (facts.isAllNull()) {
            mins.add(NO_BOUND);
            maxs.add(NO_BOUND);
            return;
        }
        bounds.add(min, max, facts.exact());
        if (min == null || max == null) {
            complete = false;
        } else {
            indexBytes += min.length + max.length + 24;
            mins.add(ByteBuffer.wrap(min));
            maxs.add(ByteBuffer.wrap(max));
        }
    }

    long rows() {
        return rows;
    }

    long nulls() {
        return nulls;
    }

    /** Returns the bounds of all pages. */
    Bounds bounds() {
        return bounds;
    }

    OffsetIndex offsetIndex() {
        return new OffsetIndex(locations);
    }

    /** Returns the column index serialised, or null if some page's bounds are not known. */
    @Nullable
    ByteBuffer columnIndex(BoundaryOrder boundaryOrder) throws IOException {
        if (!complete) {
            return null;
        }
        ColumnIndex index = new ColumnIndex(nullPages, mins, maxs, boundaryOrder);
        index.setNull_counts(nullCounts);
        CompactWriter out = new CompactWriter(indexBytes);
        new PageIndexWriter(out).columnIndex(index);
        return ByteBuffer.wrap(Arrays.copyOf(out.bytes(), out.length()));
    }
}
