/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.loopback;

import com.google.cloud.run.v2.Condition;
import com.google.cloud.run.v2.Condition.ExecutionReason;
import com.google.cloud.run.v2.Execution;
import com.google.cloud.run.v2.Job;
import com.google.cloud.run.v2.RunJobRequest.Overrides;
import com.google.cloud.run.v2.RunJobRequest.Overrides.ContainerOverride;
import com.google.cloud.run.v2.Task;
import com.google.cloud.run.v2.TaskTemplate;
import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An execution and its tasks. Thread-safe. */
final class LoopbackExecution {
    private final String name;
    private final String job;
    private final TaskTemplate template;
    private final Instant created = Instant.now();
    private final List<LoopbackTask> tasks = new ArrayList<>();
    private volatile boolean cancelled;

    LoopbackExecution(String name, Job job, Overrides overrides, ContainerHost host, @Nullable Integer killedWith) {
        this.name = name;
        this.job = job.getName();
        TaskTemplate.Builder merged = job.getTemplate().getTemplate().toBuilder();
        if (overrides.hasTimeout()) {
            merged.setTimeout(overrides.getTimeout());
        }
        if (overrides.getContainerOverridesCount() > 0) {
            ContainerOverride override = overrides.getContainerOverrides(0);
            merged.getContainersBuilder(0)
                    .clearArgs()
                    .addAllArgs(override.getArgsList())
                    .addAllEnv(override.getEnvList());
        }
        template = merged.build();
        int count = Math.max(1, overrides.getTaskCount());
        for (int index = 0; index < count; index++) {
            tasks.add(new LoopbackTask(this, index, count, host, killedWith));
        }
    }

    void start() {
        tasks.forEach(LoopbackTask::start);
    }

    void cancel() {
        if (!hasEnded()) {
            cancelled = true;
            tasks.forEach(LoopbackTask::stop);
        }
    }

    void kill() {
        tasks.forEach(LoopbackTask::kill);
    }

    boolean hasEnded() {
        return tasks.stream().allMatch(LoopbackTask::hasEnded);
    }

    boolean isCancelled() {
        return cancelled;
    }

    String name() {
        return name;
    }

    String job() {
        return job;
    }

    TaskTemplate template() {
        return template;
    }

    Duration timeout() {
        return Duration.ofSeconds(template.getTimeout().getSeconds());
    }

    List<Task> tasks() {
        return tasks.stream().map(LoopbackTask::describe).toList();
    }

    Execution describe() {
        int running = (int) tasks.stream().filter(task -> !task.hasEnded()).count();
        int succeeded = (int) tasks.stream().filter(LoopbackTask::succeeded).count();
        boolean ended = running == 0;
        Execution.Builder execution = Execution.newBuilder()
                .setName(name)
                .setJob(job)
                .setTemplate(template)
                .setCreateTime(timestamp(created))
                .setTaskCount(tasks.size())
                .setRunningCount(running)
                .setSucceededCount(succeeded);
        Condition.Builder completed = Condition.newBuilder().setType("Completed");
        if (!ended) {
            completed.setState(Condition.State.CONDITION_RECONCILING);
        } else if (succeeded == tasks.size()) {
            completed.setState(Condition.State.CONDITION_SUCCEEDED).setMessage("Execution completed successfully.");
        } else if (cancelled) {
            completed
                    .setState(Condition.State.CONDITION_FAILED)
                    .setExecutionReason(ExecutionReason.CANCELLED)
                    .setMessage("Execution has been cancelled.");
            execution.setCancelledCount(tasks.size() - succeeded);
        } else {
            completed
                    .setState(Condition.State.CONDITION_FAILED)
                    .setExecutionReason(ExecutionReason.NON_ZERO_EXIT_CODE)
                    .setMessage("Task " + name.substring(name.lastIndexOf('/') + 1)
                            + "-task0 failed with message: The container exited with an error.");
            execution.setFailedCount(tasks.size() - succeeded);
        }
        if (ended) {
            execution.setCompletionTime(timestamp(Instant.now()));
        }
        return execution.addConditions(completed).build();
    }

    static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
