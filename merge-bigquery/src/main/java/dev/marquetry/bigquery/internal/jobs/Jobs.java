/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.jobs;

import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryError;
import com.google.cloud.bigquery.EncryptionConfiguration;
import com.google.cloud.bigquery.FormatOptions;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobConfiguration;
import com.google.cloud.bigquery.JobId;
import com.google.cloud.bigquery.JobInfo;
import com.google.cloud.bigquery.JobStatistics;
import com.google.cloud.bigquery.JobStatistics.LoadStatistics;
import com.google.cloud.bigquery.JobStatistics.QueryStatistics;
import com.google.cloud.bigquery.JobStatus;
import com.google.cloud.bigquery.LoadJobConfiguration;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.TableId;
import dev.marquetry.MergeFailedException;
import dev.marquetry.bigquery.internal.call.RunId;
import dev.marquetry.bigquery.internal.call.Usage;
import dev.marquetry.bigquery.internal.jobs.JobRefusedException.Reason;
import dev.marquetry.gcs.call.CallException;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Failure;
import dev.marquetry.gcs.call.Request;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs of one run and waits for them. A job's id names run, step and attempt: sent again after a lost reply it
 * is found, not run twice, while a job that ran and failed for something that passes gets a successor with an id of its
 * own. Whether a job has ended is asked here: the client's own waiting may repeat a failed job's question for hours.
 *
 * <p>A step that ends in an exception, whichever, leaves no job of its own running if BigQuery can be reached.
 *
 * <p>Thread-safe.
 */
public final class Jobs {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

    private final BigQuery client;
    private final JobSettings settings;
    private final RunId run;
    private final Usage usage;
    private final Calls calls;
    private final Map<String, String> labels;
    private final Set<JobId> unfinished = ConcurrentHashMap.newKeySet();

    /** Creates it; {@code client} stays the caller's. */
    public Jobs(BigQuery client, JobSettings settings, RunId run, Usage usage) {
        this.client = Objects.requireNonNull(client, "client");
        this.settings = Objects.requireNonNull(settings, "settings");
        this.run = Objects.requireNonNull(run, "run");
        this.usage = Objects.requireNonNull(usage, "usage");
        calls = new Calls(settings.retry());
        Map<String, String> all = new HashMap<>(settings.labels());
        all.put(RunId.LABEL, run.toString());
        labels = Map.copyOf(all);
    }

