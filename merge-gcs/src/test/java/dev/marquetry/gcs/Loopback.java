/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.marquetry.loopback.LoopbackStorage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Stores whose cloud is on this machine. */
final class Loopback {
    static final String BUCKET = "data";

    private static final RetrySettings NO_RETRY =
            RetrySettings.newBuilder().setMaxAttempts(1).build();

    private Loopback() {}

    static LoopbackStorage start() {
        return LoopbackStorage.start().bucket(BUCKET);
    }

    static Storage client(LoopbackStorage cloud) {
        return cloud.storageOptions().setRetrySettings(NO_RETRY).build().getService();
    }

    /** Returns a store that waits as little as it can between four tries. */
    static GoogleCloudStorage store(LoopbackStorage cloud) {
        return GoogleCloudStorage.with(client(cloud)).retry(4, Duration.ofMillis(1), Duration.ofMillis(20));
    }

    /** Puts {@code file} into the cloud under {@code folder} and returns where. */
    static URI upload(Storage client, String folder, Path file) throws IOException {
        String name = folder + "/" + file.getFileName();
        client.create(BlobInfo.newBuilder(BUCKET, name).build(), Files.readAllBytes(file));
        return address(name);
    }

    static URI address(String name) {
        return URI.create("gs://" + BUCKET + "/").resolve(path(name));
    }

    private static URI path(String name) {
        try {
            return new URI(null, null, "/" + name, null);
        } catch (java.net.URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
