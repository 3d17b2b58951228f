/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.Phase;
import dev.marquetry.Resource;

/**
 * How a process that merged for this one died. Immutable and thread-safe.
 *
 * @param exitCode its exit code; 128 and the signal's number if a signal killed it
 * @param saidOutOfMemory whether its last words were of memory that it did not get
 */
public record WorkerDeath(int exitCode, boolean saidOutOfMemory) {
    private static final int SIGNALLED = 128;
    private static final int HANGUP = SIGNALLED + 1;
    private static final int INTERRUPTED = SIGNALLED + 2;
    private static final int ABORTED = SIGNALLED + 6;
    private static final int KILLED = SIGNALLED + 9;
    private static final int TERMINATED = SIGNALLED + 15;

    /** What a JVM ends with when it runs out of heap and was told to end then. */
    private static final int OUT_OF_HEAP = 3;

    /**
     * Returns whether memory is what it died of, or must be thought to be: the system kills what takes too much without a
     * word, and a JVM aborts when it is refused memory. Signals by which people end processes are none of these.
     */
    public boolean isOfMemory() {
        boolean askedToEnd = exitCode == HANGUP || exitCode == INTERRUPTED || exitCode == TERMINATED;
        return saidOutOfMemory || exitCode == OUT_OF_HEAP || (exitCode > SIGNALLED && !askedToEnd);
    }

    /** Returns how it died, such as {@code was killed (signal 9)}. */
    public String how() {
        if (saidOutOfMemory || exitCode == OUT_OF_HEAP) {
            return "ran out of memory (exit code " + exitCode + ")";
        }
        if (exitCode > SIGNALLED) {
            String verb = exitCode == KILLED ? "was killed" : exitCode == ABORTED ? "aborted" : "was ended";
            return verb + " (signal " + (exitCode - SIGNALLED) + ")";
        }
        return "ended (exit code " + exitCode + ")";
    }

    /**
     * Returns the breach that such a death is.
     *
     * @param limitBytes what the process could take at most
     * @param seenBytes the most that it was seen to take
     * @param phase the step it was in
     */
    public LimitBreach breach(long limitBytes, long seenBytes, Phase phase, long processId) {
        return new LimitBreach(
                Resource.MEMORY,
                limitBytes,
                seenBytes,
                Basis.MEASURED,
                phase,
                "when its worker process " + processId + " " + how() + ", which was seen at that figure last");
    }

    /** Returns the breach of a worker that did not end in time though it was told to. */
    public static LimitBreach late(long limitMillis, long elapsedMillis, Phase phase, long processId) {
        return new LimitBreach(
                Resource.ELAPSED, limitMillis, elapsedMillis, Basis.MEASURED, phase, "in worker process " + processId);
    }
}
