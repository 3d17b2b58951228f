/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.storage;

import java.net.URI;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * One generation of an object: its bytes never change. Immutable and thread-safe.
 *
 * @param address where it is, without the generation, such as {@code gs://bucket/name}
 * @param bytes its size
 * @param generation which generation of the address it is; another one has another number
 * @param crc32c the CRC32C of its bytes, or empty if the store does not say
 */
public record StoredObject(URI address, long bytes, long generation, OptionalInt crc32c) {
    /** Checks that nothing is null or negative. */
    public StoredObject {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(crc32c, "crc32c");
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative but was " + bytes);
        }
    }
}
