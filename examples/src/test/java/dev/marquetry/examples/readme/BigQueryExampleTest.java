/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.NoCredentials;
import com.google.cloud.ServiceOptions;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import dev.marquetry.Attempt;
import dev.marquetry.Attempt.Outcome;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.Fixtures;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chain as far as it goes without a cloud; merge-bigquery's tests take it to the end. */
class BigQueryExampleTest {
    private static final String NOWHERE = "http://localhost:1";

    @TempDir
    private Path folder;

    @Test
    void whatFitsHere_isMergedHere() {
        BigQuery bigQuery = BigQueryOptions.newBuilder()
                .setProjectId("my-project")
                .setHost(NOWHERE)
                .setCredentials(NoCredentials.getInstance())
                .setRetrySettings(ServiceOptions.getNoRetrySettings())
                .build()
                .getService();
        Storage storage = StorageOptions.newBuilder()
                .setProjectId("my-project")
                .setHost(NOWHERE)
                .setCredentials(NoCredentials.getInstance())
                .setRetrySettings(ServiceOptions.getNoRetrySettings())
                .build()
                .getService();
        Path targets = Fixtures.table("targets").key("ts", 1, 2, 3).writeTo(folder);
        Path rsi =
                Fixtures.table("rsi").key("ts", 3, 1).column("close", 1.5, 2.5).writeTo(folder);
        MergeRequest request =
                MergeRequest.onKey("ts").spine(targets).features(rsi).writeTo(folder.resolve("wide.parquet"));

        MergeResult wide = BigQueryExample.merge(
                request, ResourceLimits.defaults(), "my-project", "gs://my-bucket/staging", bigQuery, storage);

        assertThat(wide.attempts()).extracting(Attempt::outcome).containsExactly(Outcome.SUCCEEDED);
        assertThat(wide.strategy()).isEqualTo("local-arrow");
        assertThat(wide.columns()).isEqualTo(2);
    }
}
