/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonObject;
import dev.marquetry.loopback.DuckTables.Column;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job: what was asked for, and how far it is. Thread-safe. */
final class LoopbackJob {
    private final String project;
    private final String location;
    private final String id;
    private final JsonObject configuration;
    private final long createdMillis;
    private int pollsLeft;
    private long startedMillis = -1;
    private long endedMillis = -1;
    private boolean cancelled;
    private long billedBytes;
    private JsonObject statistics = new JsonObject();
    private @Nullable JobFailure failure;
    private @Nullable DuckSession session;
    private List<Column> columns = List.of();
    private long resultRows;

    LoopbackJob(String project, String location, String id, JsonObject configuration, long createdMillis, int polls) {
        this.project = project;
        this.location = location;
        this.id = id;
        this.configuration = configuration;
        this.createdMillis = createdMillis;
        this.pollsLeft = polls;
    }

    String project() {
        return project;
    }

    String location() {
        return location;
    }

    String id() {
        return id;
    }

    JsonObject configuration() {
        return configuration;
    }

    long createdMillis() {
        return createdMillis;
    }

    /** Returns the SQL of a query job, an empty text for others. */
    String sql() {
        return Json.text(configuration, "", "query", "query");
    }

    Map<String, String> labels() {
        return Json.texts(Json.object(configuration, "labels"));
    }

    long timeoutMillis() {
        return Long.parseLong(Json.text(configuration, "0", "jobTimeoutMs"));
    }

    synchronized void start(DuckSession runningIn, long nowMillis) {
        session = runningIn;
        startedMillis = nowMillis;
    }

    synchronized void end(JsonObject result, @Nullable JobFailure error, long nowMillis) {
        statistics = result;
        failure = error;
        endedMillis = nowMillis;
        session = null;
        notifyAll();
    }

    synchronized void cancel() {
        if (!ended()) {
            cancelled = true;
            if (session != null) {
                session.cancel();
            }
            notifyAll();
        }
    }

    synchronized void billed(long bytes) {
        billedBytes = bytes;
    }

    synchronized void result(List<Column> resultColumns, long rows) {
        columns = resultColumns;
        resultRows = rows;
    }

    synchronized boolean ended() {
        return endedMillis >= 0;
    }

    synchronized boolean cancelled() {
        return cancelled;
    }

    synchronized @Nullable JobFailure failure() {
        return failure;
    }

    synchronized List<Column> columns() {
        return columns;
    }

    synchronized long resultRows() {
        return resultRows;
    }

    /** Waits that long, but not when the job is cancelled meanwhile; for ever if {@code millis} is 0. */
    synchronized void pause(long millis) throws InterruptedException {
        if (!cancelled) {
            wait(millis);
        }
    }

    /** Waits until the job has ended, at most that long. */
    synchronized void await(long millis) throws InterruptedException {
        if (!ended()) {
            wait(millis);
        }
    }

    /** Counts a client's question, and returns whether it is to be told that the job has ended. */
    synchronized boolean poll() {
        if (pollsLeft > 0 && !cancelled) {
            pollsLeft--;
            return false;
        }
        return ended();
    }

    /** Returns whether a client that asks often enough need not wait any longer. */
    synchronized boolean finished() {
        return ended() && (pollsLeft == 0 || cancelled);
    }

    /** Returns the job as the service describes it, as ended if it may be {@code told}. */
    synchronized JsonObject json(boolean told) {
        JsonObject status = Json.of("state", told ? "DONE" : startedMillis < 0 ? "PENDING" : "RUNNING");
        if (told && failure != null) {
            JsonObject error = Json.of("reason", failure.reason(), "message", failure.getMessage());
            status.add("errorResult", error);
            status.add("errors", Json.array(List.of(error)));
        }
        JsonObject times = told ? statistics.deepCopy() : new JsonObject();
        times.addProperty("creationTime", String.valueOf(createdMillis));
        if (startedMillis >= 0) {
            times.addProperty("startTime", String.valueOf(startedMillis));
        }
        if (told) {
            times.addProperty("endTime", String.valueOf(endedMillis));
            times.addProperty("totalSlotMs", String.valueOf(Math.max(1, endedMillis - startedMillis)));
        }
        return Json.of(
                "kind",
                "bigquery#job",
                "id",
                project + ":" + location + "." + id,
                "etag",
                "j" + createdMillis,
                "jobReference",
                Json.of("projectId", project, "jobId", id, "location", location),
                "configuration",
                configuration,
                "status",
                status,
                "statistics",
                times,
                "user_email",
                "tests@loopback.invalid");
    }

    synchronized RecordedJob recorded() {
        String state = ended() ? "DONE" : startedMillis < 0 ? "PENDING" : "RUNNING";
        return new RecordedJob(
                id,
                configuration.has("load") ? RecordedJob.Kind.LOAD : RecordedJob.Kind.QUERY,
                state,
                failure == null ? "" : failure.reason(),
                cancelled,
                labels(),
                timeoutMillis(),
                sql(),
                billedBytes);
    }
}
