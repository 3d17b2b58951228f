/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.NoCredentials;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.storage.StorageOptions;
import dev.marquetry.loopback.LoopbackCloud;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A process of its own that merges by the server at {@code args[0]}, in the folder {@code args[1]}. */
final class ChildMerge {
    private ChildMerge() {}

    public static void main(String[] args) throws IOException {
        RetrySettings once = RetrySettings.newBuilder().setMaxAttempts(1).build();
        BigQueryStrategy.builder(LoopbackCloud.PROJECT, Loopback.STAGING)
                .clients(
                        BigQueryOptions.newBuilder()
                                .setProjectId(LoopbackCloud.PROJECT)
                                .setHost(args[0])
                                .setCredentials(NoCredentials.getInstance())
                                .setLocation(LoopbackCloud.LOCATION)
                                .setRetrySettings(once)
                                .build()
                                .getService(),
                        StorageOptions.newBuilder()
                                .setProjectId(LoopbackCloud.PROJECT)
                                .setHost(args[0])
                                .setCredentials(NoCredentials.getInstance())
                                .setRetrySettings(once)
                                .build()
                                .getService())
                .location(LoopbackCloud.LOCATION)
                .pollEvery(Duration.ofMillis(5), Duration.ofMillis(50))
                .build()
                .merge(new Pair(Path.of(args[1]), 4, 4).request());
    }
}