    /**
     * Loads Parquet files into {@code table}, whose rows, if any, are replaced; blocks until they are loaded.
     *
     * @param step names the step within the run; letters, digits, dashes and underscores
     * @param doing says for messages what is done, such as {@code load [f_017.parquet]}
     * @param uris the files, each starting with {@code gs://}
     * @throws JobRefusedException if the files are too much at once
     * @throws dev.marquetry.MergeException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public JobReport load(String step, String doing, TableId table, List<String> uris, Checkpoint checkpoint)
            throws JobRefusedException, InterruptedException {
        LoadJobConfiguration.Builder load = LoadJobConfiguration.newBuilder(table, uris, FormatOptions.parquet())
                .setCreateDisposition(JobInfo.CreateDisposition.CREATE_IF_NEEDED)
                .setWriteDisposition(JobInfo.WriteDisposition.WRITE_TRUNCATE)
                .setLabels(labels)
                .setJobTimeoutMs(settings.deadline().toMillis());
        settings.kmsKey().ifPresent(key -> load.setDestinationEncryptionConfiguration(encryption(key)));
        LoadJobConfiguration configuration = load.build();
        return run(step, doing, attempt -> configuration, checkpoint);
    }

    /**
     * Runs a statement that returns no rows, such as {@code EXPORT DATA}; blocks until it has ended.
     *
     * @param step names the step within the run; letters, digits, dashes and underscores
     * @param doing says for messages what is done, such as {@code join group g003}
     * @param sql the statement of each attempt, from 0: what a failed attempt wrote must not be in the way of the next
     * @param maxBilledBytes the most bytes that each attempt may bill, or empty for any
     * @throws JobRefusedException if it is too much at once or would bill too much
     * @throws dev.marquetry.MergeException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public JobReport query(
            String step, String doing, IntFunction<String> sql, OptionalLong maxBilledBytes, Checkpoint checkpoint)
            throws JobRefusedException, InterruptedException {
        return run(
                step,
                doing,
                attempt -> configuration(sql.apply(attempt), maxBilledBytes).build(),
                checkpoint);
    }

    /**
     * Returns how many bytes BigQuery expects a query to scan. Runs nothing and costs nothing.
     *
     * @throws JobRefusedException if it is too much at once
     * @throws dev.marquetry.MergeException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public long dryRun(String step, String doing, String sql, Checkpoint checkpoint)
            throws JobRefusedException, InterruptedException {
        JobInfo job = JobInfo.newBuilder(
                        configuration(sql, OptionalLong.empty()).setDryRun(true).build())
                .setJobId(id(step + "-dry", 0))
                .build();
        Request request = inserting(doing);
        try {
            Job planned = calls.make(request, checkpoint, () -> client.create(job));
            BigQueryError error =
                    planned.getStatus() == null ? null : planned.getStatus().getError();
            if (error != null) {
                throw refusedOrFailed(Failure.of(error.getReason(), error.getMessage()), request, null);
            }
            QueryStatistics statistics = planned.getStatistics();
            return orZero(statistics.getTotalBytesProcessed());
        } catch (CallException e) {
            throw refusedOrFailed(e.failure(), request, e.getCause());
        }
    }

    private QueryJobConfiguration.Builder configuration(String sql, OptionalLong maxBilledBytes) {
        QueryJobConfiguration.Builder query = QueryJobConfiguration.newBuilder(sql)
                .setUseLegacySql(false)
                .setUseQueryCache(false)
                .setLabels(labels)
                .setJobTimeoutMs(settings.deadline().toMillis());
        maxBilledBytes.ifPresent(query::setMaximumBytesBilled);
        return query;
    }

    private static EncryptionConfiguration encryption(String kmsKey) {
        return EncryptionConfiguration.newBuilder().setKmsKeyName(kmsKey).build();
    }

    private JobReport run(String step, String doing, IntFunction<JobConfiguration> configuration, Checkpoint checkpoint)
            throws JobRefusedException, InterruptedException {
        for (int attempt = 0; ; attempt++) {
            JobId id = id(step, attempt);
            Job ended = runToEnd(id, doing, configuration.apply(attempt), checkpoint);
            JobReport report = report(ended, id, attempt);
            usage.job(report.billedBytes(), report.slotMillis());
            BigQueryError error =
                    Objects.requireNonNull(ended.getStatus(), "status").getError();
            if (error == null) {
                return report;
            }
            Failure failure = Failure.of(error.getReason(), error.getMessage());
            if (!failure.isPassing()) {
                throw refusedOrFailed(failure, running(doing, id), null);
            }
            if (attempt + 1 >= settings.attempts()) {
                throw new MergeFailedException("Cannot " + doing + ": " + settings.attempts()
                        + " jobs failed, the last one, " + id.getJob() + ", with: " + failure.message() + " ("
                        + failure.reason() + ")");
            }
            LOG.info(
                    "Could not {}: job {} failed ({}: {}); trying again",
                    doing,
                    id.getJob(),
                    failure.reason(),
                    failure.message());
            settings.retry().await(attempt, checkpoint);
        }
    }

    /** Runs one job; if it can not be seen to end, it is cancelled. */
    private Job runToEnd(JobId id, String doing, JobConfiguration configuration, Checkpoint checkpoint)
            throws JobRefusedException, InterruptedException {
        unfinished.add(id);
        boolean accepted = true;
        try {
            insert(id, doing, configuration, checkpoint);
            Job ended = awaitEnd(id, doing, checkpoint);
            unfinished.remove(id);
            return ended;
        } catch (CallException e) {
            // An answer, and the answer is no: there is no such job.
            accepted = false;
            unfinished.remove(id);
            throw refusedOrFailed(e.failure(), inserting(doing), e.getCause());
        } finally {
            if (accepted && unfinished.contains(id)) {
                cancel(List.of(id), settings.cancelling());
            }
        }
    }

