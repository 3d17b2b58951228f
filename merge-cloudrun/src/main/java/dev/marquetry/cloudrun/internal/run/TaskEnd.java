/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.run;

import java.util.Objects;

/**
 * How a task ended. Immutable and thread-safe.
 *
 * @param kind in which way
 * @param exitCode the exit code of its process; zero if there is none
 * @param message what Cloud Run says of it
 */
public record TaskEnd(Kind kind, int exitCode, String message) {
    /** In which way a task ended. */
    public enum Kind {
        /** Its process ended with exit code 0. */
        SUCCEEDED,
        /** Its process ended with another exit code. */
        EXITED,
        /** Its process was killed for taking more memory than the container has. */
        OUT_OF_MEMORY,
        /** It took longer than a task may. */
        TIMED_OUT,
        /** The execution was cancelled. */
        CANCELLED,
        /** The container did not come to run, or Cloud Run does not say what became of it. */
        LOST
    }

    /** Checks that nothing is null. */
    public TaskEnd {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(message, "message");
    }
}
