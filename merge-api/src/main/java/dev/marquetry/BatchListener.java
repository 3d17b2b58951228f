/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

/**
 * Told how a {@link BatchMerge} goes. Calls come on the batch's own threads, one at a time; what they throw is logged and
 * ignored. A call that blocks holds up the batch.
 */
public interface BatchListener {
    /** Returns a listener that does nothing. */
    static BatchListener none() {
        return new BatchListener() {};
    }

    /** The merge called {@code name} begins. */
    default void onBegun(String name, MergeRequest request) {}

    /** The merge called {@code name} has come further. */
    default void onProgress(String name, Progress progress) {}

    /**
     * What the merge called {@code name} takes from the machine, about four times a second; process and system figures are
     * those of all merges of the process. A sample that comes while another call is at work is left out.
     */
    default void onSample(String name, ResourceSample sample) {}

    /** A merge has ended, or was skipped; told as well of those that never began, at the end. */
    default void onEnded(BatchResult.Item item) {}
}
