/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.run.v2.ExecutionsClient;
import com.google.cloud.run.v2.JobsClient;
import com.google.cloud.run.v2.TasksClient;
import com.google.cloud.storage.Storage;
import dev.marquetry.cloudrun.loopback.ContainerHost;
import dev.marquetry.cloudrun.loopback.LoopbackRun;
import dev.marquetry.cloudrun.loopback.ProcessContainer;
import dev.marquetry.cloudrun.loopback.WarmContainers;
import dev.marquetry.cloudrun.loopback.WarmWorker;
import dev.marquetry.cloudrun.worker.ColdWorker;
import dev.marquetry.loopback.LoopbackStorage;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Cloud Run and Cloud Storage on this machine, with Google's own clients of them. */
final class Clouds implements AutoCloseable {
    /** Where files are staged. */
    static final String STAGING = "gs://staging/tests";

    private static final RetrySettings NO_RETRY =
            RetrySettings.newBuilder().setMaxAttempts(1).build();

    private final LoopbackStorage objects = LoopbackStorage.start().bucket("staging");
    private final Storage storage =
            objects.storageOptions().setRetrySettings(NO_RETRY).build().getService();
    private final @Nullable WarmContainers warm;
    private final LoopbackRun run;
    private final JobsClient jobs;
    private final ExecutionsClient executions;
    private final TasksClient tasks;

    private Clouds(boolean isWarm) throws IOException {
        File log = new File("target/containers.log");
        warm = isWarm ? new WarmContainers(WarmWorker.class.getName(), "512m", log, objects.url()) : null;
        ContainerHost host =
                warm != null ? warm : ProcessContainer.running(ColdWorker.class.getName(), objects.url(), "256m", log);
        run = LoopbackRun.start(host);
        jobs = run.jobsClient();
        executions = run.executionsClient();
        tasks = run.tasksClient();
    }

    /** Starts a cloud whose tasks run one after another in one process: quick. */
    static Clouds warm() throws IOException {
        return new Clouds(true);
    }

    /** Starts a cloud whose tasks have a process each, as containers do. */
    static Clouds cold() throws IOException {
        return new Clouds(false);
    }

    /** Returns a builder of strategies that wait as little as they can. */
    CloudRunStrategy.Builder strategy() {
        return CloudRunStrategy.builder("loopback-project", "us-central1", "merge", STAGING)
                .clients(jobs, executions, tasks, storage)
                .pollEvery(Duration.ofMillis(1), Duration.ofMillis(20))
                .retry(4, Duration.ofMillis(1), Duration.ofMillis(20));
    }

    LoopbackRun run() {
        return run;
    }

    LoopbackStorage objects() {
        return objects;
    }

    Storage storage() {
        return storage;
    }

    @Override
    public void close() {
        jobs.close();
        executions.close();
        tasks.close();
        run.close();
        if (warm != null) {
            warm.close();
        }
        objects.close();
    }
}
