/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * One generation of an object in a bucket.
 *
 * @param file where its bytes are
 * @param crc32c Base64 of the big-endian checksum, as Cloud Storage writes it
 * @param metadata what its creator said about it
 */
record StoredObject(
        String bucket,
        String name,
        Path file,
        long bytes,
        long generation,
        String crc32c,
        String md5,
        String contentType,
        Instant created,
        Map<String, String> metadata) {

    static StoredObject of(
            String bucket, String name, Path file, long generation, JsonObject resource, Instant created) {
        CRC32C crc = new CRC32C();
        MessageDigest md5 = md5Digest();
        long bytes = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                crc.update(buffer, 0, read);
                md5.update(buffer, 0, read);
                bytes += read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] checksum = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
        return new StoredObject(
                bucket,
                name,
                file,
                bytes,
                generation,
                Base64.getEncoder().encodeToString(checksum),
                Base64.getEncoder().encodeToString(md5.digest()),
                Json.text(resource, "application/octet-stream", "contentType"),
                created,
                Json.texts(Json.object(resource, "metadata")));
    }

    private static MessageDigest md5Digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    StoredObject withMetadata(Map<String, String> changed) {
        return new StoredObject(bucket, name, file, bytes, generation, crc32c, md5, contentType, created, changed);
    }

    /** Returns the same object with a checksum that its bytes do not have. */
    StoredObject withWrongCrc32c() {
        String wrong = crc32c.equals("AAAAAQ==") ? "AAAAAg==" : "AAAAAQ==";
        return new StoredObject(bucket, name, file, bytes, generation, wrong, md5, contentType, created, metadata);
    }

    JsonObject json() {
        JsonObject json = Json.of(
                "kind", "storage#object",
                "id", bucket + "/" + name + "/" + generation,
                "bucket", bucket,
                "name", name,
                "size", bytes,
                "generation", generation,
                "metageneration", "1",
                "crc32c", crc32c,
                "md5Hash", md5,
                "etag", "e" + generation,
                "contentType", contentType,
                "storageClass", "STANDARD",
                "timeCreated", created,
                "updated", created);
        if (!metadata.isEmpty()) {
            json.add("metadata", Json.of(metadata));
        }
        return json;
    }
}
