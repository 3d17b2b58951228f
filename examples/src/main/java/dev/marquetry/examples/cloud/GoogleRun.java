/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.cloud;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.ServiceOptions;
import com.google.cloud.run.v2.ExecutionsClient;
import com.google.cloud.run.v2.ExecutionsSettings;
import com.google.cloud.run.v2.JobsClient;
import com.google.cloud.run.v2.JobsSettings;
import com.google.cloud.run.v2.TasksClient;
import com.google.cloud.run.v2.TasksSettings;
import com.google.cloud.storage.StorageOptions;
import dev.marquetry.MergeStrategy;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.cloudrun.CloudRunStrategy;
import dev.marquetry.examples.CloudRunFallback;
import java.io.IOException;
import java.util.function.Function;

/** Makes strategies whose clients have the application default credentials of whoever runs the command. */
public final class GoogleRun implements Function<CloudRunFallback, MergeStrategy> {
    @Override
    public MergeStrategy apply(CloudRunFallback fallback) {
        GoogleCredentials credentials = GoogleCloud.credentials("Cloud Run");
        FixedCredentialsProvider provider = FixedCredentialsProvider.create(credentials);
        StorageOptions storage = StorageOptions.newBuilder()
                .setProjectId(fallback.project())
                .setCredentials(credentials)
                .setRetrySettings(ServiceOptions.getNoRetrySettings()) // the strategy retries, within its limits
                .build();
        try {
            // The clients end with the process.
            return CloudRunStrategy.builder(fallback.project(), fallback.region(), fallback.job(), fallback.staging())
                    .clients(
                            JobsClient.create(JobsSettings.newHttpJsonBuilder()
                                    .setCredentialsProvider(provider)
                                    .build()),
                            ExecutionsClient.create(ExecutionsSettings.newHttpJsonBuilder()
                                    .setCredentialsProvider(provider)
                                    .build()),
                            TasksClient.create(TasksSettings.newHttpJsonBuilder()
                                    .setCredentialsProvider(provider)
                                    .build()),
                            storage.getService())
                    .within(fallback.limits())
                    .build();
        } catch (IOException e) {
            throw new StrategyUnavailableException("Cannot make the clients of Cloud Run: " + e.getMessage(), e);
        }
    }
}
