/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.ServiceOptions;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.MergeStrategyContract;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/**
 * The contract kit against the real BigQuery. <b>This bills the project that is named</b>: hundreds of small merges, each
 * with jobs, tables of which ten mebibytes at least are billed, and objects; every merge may bill 10 GiB at most. It takes
 * long, and a claim that takes more than two minutes fails.
 *
 * <p>No build runs it unless asked, with application default credentials:
 *
 * <pre>{@code
 * mvn -Plive verify -pl merge-bigquery -am -Dmarquetry.project=my-project -Dmarquetry.staging=gs://my-bucket/live
 * }</pre>
 *
 * <p>{@code -Dmarquetry.location=…} says where the bucket is; default {@code US}.
 */
@Tag("live")
class LiveBigQueryContractTest extends MergeStrategyContract {
    private static String project;
    private static String staging;
    private static String location;
    private static BigQuery bigQuery;
    private static Storage storage;

    @BeforeAll
    static void connect() throws IOException {
        project = property("marquetry.project");
        staging = property("marquetry.staging");
        location = System.getProperty("marquetry.location", "US");
        GoogleCredentials credentials = GoogleCredentials.getApplicationDefault();
        bigQuery = BigQueryOptions.newBuilder()
                .setProjectId(project)
                .setCredentials(credentials)
                .setRetrySettings(ServiceOptions.getNoRetrySettings())
                .build()
                .getService();
        storage = StorageOptions.newBuilder()
                .setProjectId(project)
                .setCredentials(credentials)
                .setRetrySettings(ServiceOptions.getNoRetrySettings())
                .build()
                .getService();
    }

    private static String property(String name) {
        String value = System.getProperty(name, "");
        if (value.isEmpty()) {
            throw new IllegalStateException("tests against the real BigQuery need -D" + name + "=…, and bill it");
        }
        return value;
    }

    @AfterAll
    static void disconnect() throws Exception {
        if (storage != null) {
            storage.close();
        }
    }

    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return BigQueryStrategy.builder(project, staging)
                .clients(bigQuery, storage)
                .location(location)
                .datasetExpiry(Duration.ofHours(1))
                .labels(Map.of("purpose", "marquetry-live-test"))
                .maxBilledBytes(MemorySize.gib(10))
                .within(limits)
                .build();
    }
}
