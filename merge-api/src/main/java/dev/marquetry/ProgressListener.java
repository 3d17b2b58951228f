/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

/**
 * Is told how a merge goes on. Called from the merge's own threads, one call at a time per merge, never concurrently for
 * one merge. An exception that it throws is
 * logged once and ignored: it can neither fail a merge nor start a fallback.
 */
@FunctionalInterface
public interface ProgressListener {
    /** Takes one event; should return quickly, for the merge waits. */
    void onProgress(Progress progress);

    /**
     * Takes what the merge takes from the machine, about four times a second; by default does nothing. A sample that comes
     * while another call is at work is left out.
     */
    default void onSample(ResourceSample sample) {}

    /** Returns a listener that does nothing. */
    static ProgressListener none() {
        return progress -> {};
    }
}
