/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.time.Duration;

/** How the server behaves when nothing goes wrong: sizes of pages, files and steps. Set by {@link LoopbackCloud}. */
final class Knobs {
    /** Files that few rows for each may lead to: writing a file takes time, and fifty prove as much as thousands. */
    private static final int MANY_SHARDS = 50;

    private static final long GB = 1_000_000_000;

    private volatile int pageSize = 1000;
    private volatile int jobPolls;
    private volatile Duration jobTime = Duration.ZERO;
    private volatile long rowsPerShard = Long.MAX_VALUE;
    private volatile long bytesPerShard = GB;
    private volatile long rowGroupRows;

    int pageSize() {
        return pageSize;
    }

    void pageSize(int most) {
        pageSize = most;
    }

    /** Returns how often a job that was asked for is not done yet. */
    int jobPolls() {
        return jobPolls;
    }

    void jobPolls(int polls) {
        jobPolls = polls;
    }

    /** Returns the least time a job takes. */
    Duration jobTime() {
        return jobTime;
    }

    void jobTime(Duration least) {
        jobTime = least;
    }

    /** Returns how many of so many rows a file holds at most, if a row takes so many bytes on average. */
    long rowsPerShard(long rows, long bytesPerRow) {
        long wanted = Math.max(rowsPerShard, (rows + MANY_SHARDS - 1) / MANY_SHARDS);
        return Math.max(1, Math.min(wanted, bytesPerShard / Math.max(1, bytesPerRow)));
    }

    void maxRowsPerShard(long most) {
        rowsPerShard = most;
    }

    void maxBytesPerShard(long most) {
        bytesPerShard = most;
    }

    /** Returns how many rows an exported row group holds at most, 0 to choose by the number of columns. */
    long rowGroupRows() {
        return rowGroupRows;
    }

    void rowGroupRows(long most) {
        rowGroupRows = most;
    }
}
