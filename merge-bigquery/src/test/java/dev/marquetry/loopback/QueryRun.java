/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonObject;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** Estimates and runs query jobs, and adds up what they cost. */
final class QueryRun {
    private final ObjectStore store;
    private final DuckTables tables;
    private final Datasets datasets;
    private final Knobs knobs;
    private final Faults faults;
    private final Clock clock;
    private final AtomicLong billedBytes = new AtomicLong();

    QueryRun(ObjectStore store, DuckTables tables, Datasets datasets, Knobs knobs, Faults faults, Clock clock) {
        this.store = store;
        this.tables = tables;
        this.datasets = datasets;
        this.knobs = knobs;
        this.faults = faults;
        this.clock = clock;
    }

    long billedBytes() {
        return billedBytes.get();
    }

    /** Returns the statistics of a dry run: what the query would read. */
    JsonObject estimate(LoopbackJob job, DuckSession session) {
        QueryPlan plan = plan(job, session);
        return statistics(plan, 0);
    }

    private QueryPlan plan(LoopbackJob job, DuckSession session) {
        try {
            QueryPlan plan = QueryPlan.of(job.sql(), tables, session, job.project());
            plan.tablesByAlias()
                    .values()
                    .forEach(table -> datasets.require(job.project(), table.dataset(), job.location()));
            return plan;
        } catch (DuckSession.DuckFailure e) {
            throw JobFailure.invalidQuery(String.valueOf(e.getMessage()));
        }
    }

    private static JsonObject statistics(QueryPlan plan, long billed) {
        JsonObject query = Json.of(
                "totalBytesProcessed",
                plan.processedBytes(),
                "totalBytesBilled",
                billed,
                "cacheHit",
                false,
                "statementType",
                plan.export().isPresent() ? "EXPORT_DATA" : "SELECT");
        return Json.of("totalBytesProcessed", plan.processedBytes(), "query", query);
    }

    /** Runs the query, and returns the job's statistics. */
    JsonObject run(LoopbackJob job, DuckSession session) {
        QueryPlan plan = plan(job, session);
        long allowed = Long.parseLong(Json.text(job.configuration(), "0", "query", "maximumBytesBilled"));
        if (allowed > 0 && plan.billedBytes() > allowed) {
            throw new JobFailure(
                    "bytesBilledLimitExceeded",
                    "Query exceeded limit for bytes billed: " + allowed + ". " + plan.billedBytes()
                            + " or higher required.");
        }
        if (plan.sql().joins() > faults.maxJoins()) {
            throw new JobFailure(
                    "resourcesExceeded",
                    "Resources exceeded during query execution: Not enough resources for query planning - too many"
                            + " subqueries or query is too complex.");
        }
        JsonObject statistics = statistics(plan, plan.billedBytes());
        try {
            execute(job, plan, session, statistics);
        } catch (Refusal e) {
            throw JobFailure.notFound(String.valueOf(e.getMessage()));
        } catch (DuckSession.DuckFailure e) {
            throw JobFailure.invalidQuery(String.valueOf(e.getMessage()));
        }
        billedBytes.addAndGet(plan.billedBytes());
        job.billed(plan.billedBytes());
        return statistics;
    }

    private void execute(LoopbackJob job, QueryPlan plan, DuckSession session, JsonObject statistics) {
        if (plan.export().isPresent()) {
            Exporter exporter = new Exporter(session, store, knobs, faults);
            exporter.check(plan.export().get());
            Exporter.Exported exported = exporter.export(plan, plan.export().get());
            statistics
                    .getAsJsonObject("query")
                    .add("exportDataStatistics", Json.of("fileCount", exported.files(), "rowCount", exported.rows()));
            return;
        }
        JsonObject destination = Json.object(job.configuration().getAsJsonObject("query"), "destinationTable");
        String select = JoinSql.prepare(plan, session);
        if (destination.has("tableId")) {
            String dataset = Json.text(destination, "", "datasetId");
            datasets.require(job.project(), dataset, job.location());
            tables.create(session, dataset, Json.text(destination, "", "tableId"), select, clock.millis());
        } else {
            job.result(
                    plan.outputs(),
                    session.numbers("SELECT count(*) FROM (" + select + ")").get(0));
        }
    }
}
