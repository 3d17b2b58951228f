/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.stage;

import dev.marquetry.gcs.call.Pace;
import java.util.Objects;
import java.util.Optional;

/**
 * How objects are sent and fetched. Immutable and thread-safe.
 *
 * @param chunkBytes how much an upload sends at once, a multiple of 256 KiB; each upload holds as much in memory
 * @param readBytes how much a download hands on at once; each download holds as much in memory
 * @param kmsKey the key that objects are encrypted with, or empty for the bucket's own
 * @param retry how often to try what failed
 */
public record BucketSettings(int chunkBytes, int readBytes, Optional<String> kmsKey, Pace retry) {
    /** What an upload sends at once unless told otherwise: {@value} bytes (8 MiB). */
    public static final int DEFAULT_CHUNK_BYTES = 8 << 20;

    /** What a download hands on at once unless told otherwise: {@value} bytes (1 MiB). */
    public static final int DEFAULT_READ_BYTES = 1 << 20;

    private static final int CHUNK_UNIT = 256 << 10;

    /** Checks the sizes. */
    public BucketSettings {
        if (chunkBytes < CHUNK_UNIT || chunkBytes % CHUNK_UNIT != 0) {
            throw new IllegalArgumentException("chunk bytes must be a multiple of 256 KiB but was " + chunkBytes);
        }
        if (readBytes < 1) {
            throw new IllegalArgumentException("read bytes must be positive but was " + readBytes);
        }
        Objects.requireNonNull(kmsKey, "kmsKey");
        Objects.requireNonNull(retry, "retry");
    }

    /** Returns settings with every default. */
    public static BucketSettings defaults() {
        return new BucketSettings(DEFAULT_CHUNK_BYTES, DEFAULT_READ_BYTES, Optional.empty(), Pace.RETRY);
    }
}
