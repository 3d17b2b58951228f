/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.local.internal.plan.MergePlan;

/**
 * About how many bytes the descriptions of an output's chunks will take, so that room is made for them once. A file that
 * turns out otherwise grows its buffers or spills.
 *
 * @param metas descriptions of the chunks of one row group
 * @param offsetIndexes their offset indexes
 * @param columnIndexes their column indexes
 * @param footer descriptions of all chunks
 */
record Expected(long metas, long offsetIndexes, long columnIndexes, long footer) {
    private static final int ROWS_PER_PAGE = 20_000;

    static Expected of(MergePlan plan) {
        long columns = plan.columns().size();
        long pages = columns * (plan.largestRowGroup() / ROWS_PER_PAGE + 1);
        long metas = plan.descriptionBytes() + 16 * columns;
        return new Expected(metas, 8 * columns + 12 * pages, 16 * columns + 24 * pages, metas * plan.rowGroups());
    }

    /** Returns what buffers of these sizes take within {@code budget} bytes. */
    long bytesInMemory(long budget) {
        long most = SpillBuffer.memoryLimit(budget);
        return Math.min(metas, most)
                + Math.min(offsetIndexes, most)
                + Math.min(columnIndexes, most)
                + Math.min(footer, most);
    }
}
