/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.cloud.NoCredentials;
import com.google.cloud.bigquery.BigQueryOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * BigQuery and Cloud Storage on this machine, for Google's own clients:
 *
 * <pre>{@code
 * try (LoopbackCloud cloud = LoopbackCloud.start().bucket("staging").rowsPerShard(100)) {
 *     BigQuery bigQuery = cloud.bigQueryOptions().setRetrySettings(quick).build().getService();
 *     Storage storage = cloud.storageOptions().setRetrySettings(quick).build().getService();
 *     cloud.faults().onJobs(".*-load-.*").fail("backendError", "Try again");
 *     …
 *     assertThat(cloud.datasets()).isEmpty();
 *     assertThat(cloud.billedBytes()).isEqualTo(…);
 * }
 * }</pre>
 *
 * <p>Knobs hold for what arrives after they are set. Thread-safe.
 */
public final class LoopbackCloud extends LoopbackStorage {
    private final DuckTables tables;
    private final Datasets datasets;
    private final QueryRun queries;
    private final Jobs jobs;
    private final BigQueryCalls bigQueryCalls;

    private LoopbackCloud(Path root) throws IOException {
        super(root);
        tables = new DuckTables(Files.createDirectory(root.resolve("spill")));
        datasets = new Datasets(tables, clock);
        queries = new QueryRun(store, tables, datasets, knobs, faults, clock);
        LoadRun loads = new LoadRun(store, tables, datasets, clock);
        jobs = new Jobs(tables, loads, queries, datasets, knobs, faults, clock, LOCATION);
        bigQueryCalls = new BigQueryCalls(datasets, tables, jobs, knobs, LOCATION);
    }

    /** Starts a server without buckets, in a temporary folder that {@link #close} deletes. */
    public static LoopbackCloud start() {
        try {
            LoopbackCloud started = new LoopbackCloud(Files.createTempDirectory("loopback-cloud"));
            started.serve();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        jobs.close();
        try {
            tables.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        deleteAll();
    }

    @Override
    Answer answerOther(ApiCall call, Request request) throws IOException {
        return bigQueryCalls.answer(call, request);
    }

    /** Returns options of a BigQuery client of this server; retries are as Google's client does them by itself. */
    public BigQueryOptions.Builder bigQueryOptions() {
        return BigQueryOptions.newBuilder()
                .setProjectId(PROJECT)
                .setHost(url())
                .setCredentials(NoCredentials.getInstance())
                .setLocation(LOCATION);
    }

    @Override
    public LoopbackCloud bucket(String name) {
        super.bucket(name);
        return this;
    }

    @Override
    public LoopbackCloud bucket(String name, String location) {
        super.bucket(name, location);
        return this;
    }

    @Override
    public LoopbackCloud pageSize(int most) {
        super.pageSize(most);
        return this;
    }

    /** Sets how often a client is told that a job is not done yet; 0 by default. */
    public LoopbackCloud jobPolls(int polls) {
        knobs.jobPolls(polls);
        return this;
    }

    /** Sets how long a job takes at least; no time by default. */
    public LoopbackCloud jobTime(Duration least) {
        knobs.jobTime(least);
        return this;
    }

    /** Sets how many rows an exported file holds, or more if there would be over fifty files; no limit by default. */
    public LoopbackCloud rowsPerShard(long most) {
        knobs.maxRowsPerShard(most);
        return this;
    }

    /** Sets how many bytes, as BigQuery counts them, an exported file holds at most; 1 GB by default. */
    public LoopbackCloud bytesPerShard(long most) {
        knobs.maxBytesPerShard(most);
        return this;
    }

    /** Sets how many rows an exported row group holds, as far as DuckDB allows: it writes at least 2048 at once. */
    public LoopbackCloud rowGroupRows(long most) {
        knobs.rowGroupRows(most);
        return this;
    }

    @Override
    public LoopbackCloud passTime(Duration time) {
        super.passTime(time);
        return this;
    }

    /** Returns the bytes of all queries that ended well, as they would be billed. */
    public long billedBytes() {
        return queries.billedBytes();
    }

    /** Returns the names of the datasets that exist. */
    public List<String> datasets() {
        return datasets.names();
    }

    /** Returns the names of the tables of a dataset. */
    public List<String> tables(String dataset) {
        return tables.in(dataset).stream().map(DuckTables.Table::name).toList();
    }

    /** Returns all jobs that were accepted, the newest first. */
    public List<RecordedJob> jobs() {
        return jobs.list().stream().map(LoopbackJob::recorded).toList();
    }

    /** Returns the jobs of that kind, the newest first. */
    public List<RecordedJob> jobs(RecordedJob.Kind kind) {
        return jobs().stream().filter(job -> job.kind() == kind).toList();
    }

    /** Returns the jobs a client asked to stop before they ended. */
    public List<RecordedJob> cancelledJobs() {
        return jobs().stream().filter(RecordedJob::cancelled).toList();
    }

    /** Returns the jobs that have not ended. */
    public List<RecordedJob> openJobs() {
        return jobs().stream().filter(job -> !job.state().equals("DONE")).toList();
    }

    /** Returns how many jobs were under way at the same time at most. */
    public int peakJobs() {
        return jobs.peak();
    }
}
