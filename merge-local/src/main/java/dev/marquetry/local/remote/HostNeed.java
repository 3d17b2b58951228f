/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import java.time.Duration;
import java.util.Objects;

/**
 * What a whole merge takes of the machine it runs on. Amounts are predictions. Immutable and thread-safe.
 *
 * @param peakMemoryBytes the most memory for buffers at once, working as it would there
 * @param leastMemoryBytes the most it takes at once when it works in the smallest way it can
 * @param scratchBytes what it writes beside the output
 * @param outputBytes the size of the output
 * @param files how many inputs there are, the spine among them
 * @param inputBytes the size of all inputs
 * @param bytesHere the size of those inputs that are files of this machine
 * @param elapsed how long it takes once the inputs are there
 */
public record HostNeed(
        long peakMemoryBytes,
        long leastMemoryBytes,
        long scratchBytes,
        long outputBytes,
        int files,
        long inputBytes,
        long bytesHere,
        Duration elapsed) {
    /** Checks that nothing is null. */
    public HostNeed {
        Objects.requireNonNull(elapsed, "elapsed");
    }
}
