/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import dev.marquetry.CostItem;
import dev.marquetry.MergeRequest;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;

/** What the engine does for a {@link RemoteHost}. Thread-safe; ends with the merge. */
public interface HostSession {
    /** Returns the request. */
    MergeRequest request();

    /** Returns the inputs as they were looked at, the spine first; no folder is listed again. */
    List<URI> inputs();

    /**
     * Counts as a sign of life, and is to be called at least every few seconds.
     *
     * @throws dev.marquetry.MergeException if the merge has to stop: a limit was crossed, or another thread failed
     * @throws InterruptedException if this thread was interrupted
     */
    void check() throws InterruptedException;

    /**
     * Holds that the inputs are as they were when they were looked at.
     *
     * @throws dev.marquetry.InvalidInputException if one has changed
     */
    void refuseChangedInputs() throws IOException;

    /** Puts bytes of the output at {@code position}; several threads may, each its own. Nothing is visible until published. */
    void write(long position, ByteBuffer bytes) throws IOException;

    /**
     * Runs {@code work} on {@code threads} threads at once and returns when all have ended; limits and interrupts reach
     * them.
     *
     * @throws dev.marquetry.MergeException the first failure of any of them
     */
    void work(Phase phase, int threads, RemoteSession.Work work);

    /**
     * Takes {@code bytes} of the memory that a merge may take here, until it ends.
     *
     * @throws dev.marquetry.LimitBreachException if the merge may not take so much
     */
    void takeMemory(long bytes);

    /** Tells listeners and log what is done here. */
    void report(Phase phase, String detail);

    /** Tells listeners and log how far the merge has come there. */
    void report(Progress there);

    /** Adds something that the merge paid for, for its result. */
    void paid(CostItem item);

    /** Tells a warning at once and keeps it for the result. */
    void warn(String text);
}
