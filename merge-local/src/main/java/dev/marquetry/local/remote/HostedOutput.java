/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import dev.marquetry.MergeResult;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * An output that another machine made and that was brought here. Immutable and thread-safe.
 *
 * @param there the result of the merge as it was made there
 * @param crc32c the CRC32C of the output as it is stored there, or empty if that is not known
 */
public record HostedOutput(MergeResult there, OptionalInt crc32c) {
    /** Checks that nothing is null. */
    public HostedOutput {
        Objects.requireNonNull(there, "there");
        Objects.requireNonNull(crc32c, "crc32c");
    }
}
