/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.util.Map;

/**
 * A job the server accepted.
 *
 * @param state {@code PENDING}, {@code RUNNING} or {@code DONE}: as it is, not as clients were told
 * @param errorReason the reason of its error result, empty if it has none
 * @param cancelled whether a client asked it to stop before it ended
 * @param timeoutMillis the time limit its client gave it, 0 if none
 * @param sql its statement, empty if it is no query
 * @param billedBytes what it cost
 */
public record RecordedJob(
        String id,
        Kind kind,
        String state,
        String errorReason,
        boolean cancelled,
        Map<String, String> labels,
        long timeoutMillis,
        String sql,
        long billedBytes) {
    /** What a job does. */
    public enum Kind {
        /** Makes a table of objects. */
        LOAD,
        /** Runs a statement. */
        QUERY
    }

    /** Copies the labels. */
    public RecordedJob {
        labels = Map.copyOf(labels);
    }

    /** Returns whether the job has ended without an error. */
    public boolean succeeded() {
        return state.equals("DONE") && errorReason.isEmpty();
    }
}
