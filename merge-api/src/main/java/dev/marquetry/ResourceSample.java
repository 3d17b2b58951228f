/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a merge took from the machine at one moment. Amounts are in bytes; empty where a system does not tell, or where
 * nothing was stated.
 *
 * @param elapsed the time since the merge began
 * @param phase the step the merge was in
 * @param memoryBytes the merge's own memory in use: the ledger that the memory limit holds
 * @param memoryLimitBytes the stated memory limit
 * @param processBytes resident memory of the whole process, on Linux without pages of files (RssAnon)
 * @param heapBytes the Java heap in use in the whole process, garbage not yet collected included
 * @param freeMemoryBytes memory that could still be taken from the system, or from the container if that is less
 * @param freeDiskBytes space left where the output is written
 * @param bytesMoved bytes of input column chunks that lie in the output
 */
public record ResourceSample(
        Duration elapsed,
        Phase phase,
        long memoryBytes,
        OptionalLong memoryLimitBytes,
        OptionalLong processBytes,
        long heapBytes,
        OptionalLong freeMemoryBytes,
        OptionalLong freeDiskBytes,
        long bytesMoved) {
    /** Checks that nothing is null. */
    public ResourceSample {
        Objects.requireNonNull(elapsed, "elapsed");
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(memoryLimitBytes, "memoryLimitBytes");
        Objects.requireNonNull(processBytes, "processBytes");
        Objects.requireNonNull(freeMemoryBytes, "freeMemoryBytes");
        Objects.requireNonNull(freeDiskBytes, "freeDiskBytes");
    }
}
