/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.stage;

import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * One generation of an object in Cloud Storage. Immutable and thread-safe.
 *
 * @param bucket its bucket
 * @param name its full name in the bucket
 * @param bytes its size
 * @param crc32c the CRC32C of its bytes, or empty if the service does not say
 * @param generation which generation of the name it is
 * @param created when it was made, or the epoch if the service does not say
 */
public record StoredObject(
        String bucket, String name, long bytes, OptionalInt crc32c, long generation, Instant created) {
    /** Checks that nothing is null. */
    public StoredObject {
        Objects.requireNonNull(bucket, "bucket");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(crc32c, "crc32c");
        Objects.requireNonNull(created, "created");
    }

    static StoredObject of(Blob blob) {
        String crc = blob.getCrc32c();
        return new StoredObject(
                blob.getBucket(),
                blob.getName(),
                Objects.requireNonNullElse(blob.getSize(), 0L),
                crc == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(
                                ByteBuffer.wrap(Base64.getDecoder().decode(crc)).getInt()),
                Objects.requireNonNullElse(blob.getGeneration(), 0L),
                blob.getCreateTimeOffsetDateTime() == null
                        ? Instant.EPOCH
                        : blob.getCreateTimeOffsetDateTime().toInstant());
    }

    BlobId id() {
        return BlobId.of(bucket, name, generation);
    }

    /** Returns where it is, such as {@code gs://bucket/name}, without the generation. */
    public String uri() {
        return "gs://" + bucket + "/" + name;
    }

    /**
     * Returns the object's bucket and name in a {@code gs://} address.
     *
     * @throws IllegalArgumentException if it is none
     */
    static BlobId parse(URI uri) {
        String text = uri.toString();
        int slash = text.indexOf('/', 5);
        if (!text.startsWith("gs://") || slash < 6 || slash == text.length() - 1) {
            throw new IllegalArgumentException("address must be gs://bucket/name but was " + text);
        }
        // Of an address, the decoded path is the name; what URI takes for a query or fragment can not be in one.
        return BlobId.of(text.substring(5, slash), uri.getPath().substring(1));
    }
}
