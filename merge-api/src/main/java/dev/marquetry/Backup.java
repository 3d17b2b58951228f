/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.net.URI;
import java.util.Objects;

/**
 * A copy of an output in a store of objects, whose bytes are known to be the output's. Immutable and thread-safe.
 *
 * @param object where it is, without the generation, such as {@code gs://bucket/name}
 * @param generation which generation of the object it is: later ones are somebody else's
 * @param crc32c the CRC32C of its bytes, as the store writes it: for Cloud Storage Base64 of its four bytes, big-endian
 * @param bytes its size
 * @param copied whether the bytes were sent; false if that very object was there already
 */
public record Backup(URI object, long generation, String crc32c, long bytes, boolean copied) {
    /** Checks that nothing is null or negative. */
    public Backup {
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(crc32c, "crc32c");
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative but was " + bytes);
        }
    }

    /** Returns this as one that was there before. */
    Backup there() {
        return new Backup(object, generation, crc32c, bytes, false);
    }

    /** Returns the backup in one line, for logs. */
    @Override
    public String toString() {
        return object + "#" + generation + (copied ? " copied, " : " there already, ") + new MemorySize(bytes)
                + ", CRC32C " + crc32c;
    }
}
