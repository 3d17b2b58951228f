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
    private final List<Long> nanCounts = new ArrayList<>();
    private final List<Long> dataBytes = new ArrayList<>();
    private final List<Long> levels = new ArrayList<>();
    private final Order order;
    private final Bounds bounds;
    private boolean complete = true;
    private int indexBytes = 64;
    private long rows;
    private long nulls;
    private long nans;
    private long bytes;
    private boolean sized;

    ChunkIndexes(Order order) {
        this.order = order;
        bounds = new Bounds(order);
    }

    void add(long offset, int length, PageFacts facts) {
        locations.add(new PageLocation(offset, length, rows));
        rows += facts.rows();
        nulls += facts.nulls();
        nullPages.add(facts.isAllNull());
        nullCounts.add((long) facts.nulls());
        levels.add((long) facts.nulls());
        levels.add((long) facts.rows() - facts.nulls());
        nanCounts.add(facts.nans());
        nans = nans < 0 || facts.nans() < 0 ? -1 : nans + facts.nans();
        dataBytes.add(facts.dataBytes());
        bytes = bytes < 0 || facts.dataBytes() < 0 ? -1 : bytes + facts.dataBytes();
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

    /** Returns how many values are NaN, or -1 if that is not known or they can not be. */
    long nans() {
        return Bounds.hasNan(order) ? nans : -1;
    }

    /** Returns the bytes of all BYTE_ARRAYs without their lengths, or -1 if they are not known. */
    long dataBytes() {
        return bytes;
    }

    Order order() {
        return order;
    }

    /** Says that the indexes are to tell sizes and levels too. */
    void withSizes() {
        sized = true;
    }

    /** Returns the bounds of all pages. */
    Bounds bounds() {
        return bounds;
    }

    OffsetIndex offsetIndex(boolean ofByteArrays) {
        OffsetIndex index = new OffsetIndex(locations);
        if (sized && ofByteArrays && bytes >= 0) {
            index.setUnencoded_byte_array_data_bytes(dataBytes);
        }
        return index;
    }

    /** Returns the column index serialised, or null if some page's bounds are not known. */
    @Nullable
    ByteBuffer columnIndex(BoundaryOrder boundaryOrder, boolean hasLevels) throws IOException {
        if (!complete) {
            return null;
        }
        ColumnIndex index = new ColumnIndex(nullPages, mins, maxs, boundaryOrder);
        index.setNull_counts(nullCounts);
        if (sized && hasLevels) {
            index.setDefinition_level_histograms(levels);
        }
        if (nans() >= 0) {
            index.setNan_counts(nanCounts);
        }
        CompactWriter out = new CompactWriter(indexBytes);
        new PageIndexWriter(out).columnIndex(index);
        return ByteBuffer.wrap(Arrays.copyOf(out.bytes(), out.length()));
    }
}
