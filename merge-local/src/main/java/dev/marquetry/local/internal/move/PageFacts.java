package dev.marquetry.local.internal.move;

import org.jspecify.annotations.Nullable;

/**
 * What indexes tell of one output page.
 *
 * @param rows its rows
 * @param nulls its null rows
 * @param min a lower bound of its values, or null if none is known or all rows are null
 * @param max an upper bound of its values, or null likewise
 * @param exact whether the bounds are values that occur in it
 */
record PageFacts(int rows, int nulls, byte @Nullable [] min, byte @Nullable [] max, boolean exact) {
    static PageFacts ofNulls(int rows) {
        return new PageFacts(rows, rows, null, null, true);
    }

    boolean isAllNull() {
        return nulls == rows;
    }
}
