/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.loopback;

import com.google.cloud.NoCredentials;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.storage.StorageOptions;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
public final class LoopbackCloud implements AutoCloseable {
    /** The project that clients are built for. */
    public static final String PROJECT = "loopback-project";

    /** Where everything is unless said otherwise: a region, so that jobs are found only by clients that name it. */
    public static final String LOCATION = "us-central1";

    static {
        // Without it every answer waits for the client to acknowledge its headers: 40 ms a call.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Path root;
    private final ShiftedClock clock = new ShiftedClock();
    private final Knobs knobs = new Knobs();
    private final Faults faults = new Faults();
    private final List<RecordedCall> calls = new CopyOnWriteArrayList<>();
    private final ObjectStore store;
    private final DuckTables tables;
    private final Datasets datasets;
    private final QueryRun queries;
    private final Jobs jobs;
    private final StorageCalls storageCalls;
    private final BigQueryCalls bigQueryCalls;
    private final ExecutorService threads;
    private final HttpServer server;

    private LoopbackCloud(Path root) throws IOException {
        this.root = root;
        store = new ObjectStore(Files.createDirectory(root.resolve("objects")), clock, faults);
        tables = new DuckTables(Files.createDirectory(root.resolve("spill")));
        datasets = new Datasets(tables, clock);
        queries = new QueryRun(store, tables, datasets, knobs, faults, clock);
        LoadRun loads = new LoadRun(store, tables, datasets, clock);
        jobs = new Jobs(tables, loads, queries, datasets, knobs, faults, clock, LOCATION);
        storageCalls = new StorageCalls(store, knobs);
        bigQueryCalls = new BigQueryCalls(datasets, tables, jobs, knobs, LOCATION);
        threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "loopback-http");
            thread.setDaemon(true);
            return thread;
        });
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** Starts a server without buckets, in a temporary folder that {@link #close} deletes. */
    public static LoopbackCloud start() {
        try {
            return new LoopbackCloud(Files.createTempDirectory("loopback-cloud"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        jobs.close();
        try {
            tables.close();
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the address to give to a client as its host. */
    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Returns options of a BigQuery client of this server; retries are as Google's client does them by itself. */
    public BigQueryOptions.Builder bigQueryOptions() {
        return BigQueryOptions.newBuilder()
                .setProjectId(PROJECT)
                .setHost(url())
                .setCredentials(NoCredentials.getInstance())
                .setLocation(LOCATION);
    }

    /** Returns options of a Cloud Storage client of this server; retries are as Google's client does them by itself. */
    public StorageOptions.Builder storageOptions() {
        return StorageOptions.newBuilder()
                .setProjectId(PROJECT)
                .setHost(url())
                .setCredentials(NoCredentials.getInstance());
    }

    /** Returns what goes wrong here. */
    public Faults faults() {
        return faults;
    }

    /** Adds an empty bucket in {@link #LOCATION}. */
    public LoopbackCloud bucket(String name) {
        return bucket(name, LOCATION);
    }

    /** Adds an empty bucket somewhere. */
    public LoopbackCloud bucket(String name, String location) {
        store.addBucket(name, location);
        return this;
    }

    /** Sets how many items a list returns at once, however many are asked for; 1000 by default. */
    public LoopbackCloud pageSize(int most) {
        knobs.pageSize(most);
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

    /** Moves the server's clock: what it has grows older by that much. */
    public LoopbackCloud passTime(Duration time) {
        clock.advance(time);
        return this;
    }

    /** Returns the bytes of all queries that ended well, as they would be billed. */
    public long billedBytes() {
        return queries.billedBytes();
    }

    /** Returns all calls that arrived, in their order. */
    public List<RecordedCall> calls() {
        return List.copyOf(calls);
    }

    /** Returns the calls of that kind, in their order. */
    public List<RecordedCall> calls(ApiCall kind) {
        return calls.stream().filter(call -> call.is(kind)).toList();
    }

    /** Returns the names of the datasets that exist. */
    public List<String> datasets() {
        return datasets.names();
    }

    /** Returns the names of the tables of a dataset. */
    public List<String> tables(String dataset) {
        return tables.in(dataset).stream().map(DuckTables.Table::name).toList();
    }

    /** Returns the URIs of the objects that exist, by bucket and name. */
    public List<String> objects() {
        return store.uris();
    }

    /** Returns the file that holds an object's bytes, for a test to look at or to spoil. */
    public Path file(String bucket, String object) {
        return store.get(bucket, object, Optional.empty()).file();
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

    private void handle(HttpExchange exchange) {
        try (exchange) {
            Request request = Request.of(exchange);
            calls.add(RecordedCall.of(request));
            CallFault fault = faults.of(request).orElse(null);
            if (fault != null) {
                pause(fault.delay());
                if (fault.losesCall()) {
                    return;
                }
            }
            Answer answer = answer(request, fault);
            if (fault != null && fault.losesReply()) {
                return;
            }
            answer.cutAfter(fault == null ? Long.MAX_VALUE : fault.cutAfter()).send(exchange);
        } catch (IOException e) {
            // The client has gone, or was sent less than promised: closing the connection is all there is to do.
            return;
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer answer(Request request, @Nullable CallFault fault) throws IOException {
        try {
            Refusal ordered = fault == null ? null : fault.refusal();
            if (ordered != null) {
                request.drain();
                return ordered.answer();
            }
            ApiCall call = request.call()
                    .orElseThrow(() -> Refusal.notFound("No such call: " + request.verb() + " " + request.path()));
            if (faults.denies(call)) {
                request.drain();
                return denied(call, request).answer();
            }
            return call.ofStorage() ? storageCalls.answer(call, request, url()) : bigQueryCalls.answer(call, request);
        } catch (Refusal e) {
            return e.answer();
        } catch (RuntimeException e) {
            return new Refusal(500, "internalError", "Bug of the loopback server: " + e).answer();
        }
    }

    private static Refusal denied(ApiCall call, Request request) {
        String permission = call.permission();
        if (call.ofStorage()) {
            return new Refusal(
                    403,
                    "forbidden",
                    "tests@loopback.invalid does not have " + permission + " access to the Google Cloud Storage "
                            + (call == ApiCall.BUCKETS_GET ? "bucket" : "object") + ". Permission '" + permission
                            + "' denied on resource (or it may not exist).");
        }
        String project = request.segment(1);
        return new Refusal(
                403,
                "accessDenied",
                "Access Denied: Project " + project + ": User does not have " + permission + " permission in project "
                        + project + ".");
    }
}
