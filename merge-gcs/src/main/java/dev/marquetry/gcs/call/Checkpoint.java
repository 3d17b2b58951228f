/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs.call;

/** Asked between calls and while waiting whether the merge may go on. Must be quick and thread-safe. */
@FunctionalInterface
public interface Checkpoint {
    /**
     * Returns if the merge may go on.
     *
     * @throws InterruptedException if the thread was interrupted
     * @throws dev.marquetry.MergeException if the merge must stop
     */
    void check() throws InterruptedException;

    /** Returns a checkpoint that lets everything pass. */
    static Checkpoint none() {
        return () -> {};
    }
}
