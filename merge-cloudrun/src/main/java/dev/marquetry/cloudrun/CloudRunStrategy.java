/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun;

import com.google.cloud.run.v2.ExecutionsClient;
import com.google.cloud.run.v2.JobsClient;
import com.google.cloud.run.v2.TasksClient;
import com.google.cloud.storage.Storage;
import dev.marquetry.CostEstimate;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.cloudrun.internal.CloudRunForecast;
import dev.marquetry.cloudrun.internal.CloudRunHost;
import dev.marquetry.cloudrun.internal.CloudRunSweep;
import dev.marquetry.cloudrun.internal.Settings;
import dev.marquetry.cloudrun.internal.run.JobDefinition;
import dev.marquetry.cloudrun.internal.run.RunClients;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Pace;
import dev.marquetry.local.HostedMerge;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Merges by a job of Cloud Run: inputs that are files are sent to Cloud Storage, the local engine merges in a container
 * beside them, and an output that is a file here comes back. Inputs in {@code gs://} are read where they are, and an output
 * there never leaves the cloud. What is wrong with footers, or does not fit the container, is found before a byte
 * leaves this machine.
 *
 * <pre>{@code
 * MergeStrategy cloudRun = CloudRunStrategy.builder("my-project", "us-central1", "marquetry", "gs://my-bucket/staging")
 *     .clients(jobsClient, executionsClient, tasksClient, storageClient)
 *     .within(limits)                                 // of memory, disk and time on this machine
 *     .build();
 * }</pre>
 *
 * <p>The job must be there, with the worker's image, memory and processors: an execution can change none of them. See
 * {@code deploy/README.md} of this module.
 *
 * <p>Everything that a run makes is named after it and deleted when it ends, however it ends; {@link #sweep} deletes what a
 * killed process left. Clients stay the caller's. Thread-safe: several merges may run at once, each in an execution of its
 * own.
 */
public final class CloudRunStrategy implements MergeStrategy {
    private final Settings settings;
    private final HostedMerge merge;

    private CloudRunStrategy(Settings settings) {
        this.settings = settings;
        merge = new HostedMerge(name(), settings.limits(), settings.store());
    }

    /**
     * Begins a strategy that runs {@code job} of {@code project} in {@code region}, such as {@code us-central1}, and stages
     * files under {@code staging}, such as {@code gs://bucket/folder}.
     *
     * @throws IllegalArgumentException if one of them can not be such a name
     */
    public static Builder builder(String project, String region, String job, String staging) {
        return new Builder(project, region, job, staging);
    }

    /** Returns {@code cloud-run}. */
    @Override
    public String name() {
        return "cloud-run";
    }

    @Override
    public CostEstimate estimate(MergeRequest request) {
        try {
            JobDefinition job = new CloudRunHost(settings, name()).look(Calls::throwIfInterrupted);
            return merge.estimate(request, new CloudRunForecast(settings, job, request));
        } catch (InterruptedException e) {
            throw cancelled();
        }
    }

    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        CloudRunHost host = new CloudRunHost(settings, name());
        try {
            JobDefinition job = host.look(Calls::throwIfInterrupted);
            return merge.merge(request, progress, new CloudRunForecast(settings, job, request), host);
        } catch (InterruptedException e) {
            throw cancelled();
        } catch (MergeException e) {
            e.spent(host.cost());
            throw e;
        }
    }

    private static MergeCancelledException cancelled() {
        Thread.currentThread().interrupt();
        return new MergeCancelledException("Merge was interrupted while its job was looked at");
    }

    /**
     * Deletes what merges left in the staging folder whose process died: runs that began longer ago than {@code age} and
     * have no object younger than that. Executions end by themselves when their task's time is up.
     *
     * @throws IllegalArgumentException if {@code age} is shorter than a day, which a run may take
     * @throws MergeException if objects can not be listed, or the thread was interrupted
     */
    public SweepReport sweep(Duration age) {
        if (age.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException("age must be a day or more but was " + age);
        }
        try {
            CloudRunSweep sweep = CloudRunSweep.of(settings, age);
            return new SweepReport(sweep.deleted(), sweep.left(), sweep.alive());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MergeCancelledException("Sweep was interrupted");
        }
    }

    /** Collects what a strategy needs. Not thread-safe. */
    public static final class Builder {
        /** How long an execution may wait for a container unless told otherwise: 15 minutes. */
        public static final Duration DEFAULT_START_WITHIN = Duration.ofMinutes(15);

        private static final Duration ANSWER_WITHIN = Duration.ofMinutes(1);

        private final String project;
        private final String region;
        private final String job;
        private final String staging;
        private @Nullable RunClients clients;
        private @Nullable Storage storage;
        private Pace poll = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(5), Integer.MAX_VALUE);
        private Pace retry = Pace.RETRY;
        private Duration startWithin = DEFAULT_START_WITHIN;
        private Optional<Duration> taskTimeout = Optional.empty();
        private Optional<String> kmsKey = Optional.empty();
        private PriceList prices = PriceList.defaults();
        private ResourceLimits limits = ResourceLimits.defaults();

        private Builder(String project, String region, String job, String staging) {
            this.project = Settings.checkName("project", project);
            this.region = Settings.checkName("region", region);
            this.job = Settings.checkName("job", job);
            this.staging = Settings.checkStaging(staging);
        }

        /** Sets the clients that all calls are made with; they stay open. Needed. */
        public Builder clients(JobsClient jobs, ExecutionsClient executions, TasksClient tasks, Storage storageClient) {
            clients = new RunClients(jobs, executions, tasks);
            storage = Objects.requireNonNull(storageClient, "storageClient");
            return this;
        }

        /** Sets how often to ask how far an execution is: {@code first} after its start, then seldomer, up to {@code longest}. */
        public Builder pollEvery(Duration first, Duration longest) {
            poll = new Pace(first, longest, Integer.MAX_VALUE);
            return this;
        }

        /** Sets how often a call is tried that fails for something that passes, and the first and longest wait between. */
        public Builder retry(int tries, Duration first, Duration longest) {
            retry = new Pace(first, longest, tries);
            return this;
        }

        /** Sets how long an execution may wait for a container; default {@link #DEFAULT_START_WITHIN}. */
        public Builder startWithin(Duration time) {
            startWithin = Objects.requireNonNull(time, "time");
            return this;
        }

        /**
         * Sets how long the task may take; default the limit on elapsed time and a minute, or else what the job says.
         *
         * @throws IllegalArgumentException if not between a second and 168 hours, the most that Cloud Run takes
         */
        public Builder taskTimeout(Duration time) {
            if (time.toSeconds() < 1 || time.compareTo(Duration.ofDays(7)) > 0) {
                throw new IllegalArgumentException("task timeout must be between 1 s and 168 h but was " + time);
            }
            taskTimeout = Optional.of(time);
            return this;
        }

        /** Sets the key of Cloud KMS that uploaded inputs are encrypted with; default the bucket's own. */
        public Builder kmsKey(String name) {
            kmsKey = Optional.of(name);
            return this;
        }

        /** Sets the prices that costs are told at; default {@link PriceList#defaults}. */
        public Builder prices(PriceList list) {
            prices = Objects.requireNonNull(list, "list");
            return this;
        }

        /** Sets the limits kept on this machine: memory, disk, and time, that in Cloud Run included. */
        public Builder within(ResourceLimits resourceLimits) {
            limits = Objects.requireNonNull(resourceLimits, "resourceLimits");
            return this;
        }

        /**
         * Returns the strategy.
         *
         * @throws IllegalStateException if no clients were given
         */
        public CloudRunStrategy build() {
            if (clients == null || storage == null) {
                throw new IllegalStateException("clients must be given: nothing is read from the environment");
            }
            return new CloudRunStrategy(new Settings(
                    project,
                    region,
                    job,
                    staging,
                    clients,
                    storage,
                    poll,
                    retry,
                    ANSWER_WITHIN,
                    startWithin,
                    taskTimeout,
                    kmsKey,
                    prices.prices(),
                    limits));
        }
    }
}