    /** Sends the job; with the same id again until its arrival is certain. */
    private void insert(JobId id, String doing, JobConfiguration configuration, Checkpoint checkpoint)
            throws CallException, InterruptedException {
        JobInfo job = JobInfo.newBuilder(configuration).setJobId(id).build();
        try {
            calls.make(inserting(doing), checkpoint, () -> client.create(job));
        } catch (CallException e) {
            // Ids are never used twice: what is there already is this job, sent before its reply was lost.
            if (!e.is(Failure.Kind.CONFLICT)) {
                throw e;
            }
        }
    }

    private Job awaitEnd(JobId id, String doing, Checkpoint checkpoint) throws InterruptedException {
        long deadline = System.nanoTime() + settings.deadline().toNanos();
        Request asking = new Request(doing, "bigquery.jobs.get", "project " + settings.project());
        for (int polls = 0; ; polls++) {
            Job job = calls.makeOrFail(asking, checkpoint, () -> client.getJob(id));
            if (job == null) {
                throw new MergeFailedException("Cannot " + doing + ": job " + id.getJob() + " of project "
                        + settings.project() + " in " + settings.location() + " is not there any more");
            }
            if (hasEnded(job)) {
                return job;
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new MergeFailedException("Cannot " + doing + ": job " + id.getJob() + " of project "
                        + settings.project() + " did not end within " + settings.deadline() + "; it was cancelled");
            }
            settings.poll().await(polls, checkpoint);
        }
    }

    /** Returns whether a job has ended; one that is not there has. */
    static boolean hasEnded(@Nullable Job job) {
        return job == null
                || (job.getStatus() != null
                        && JobStatus.State.DONE.equals(job.getStatus().getState()));
    }

    private static JobReport report(Job job, JobId id, int attempt) {
        JobStatistics statistics = job.getStatistics();
        OptionalLong loadedRows = OptionalLong.empty();
        OptionalLong exportedRows = OptionalLong.empty();
        OptionalLong exportedFiles = OptionalLong.empty();
        long billed = 0;
        if (statistics instanceof LoadStatistics load) {
            loadedRows = optional(load.getOutputRows());
        } else if (statistics instanceof QueryStatistics query) {
            billed = orZero(query.getTotalBytesBilled());
            QueryStatistics.ExportDataStats exported = query.getExportDataStats();
            if (exported != null) {
                exportedRows = optional(exported.getRowCount());
                exportedFiles = optional(exported.getFileCount());
            }
        }
        long slots = statistics == null ? 0 : orZero(statistics.getTotalSlotMs());
        return new JobReport(id.getJob(), attempt, loadedRows, exportedRows, exportedFiles, billed, slots);
    }

    private static OptionalLong optional(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    /**
     * Tells every job of the run that has not been seen to end to stop, and waits a bounded time for that. Does its best
     * and throws nothing; an interrupted thread stays so.
     *
     * @return the ids of the jobs that may still be running
     */
    public List<String> cancelAll() {
        return cancel(List.copyOf(unfinished), settings.cancelling());
    }

    private List<String> cancel(List<JobId> ids, Duration within) {
        List<JobId> left = new Cancelling(client, settings.poll(), ids, within).run();
        ids.stream().filter(id -> !left.contains(id)).forEach(unfinished::remove);
        return left.stream().map(JobId::getJob).toList();
    }

    /** Returns the exception that a caller can answer; throws the one that ends the merge otherwise. */
    private static JobRefusedException refusedOrFailed(Failure failure, Request request, @Nullable Throwable cause) {
        String message = "Cannot " + request.doing() + " on " + request.on() + ": " + failure.message() + " ("
                + failure.reason() + ")";
        return switch (failure.kind()) {
            case TOO_LARGE -> new JobRefusedException(Reason.TOO_LARGE, message, cause);
            case BILLED_BYTES -> new JobRefusedException(Reason.BILLED_BYTES, message, cause);
            case PASSING, DENIED, QUOTA, ABSENT, CONFLICT, FINAL -> throw failure.toMergeException(request, cause);
        };
    }

    private Request inserting(String doing) {
        return new Request(doing, "bigquery.jobs.create", "project " + settings.project());
    }

    private Request running(String doing, JobId id) {
        return new Request(
                doing + " by job " + id.getJob(), "bigquery.tables.getData", "project " + settings.project());
    }

    private JobId id(String step, int attempt) {
        return JobId.newBuilder()
                .setProject(settings.project())
                .setLocation(settings.location())
                .setJob(run.job(step, attempt))
                .build();
    }
}
