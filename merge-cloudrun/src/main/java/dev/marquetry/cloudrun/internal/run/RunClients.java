/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.run;

import com.google.cloud.run.v2.ExecutionsClient;
import com.google.cloud.run.v2.JobsClient;
import com.google.cloud.run.v2.TasksClient;
import java.util.Objects;

/**
 * Google's clients of Cloud Run, which stay the caller's. Thread-safe as they are.
 *
 * @param jobs reads jobs and runs them
 * @param executions finds, follows and cancels executions
 * @param tasks tells how tasks ended
 */
public record RunClients(JobsClient jobs, ExecutionsClient executions, TasksClient tasks) {
    /** Checks that nothing is null. */
    public RunClients {
        Objects.requireNonNull(jobs, "jobs");
        Objects.requireNonNull(executions, "executions");
        Objects.requireNonNull(tasks, "tasks");
    }
}
