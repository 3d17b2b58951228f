/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.cloud.NoCredentials;
import com.google.cloud.ServiceOptions;
import com.google.cloud.run.v2.ExecutionsClient;
import com.google.cloud.run.v2.ExecutionsSettings;
import com.google.cloud.run.v2.JobsClient;
import com.google.cloud.run.v2.JobsSettings;
import com.google.cloud.run.v2.TasksClient;
import com.google.cloud.run.v2.TasksSettings;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import dev.marquetry.Attempt;
import dev.marquetry.Attempt.Outcome;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.ScriptedStrategy;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chain as far as it goes without a cloud; merge-cloudrun's tests take it to the end. */
class CloudRunExampleTest {
    private static final String NOWHERE = "http://localhost:1";

    @TempDir
    private Path folder;

    @Test
    void whatFitsHere_isMergedHere() throws IOException {
        NoCredentialsProvider nobody = NoCredentialsProvider.create();
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

        try (JobsClient jobs = JobsClient.create(JobsSettings.newHttpJsonBuilder()
                        .setEndpoint(NOWHERE)
                        .setCredentialsProvider(nobody)
                        .build());
                ExecutionsClient executions = ExecutionsClient.create(ExecutionsSettings.newHttpJsonBuilder()
                        .setEndpoint(NOWHERE)
                        .setCredentialsProvider(nobody)
                        .build());
                TasksClient tasks = TasksClient.create(TasksSettings.newHttpJsonBuilder()
                        .setEndpoint(NOWHERE)
                        .setCredentialsProvider(nobody)
                        .build())) {
            MergeResult wide = CloudRunExample.merge(
                    request,
                    ResourceLimits.defaults(),
                    ScriptedStrategy.named("bigquery"),
                    "my-project",
                    "gs://my-bucket/staging",
                    jobs,
                    executions,
                    tasks,
                    storage);

            assertThat(wide.attempts()).extracting(Attempt::outcome).containsExactly(Outcome.SUCCEEDED);
            assertThat(wide.strategy()).isEqualTo("local-arrow");
        }
    }
}
