/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import com.google.cloud.run.v2.ExecutionsClient;
import com.google.cloud.run.v2.JobsClient;
import com.google.cloud.run.v2.TasksClient;
import com.google.cloud.storage.Storage;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.cloudrun.CloudRunStrategy;
import dev.marquetry.local.LocalArrowStrategy;

/** A chain of three: here, in BigQuery, in a container. */
public final class CloudRunExample {
    private CloudRunExample() {}

    /** Merges here within {@code limits}, or in BigQuery if those do not do, or in Cloud Run if that does not do. */
    public static MergeResult merge(
            MergeRequest request,
            ResourceLimits limits,
            MergeStrategy inBigQuery,
            String project,
            String staging,
            JobsClient jobs,
            ExecutionsClient executions,
            TasksClient tasks,
            Storage storage) {
        // tag::cloud-run
        MergeStrategy inCloudRun = CloudRunStrategy.builder(project, "us-central1", "marquetry", staging)
                .clients(jobs, executions, tasks, storage) // of JobsSettings.newHttpJsonBuilder() and the like
                .within(limits) // on this machine: the container's are the job's
                .build();

        MergeStrategy merger = MergePolicy.startingWith(LocalArrowStrategy.within(limits))
                .fallbackTo(inBigQuery)
                .fallbackTo(inCloudRun)
                .alsoWhenUnavailable()
                .build();

        MergeResult wide = merger.merge(request);
        // end::cloud-run
        return wide;
    }
}
