/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Accepts jobs, runs each in a thread of its own, and remembers them. Thread-safe. */
final class Jobs implements AutoCloseable {
    private static final long POLL_MILLIS = 20;

    private final DuckTables tables;
    private final LoadRun loads;
    private final QueryRun queries;
    private final Datasets datasets;
    private final Knobs knobs;
    private final Faults faults;
    private final Clock clock;
    private final String defaultLocation;
    private final Map<String, LoopbackJob> jobs = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "loopback-job");
        thread.setDaemon(true);
        return thread;
    });
    /** Jobs that DuckDB works for at the same time: each may take much memory. The others only seem to run. */
    private final Semaphore atWork = new Semaphore(4);

    private int peak;

    Jobs(
            DuckTables tables,
            LoadRun loads,
            QueryRun queries,
            Datasets datasets,
            Knobs knobs,
            Faults faults,
            Clock clock,
            String defaultLocation) {
        this.tables = tables;
        this.loads = loads;
        this.queries = queries;
        this.datasets = datasets;
        this.knobs = knobs;
        this.faults = faults;
        this.clock = clock;
        this.defaultLocation = defaultLocation;
    }

    @Override
    public void close() {
        jobs.values().forEach(LoopbackJob::cancel);
        threads.shutdownNow();
        try {
            threads.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts a job, or estimates it at once if it is a dry run; returns it as the service describes it. */
    JsonObject insert(String project, JsonObject wanted) {
        JsonObject configuration = wanted.getAsJsonObject("configuration");
        configuration.addProperty("jobType", configuration.has("load") ? "LOAD" : "QUERY");
        if (!configuration.has("load") && !configuration.has("query")) {
            throw Refusal.invalid("This server runs load and query jobs only");
        }
        String id = Json.text(wanted, UUID.randomUUID().toString(), "jobReference", "jobId");
        if (!id.matches("[A-Za-z0-9_-]{1,1024}")) {
            throw Refusal.invalid("Invalid job ID \"" + id + "\"");
        }
        String location = Json.text(wanted, inferredLocation(configuration), "jobReference", "location");
        LoopbackJob job = new LoopbackJob(project, location, id, configuration, clock.millis(), knobs.jobPolls());
        if (Json.text(configuration, "false", "dryRun").equals("true")) {
            return estimate(job);
        }
        synchronized (this) {
            if (jobs.putIfAbsent(id, job) != null) {
                throw new Refusal(409, "duplicate", "Already Exists: Job " + project + ":" + location + "." + id);
            }
            peak = Math.max(peak, (int)
                    jobs.values().stream().filter(other -> !other.finished()).count());
        }
        JsonObject accepted = job.json(false);
        threads.execute(() -> run(job));
        return accepted;
    }

    private String inferredLocation(JsonObject configuration) {
        String dataset = Json.text(configuration, "", "load", "destinationTable", "datasetId");
        String sql = Json.text(configuration, "", "query", "query");
        if (dataset.isEmpty() && !sql.isEmpty()) {
            dataset = GoogleSql.of(sql).tables().stream()
                    .findFirst()
                    .map(GoogleSql.TableName::dataset)
                    .orElse("");
        }
        return datasets.location(dataset, defaultLocation);
    }

    private JsonObject estimate(LoopbackJob job) {
        try (DuckSession session = tables.open()) {
            long now = clock.millis();
            job.start(session, now);
            JsonObject statistics = queries.estimate(job, session);
            job.end(statistics, null, now);
            return job.json(true);
        } catch (JobFailure e) {
            throw e.refusal();
        }
    }

    private void run(LoopbackJob job) {
        JsonObject statistics = new JsonObject();
        JobFailure failure = null;
        try (DuckSession session = tables.open()) {
            Optional<JobFault> fault = faults.ofJob(job.id(), job.sql());
            job.start(session, clock.millis());
            statistics = runSlowly(job, session, fault);
        } catch (JobFailure e) {
            failure = e;
        } catch (InterruptedException e) {
            failure = stopped("User requested cancellation");
        } catch (RuntimeException e) {
            // A bug of the server: shown to the test as the service shows its own.
            failure = new JobFailure("internalError", String.valueOf(e));
        }
        if (job.cancelled()) {
            failure = stopped("User requested cancellation");
        }
        job.end(statistics, failure, clock.millis());
    }

    private JsonObject runSlowly(LoopbackJob job, DuckSession session, Optional<JobFault> fault)
            throws InterruptedException {
        long begun = System.nanoTime();
        Duration wanted =
                fault.map(JobFault::time).filter(time -> !time.isZero()).orElse(knobs.jobTime());
        boolean endless = fault.filter(JobFault::endless).isPresent();
        for (long passed = 0; endless || passed < wanted.toMillis(); passed = millisSince(begun)) {
            if (job.timeoutMillis() > 0 && passed >= job.timeoutMillis()) {
                throw stopped("Job timed out after " + job.timeoutMillis() + " ms");
            }
            if (job.cancelled()) {
                throw stopped("User requested cancellation");
            }
            job.pause(endless ? POLL_MILLIS : Math.min(POLL_MILLIS, wanted.toMillis() - passed));
        }
        JobFailure ordered = fault.map(JobFault::failure).orElse(null);
        if (ordered != null) {
            throw ordered;
        }
        atWork.acquire();
        try {
            return job.configuration().has("load") ? loads.run(job, session) : queries.run(job, session);
        } finally {
            atWork.release();
        }
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private static JobFailure stopped(String why) {
        return new JobFailure("stopped", "Job execution was cancelled: " + why);
    }

    /** Finds a job. Where it runs has to be said, unless that is one of the two multi-regions. */
    LoopbackJob get(String project, String id, @Nullable String location) {
        LoopbackJob job = jobs.get(id);
        boolean anywhere =
                job != null && (job.location().equals("US") || job.location().equals("EU"));
        boolean there = job != null && location != null && location.equalsIgnoreCase(job.location());
        if (job == null || !(there || anywhere && location == null)) {
            throw Refusal.notFound("Not found: Job " + project + ":" + (location == null ? "" : location + ".") + id);
        }
        return job;
    }

    /** Returns all jobs, the newest first. */
    List<LoopbackJob> list() {
        return jobs.values().stream()
                .sorted(java.util.Comparator.comparing(LoopbackJob::createdMillis)
                        .reversed()
                        .thenComparing(LoopbackJob::id))
                .toList();
    }

    /** Returns how many jobs were under way at the same time at most. */
    synchronized int peak() {
        return peak;
    }
}
