/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.storage.Storage;
import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.bigquery.internal.BigQueryForecast;
import dev.marquetry.bigquery.internal.BigQueryRun;
import dev.marquetry.bigquery.internal.CloudInputs;
import dev.marquetry.bigquery.internal.Settings;
import dev.marquetry.bigquery.internal.call.NoCalls;
import dev.marquetry.bigquery.internal.sql.GroupLimits;
import dev.marquetry.bigquery.internal.sweep.Swept;
import dev.marquetry.gcs.call.Pace;
import dev.marquetry.local.RemoteMerge;
import dev.marquetry.local.RemoteMerge.RemoteFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Merges by BigQuery: feature files are staged in Cloud Storage, loaded, joined in column groups, exported and laid side by
 * side here, so that the wide table, which BigQuery could not hold, never exists there. Keys are read and matched on this
 * machine first, so that whatever is wrong with the inputs is found before a byte leaves it.
 *
 * <pre>{@code
 * MergeStrategy bigQuery = BigQueryStrategy.builder("my-project", "gs://my-bucket/staging")
 *     .clients(bigQueryClient, storageClient)
 *     .location("us-central1")                        // of dataset and bucket
 *     .maxBilledBytes(MemorySize.gib(50))
 *     .within(limits)                                 // of memory, disk and time on this machine
 *     .build();
 * }</pre>
 *
 * <p>Everything that a run makes is named after it and deleted when it ends, however it ends; {@link #sweep} deletes what
 * a killed process left. Clients stay the caller's. Thread-safe: several merges may run at once.
 */
public final class BigQueryStrategy implements MergeStrategy {
    private final Settings settings;
    private final RemoteMerge merge;
    private final boolean estimatesOnly;

    private BigQueryStrategy(Settings settings, ResourceLimits limits, boolean estimatesOnly) {
        this.settings = settings;
        this.estimatesOnly = estimatesOnly;
        merge = new RemoteMerge(name(), limits, new BigQueryForecast(settings));
    }

    /**
     * Begins a strategy that bills {@code project} and stages files under {@code staging}, such as {@code
     * gs://bucket/folder}.
     *
     * @throws IllegalArgumentException if {@code staging} is no such address
     */
    public static Builder builder(String project, String staging) {
        return new Builder(project, staging);
    }

    /** Returns {@code bigquery}. */
    @Override
    public String name() {
        return "bigquery";
    }

    @Override
    public CostEstimate estimate(MergeRequest request) {
        if (!settings.takesCloudInputs() || !CloudInputs.isUsedBy(request)) {
            return merge.estimate(request);
        }
        try (RemoteFolder folder = RemoteMerge.folderFor(request)) {
            CloudInputs inputs = new BigQueryRun(settings).cloudInputs();
            return merge.estimate(inputs.fetch(request, folder.path(), false));
        } catch (InvalidInputException e) {
            CostEstimate.Builder estimate = CostEstimate.by(name());
            e.problems().forEach(estimate::inputProblem);
            return estimate.build();
        } catch (IOException e) {
            throw cannotFetch(e);
        }
    }

    private static MergeFailedException cannotFetch(IOException e) {
        return new MergeFailedException("Cannot fetch inputs from Cloud Storage: " + e.getMessage(), e);
    }

    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        if (estimatesOnly) {
            throw NoCalls.refusal("merge in BigQuery");
        }
        BigQueryRun run = new BigQueryRun(settings);
        try {
            if (!settings.takesCloudInputs() || !CloudInputs.isUsedBy(request)) {
                return merge.merge(request, progress, run);
            }
            CloudInputs inputs = run.cloudInputs();
            try (RemoteFolder folder = RemoteMerge.folderFor(request)) {
                MergeRequest here = inputs.fetch(request, folder.path(), true);
                return merge.merge(here, progress, run, file -> inputs.object(file) != null);
            } catch (IOException e) {
                throw cannotFetch(e);
            }
        } catch (MergeException e) {
            e.spent(run.cost());
            throw e;
        }
    }

    /**
     * Deletes what merges left in project and staging folder whose process died: those that began longer ago than {@code
     * age}, and longer ago than their tables live. Nothing of a run that may be alive is touched, and nothing but runs.
     *
     * @throws MergeException if datasets or objects can not be listed, or the thread was interrupted
     */
    public SweepReport sweep(Duration age) {
        if (estimatesOnly) {
            throw NoCalls.refusal("sweep");
        }
        Swept swept = new BigQueryRun(settings).sweep(age);
        return new SweepReport(swept.deleted(), swept.left(), swept.alive());
    }

    /** Collects what a strategy needs. Not thread-safe. */
    public static final class Builder {
        /** How many jobs and transfers run at once unless told otherwise: {@value}. */
        public static final int DEFAULT_CONCURRENCY = 32;

        /** How long tables live unless told otherwise, should they outlive their run: six hours. */
        public static final Duration DEFAULT_DATASET_EXPIRY = Duration.ofHours(6);

        /** How long a job may take unless told otherwise: six hours, BigQuery's own limit. */
        public static final Duration DEFAULT_JOB_DEADLINE = Duration.ofHours(6);

        private final String project;
        private final String staging;
        private @Nullable BigQuery bigQuery;
        private @Nullable Storage storage;
        private String location = "US";
        private Duration datasetExpiry = DEFAULT_DATASET_EXPIRY;
        private Map<String, String> labels = Map.of();
        private Optional<MemorySize> maxBilledBytes = Optional.empty();
        private GroupLimits groups = GroupLimits.DEFAULT;
        private int concurrency = DEFAULT_CONCURRENCY;
        private Duration jobDeadline = DEFAULT_JOB_DEADLINE;
        private Pace poll = Pace.POLL;
        private Pace retry = Pace.RETRY;
        private Optional<String> kmsKey = Optional.empty();
        private boolean sorted = true;
        private boolean takesCloudInputs = true;
        private boolean estimatesOnly;
        private PriceList prices = PriceList.defaults();
        private ResourceLimits limits = ResourceLimits.builder().build();

        private Builder(String project, String staging) {
            this.project = Objects.requireNonNull(project, "project");
            this.staging = Settings.checkStaging(staging);
        }

        /** Sets the clients that all calls are made with; they must be of the same project and stay open. Needed. */
        public Builder clients(BigQuery bigQueryClient, Storage storageClient) {
            bigQuery = Objects.requireNonNull(bigQueryClient, "bigQueryClient");
            storage = Objects.requireNonNull(storageClient, "storageClient");
            estimatesOnly = false;
            return this;
        }

        /** Sets where jobs run, which is where the bucket must be, such as {@code europe-west1}; default {@code US}. */
        public Builder location(String where) {
            location = Objects.requireNonNull(where, "where");
            return this;
        }

        /**
         * Sets after how long BigQuery itself deletes tables that outlived their run; default {@link
         * #DEFAULT_DATASET_EXPIRY}.
         *
         * @throws IllegalArgumentException if shorter than an hour, the least that BigQuery takes
         */
        public Builder datasetExpiry(Duration time) {
            if (time.compareTo(Duration.ofHours(1)) < 0) {
                throw new IllegalArgumentException("dataset expiry must be an hour or more but was " + time);
            }
            datasetExpiry = time;
            return this;
        }

        /** Sets labels that datasets and jobs carry beside the run's own. */
        public Builder labels(Map<String, String> names) {
            labels = Map.copyOf(names);
            return this;
        }

        /** Sets the most bytes that one merge may bill; a merge that needs more breaches before it bills any. */
        public Builder maxBilledBytes(MemorySize bytes) {
            maxBilledBytes = Optional.of(bytes);
            return this;
        }

        /** Sets how many feature files one statement joins at most; default {@value GroupLimits#DEFAULT_FILES}. */
        public Builder groupFiles(int most) {
            groups = groups.withFiles(most);
            return this;
        }

        /** Sets how many columns one statement returns at most; default {@value GroupLimits#DEFAULT_COLUMNS}. */
        public Builder groupColumns(int most) {
            groups = groups.withColumns(most);
            return this;
        }

        /** Sets how many characters a statement has at most; default {@value GroupLimits#DEFAULT_SQL_CHARACTERS}. */
        public Builder groupCharacters(int most) {
            groups = groups.withSqlCharacters(most);
            return this;
        }

        /** Sets how much data, as BigQuery counts it, one statement returns at most; default 2 GiB. */
        public Builder groupBytes(MemorySize most) {
            groups = groups.withLogicalBytes(most.bytes());
            return this;
        }

        /**
         * Sets how many jobs and transfers run at once; default {@value #DEFAULT_CONCURRENCY}.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder concurrency(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("concurrency must be positive but was " + most);
            }
            concurrency = most;
            return this;
        }

        /** Sets how long one job may take before it is cancelled; default {@link #DEFAULT_JOB_DEADLINE}. */
        public Builder jobDeadline(Duration time) {
            jobDeadline = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Sets how often to ask whether a job has ended: {@code first} after its start, then seldomer, up to {@code longest}. */
        public Builder pollEvery(Duration first, Duration longest) {
            poll = new Pace(first, longest, Integer.MAX_VALUE);
            return this;
        }

        /** Sets how often a call or job is tried that fails for something that passes, and the first and longest wait between. */
        public Builder retry(int tries, Duration first, Duration longest) {
            retry = new Pace(first, longest, tries);
            return this;
        }

        /**
         * Sets the key of Cloud KMS that tables and uploaded objects are encrypted with. What BigQuery exports takes the
         * bucket's default key: give the bucket the same.
         */
        public Builder kmsKey(String name) {
            kmsKey = Optional.of(name);
            return this;
        }

        /**
         * Has rows exported as BigQuery finds them and sorted here. Takes less of BigQuery, for which sorting wide rows is
         * dear, and more of this machine.
         */
        public Builder unsortedExports() {
            sorted = false;
            return this;
        }

        /** Sets the prices that costs are told at; default {@link PriceList#defaults}. */
        public Builder prices(PriceList list) {
            prices = Objects.requireNonNull(list, "list");
            return this;
        }

        /**
         * Refuses inputs in {@code gs://}. Unless this is called they are used where they are: footers and keys are fetched,
         * and a copy with a tail is put together inside Cloud Storage, in the staging area; no feature travels.
         */
        public Builder refuseCloudInputs() {
            takesCloudInputs = false;
            return this;
        }

        /**
         * Makes a strategy that only estimates, from the footers of files here: it needs no clients and calls nothing, so
         * that prices can be compared without credentials. Inputs in {@code gs://} are refused; {@link
         * BigQueryStrategy#merge} and {@link BigQueryStrategy#sweep} throw {@link StrategyUnavailableException}.
         */
        public Builder estimatesOnly() {
            clients(NoCalls.client(BigQuery.class), NoCalls.client(Storage.class));
            estimatesOnly = true;
            return refuseCloudInputs();
        }

        /** Sets the limits kept on this machine: memory, disk, and time, that of remote steps included. */
        public Builder within(ResourceLimits resourceLimits) {
            limits = Objects.requireNonNull(resourceLimits, "resourceLimits");
            return this;
        }

        /**
         * Returns the strategy.
         *
         * @throws IllegalStateException if no clients were given
         */
        public BigQueryStrategy build() {
            if (bigQuery == null || storage == null) {
                throw new IllegalStateException("clients must be given: nothing is read from the environment");
            }
            return new BigQueryStrategy(
                    new Settings(
                            project,
                            staging,
                            bigQuery,
                            storage,
                            location,
                            datasetExpiry,
                            labels,
                            maxBilledBytes,
                            groups,
                            concurrency,
                            jobDeadline,
                            poll,
                            retry,
                            kmsKey,
                            sorted,
                            takesCloudInputs,
                            prices.prices(),
                            limits.maxMemory(),
                            limits.maxElapsed()),
                    limits,
                    estimatesOnly);
        }
    }
}
