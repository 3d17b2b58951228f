/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import org.jspecify.annotations.Nullable;

/** What indexes tell of one output page. Immutable, as long as nobody writes into its bounds. */
final class PageFacts {
    private final int rows;
    private final int nulls;
    private final byte @Nullable [] min;
    private final byte @Nullable [] max;
    private final boolean exact;
    private final long nans;
    private final long dataBytes;

    /**
     * Tells of a page.
     *
     * @param rows its rows
     * @param nulls its null rows
     * @param min a lower bound of its values, or null if none is known or all rows are null
     * @param max an upper bound of its values, or null likewise
     * @param exact whether the bounds are values that occur in it
     * @param nans how many of its values are NaN, or -1 if that is not known
     * @param dataBytes bytes of its values if they are BYTE_ARRAYs, without their lengths; -1 if that is not known
     */
    PageFacts(
            int rows,
            int nulls,
            byte @Nullable [] min,
            byte @Nullable [] max,
            boolean exact,
            long nans,
            long dataBytes) {
        this.rows = rows;
        this.nulls = nulls;
        this.min = min;
        this.max = max;
        this.exact = exact;
        this.nans = nans;
        this.dataBytes = dataBytes;
    }

    static PageFacts ofNulls(int rows) {
        return new PageFacts(rows, rows, null, null, true, 0, 0);
    }

    int rows() {
        return rows;
    }

    int nulls() {
        return nulls;
    }

    byte @Nullable [] min() {
        return min;
    }

    byte @Nullable [] max() {
        return max;
    }

    boolean exact() {
        return exact;
    }

    long nans() {
        return nans;
    }

    long dataBytes() {
        return dataBytes;
    }

    boolean isAllNull() {
        return nulls == rows;
    }
}
