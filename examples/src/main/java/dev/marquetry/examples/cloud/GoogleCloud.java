/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.cloud;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.ServiceOptions;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.storage.StorageOptions;
import dev.marquetry.MergeStrategy;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.bigquery.BigQueryStrategy;
import dev.marquetry.examples.BigQueryFallback;
import java.io.IOException;
import java.util.function.Function;

/** Makes strategies whose clients have the application default credentials of whoever runs the command. */
public final class GoogleCloud implements Function<BigQueryFallback, MergeStrategy> {
    @Override
    public MergeStrategy apply(BigQueryFallback fallback) {
        return strategy(fallback);
    }

    static BigQueryStrategy strategy(BigQueryFallback fallback) {
        GoogleCredentials credentials = credentials("BigQuery");
        BigQueryOptions bigQuery = BigQueryOptions.newBuilder()
                .setProjectId(fallback.project())
                .setCredentials(credentials)
                .setRetrySettings(ServiceOptions.getNoRetrySettings()) // the strategy retries, within its limits
                .build();
        StorageOptions storage = StorageOptions.newBuilder()
                .setProjectId(fallback.project())
                .setCredentials(credentials)
                .setRetrySettings(ServiceOptions.getNoRetrySettings())
                .build();
        BigQueryStrategy.Builder strategy = BigQueryStrategy.builder(fallback.project(), fallback.staging())
                .clients(bigQuery.getService(), storage.getService())
                .within(fallback.limits());
        fallback.location().ifPresent(strategy::location);
        fallback.maxBilled().ifPresent(strategy::maxBilledBytes);
        fallback.datasetExpiry().ifPresent(strategy::datasetExpiry);
        return strategy.build();
    }

    static GoogleCredentials credentials(String service) {
        try {
            return GoogleCredentials.getApplicationDefault();
        } catch (IOException e) {
            throw new StrategyUnavailableException(
                    "Cannot find credentials for " + service
                            + ": run 'gcloud auth application-default login', or name a key file"
                            + " in GOOGLE_APPLICATION_CREDENTIALS",
                    e);
        }
    }
}
