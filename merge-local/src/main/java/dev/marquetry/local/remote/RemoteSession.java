/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import dev.marquetry.CostItem;
import dev.marquetry.Phase;
import java.io.IOException;
import java.util.List;

/**
 * What the engine does for a {@link RemoteJoin}. Thread-safe; ends with the join.
 */
public interface RemoteSession {
    /** What one of several threads does; it takes its share from something shared until nothing is left. */
    @FunctionalInterface
    interface Work {
        /** Does one thread's share. */
        void run() throws IOException, InterruptedException;
    }

    /** Returns what is to be joined. */
    RemotePlan plan();

    /**
     * Counts as a sign of life, and is to be called at least every few seconds.
     *
     * @throws dev.marquetry.MergeException if the merge has to stop: a limit was crossed, or another thread failed
     * @throws InterruptedException if this thread was interrupted
     */
    void check() throws InterruptedException;

    /** Returns the staged spine; small, and made with the first call. */
    StagedFile spine() throws IOException;

    /** Returns {@code file} staged; its tail is made and kept until it is closed. */
    StagedFile stage(RemoteFile file) throws IOException;

    /** Begins a group of {@code columns}, which lie side by side in the output. */
    RemoteGroup newGroup(List<RemoteColumn> columns) throws IOException;

    /**
     * Runs {@code work} on {@code threads} threads at once and returns when all have ended; limits and interrupts reach
     * them.
     *
     * @throws dev.marquetry.MergeException the first failure of any of them
     */
    void work(Phase phase, int threads, Work work);

    /**
     * Takes {@code bytes} of the merge's memory for buffers of the join's own, until it ends.
     *
     * @throws dev.marquetry.LimitBreachException if the merge may not take so much
     */
    void takeMemory(long bytes);

    /** Tells listeners and log how far it is. */
    void report(Phase phase, String detail);

    /** Adds something that the merge paid for, for its result. */
    void paid(CostItem item);

    /** Tells a warning at once and keeps it for the result. */
    void warn(String text);
}
