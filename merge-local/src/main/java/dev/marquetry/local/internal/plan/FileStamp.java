/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import dev.marquetry.local.internal.source.Origin;
import org.jspecify.annotations.Nullable;

/**
 * What tells a changed file from an unchanged one.
 *
 * @param bytes its size
 * @param version when a file was last modified, in nanoseconds since 1970 as far as the file system tells; the generation of
 *     an object
 * @param footerCrc the CRC-32 of its footer
 */
public record FileStamp(long bytes, long version, int footerCrc) {
    /** Returns whether an input of {@code now} has this size and version; the footer is not read again. */
    public boolean holds(Origin.@Nullable Version now) {
        return now != null && now.bytes() == bytes && now.number() == version;
    }
}
