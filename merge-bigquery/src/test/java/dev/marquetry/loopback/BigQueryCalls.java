/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonObject;
import dev.marquetry.loopback.DuckTables.Column;
import dev.marquetry.loopback.DuckTables.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Answers the calls of BigQuery's REST API. */
final class BigQueryCalls {
    private static final long MAX_WAIT_MILLIS = 10_000;

    private final Datasets datasets;
    private final DuckTables tables;
    private final Jobs jobs;
    private final Knobs knobs;
    private final String defaultLocation;

    BigQueryCalls(Datasets datasets, DuckTables tables, Jobs jobs, Knobs knobs, String defaultLocation) {
        this.datasets = datasets;
        this.tables = tables;
        this.jobs = jobs;
        this.knobs = knobs;
        this.defaultLocation = defaultLocation;
    }

    Answer answer(ApiCall call, Request request) {
        String project = request.segment(1);
        return switch (call) {
            case DATASETS_INSERT -> Answer.json(datasets.create(project, request.json(), defaultLocation));
            case DATASETS_GET -> Answer.json(datasets.get(project, request.segment(2)));
            case DATASETS_LIST ->
                page(request, "bigquery#datasetList", "datasets", datasets.list(parameter(request, "filter")));
            case DATASETS_DELETE -> {
                datasets.delete(
                        project,
                        request.segment(2),
                        parameter(request, "deleteContents").equals("true"));
                yield Answer.empty(204);
            }
            case TABLES_LIST -> listTables(request, project);
            case TABLES_GET -> Answer.json(description(project, table(request)));
            case TABLES_DELETE -> {
                tables.drop(table(request));
                yield Answer.empty(204);
            }
            case JOBS_INSERT -> Answer.json(jobs.insert(project, request.json()));
            case JOBS_GET -> Answer.json(job(request).json(job(request).poll()));
            case JOBS_LIST -> listJobs(request);
            case JOBS_CANCEL -> cancel(request);
            case QUERY_RESULTS -> results(job(request), request);
            default -> throw new IllegalArgumentException(call.name());
        };
    }

    private static String parameter(Request request, String name) {
        return request.parameter(name).orElse("");
    }

    private Answer page(Request request, String kind, String name, List<JsonObject> all) {
        int from = Integer.parseInt(request.parameter("pageToken").orElse("0"));
        int asked = Integer.parseInt(request.parameter("maxResults").orElse("1000"));
        int to = Math.min(all.size(), from + Math.min(asked, knobs.pageSize()));
        JsonObject page = Json.of("kind", kind, "etag", "p" + from, name, Json.array(all.subList(from, to)));
        if (to < all.size()) {
            page.addProperty("nextPageToken", String.valueOf(to));
        }
        return Answer.json(page);
    }

    private Table table(Request request) {
        String dataset = request.segment(2);
        datasets.get(request.segment(1), dataset);
        return tables.find(dataset, request.segment(3))
                .orElseThrow(() -> Refusal.notFound(
                        "Not found: Table " + request.segment(1) + ":" + dataset + "." + request.segment(3)));
    }

    private Answer listTables(Request request, String project) {
        datasets.get(project, request.segment(2));
        List<JsonObject> listed = tables.in(request.segment(2)).stream()
                .map(table -> reference(project, table))
                .toList();
        return page(request, "bigquery#tableList", "tables", listed);
    }

    private static JsonObject reference(String project, Table table) {
        return Json.of(
                "kind",
                "bigquery#table",
                "id",
                project + ":" + table.dataset() + "." + table.name(),
                "type",
                "TABLE",
                "creationTime",
                table.createdMillis(),
                "tableReference",
                Json.of("projectId", project, "datasetId", table.dataset(), "tableId", table.name()));
    }

    private JsonObject description(String project, Table table) {
        JsonObject json = reference(project, table);
        json.addProperty("location", datasets.location(table.dataset(), defaultLocation));
        json.addProperty("numRows", String.valueOf(table.rows()));
        json.addProperty("numBytes", String.valueOf(table.bytes()));
        json.add("schema", schema(table.columns()));
        return json;
    }

    private static JsonObject schema(List<Column> columns) {
        List<JsonObject> fields = new ArrayList<>();
        for (Column column : columns) {
            fields.add(Json.of("name", column.name(), "type", column.bigQueryType(), "mode", "NULLABLE"));
        }
        return Json.of("fields", Json.array(fields));
    }

    private LoopbackJob job(Request request) {
        return jobs.get(
                request.segment(1),
                request.segment(2),
                request.parameter("location").orElse(null));
    }

    private Answer listJobs(Request request) {
        String state = parameter(request, "stateFilter").toUpperCase(Locale.ROOT);
        long newerThan = Long.parseLong(request.parameter("minCreationTime").orElse("0"));
        List<JsonObject> listed = new ArrayList<>();
        for (LoopbackJob job : jobs.list()) {
            JsonObject json = job.json(job.finished());
            String found = Json.text(json, "", "status", "state");
            if (job.createdMillis() >= newerThan && (state.isEmpty() || state.equals(found))) {
                json.addProperty("state", found);
                listed.add(json);
            }
        }
        return page(request, "bigquery#jobList", "jobs", listed);
    }

    private Answer cancel(Request request) {
        LoopbackJob job = job(request);
        job.cancel();
        return Answer.json(Json.of("kind", "bigquery#jobCancelResponse", "job", job.json(job.finished())));
    }

    /** Says how a query ended, and what its result looks like; of the rows, only how many there are. */
    private static Answer results(LoopbackJob job, Request request) {
        try {
            job.await(Math.min(
                    MAX_WAIT_MILLIS,
                    Long.parseLong(request.parameter("timeoutMs").orElse("10000"))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        JobFailure failure = job.failure();
        if (failure != null) {
            throw failure.refusal();
        }
        return Answer.json(Json.of(
                "kind",
                "bigquery#getQueryResultsResponse",
                "jobReference",
                job.json(false).get("jobReference"),
                "jobComplete",
                job.ended(),
                "totalRows",
                job.resultRows(),
                "schema",
                schema(job.columns())));
    }
}
