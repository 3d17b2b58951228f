/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.storage.Storage;
import dev.marquetry.ResourceLimits;
import dev.marquetry.loopback.LoopbackCloud;
import java.time.Duration;

/** Strategies whose cloud is on this machine. */
final class Loopback {
    /** Where they stage files. */
    static final String STAGING = "gs://staging/tests";

    private static final RetrySettings NO_RETRY =
            RetrySettings.newBuilder().setMaxAttempts(1).build();

    private Loopback() {}

    /** Starts a server with the bucket that {@link #STAGING} is in. */
    static LoopbackCloud start() {
        return LoopbackCloud.start().bucket("staging");
    }

    static BigQuery bigQuery(LoopbackCloud cloud) {
        return cloud.bigQueryOptions().setRetrySettings(NO_RETRY).build().getService();
    }

    static Storage storage(LoopbackCloud cloud) {
        return cloud.storageOptions().setRetrySettings(NO_RETRY).build().getService();
    }

    /** Returns a builder with clients of {@code cloud} that waits as little as it can. */
    static BigQueryStrategy.Builder strategy(LoopbackCloud cloud) {
        return BigQueryStrategy.builder(LoopbackCloud.PROJECT, STAGING)
                .clients(bigQuery(cloud), storage(cloud))
                .location(LoopbackCloud.LOCATION)
                .pollEvery(Duration.ofMillis(1), Duration.ofMillis(20))
                .retry(4, Duration.ofMillis(1), Duration.ofMillis(20));
    }

    static BigQueryStrategy within(LoopbackCloud cloud, ResourceLimits limits) {
        return strategy(cloud).within(limits).build();
    }
}
