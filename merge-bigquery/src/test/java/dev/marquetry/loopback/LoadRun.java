/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.marquetry.loopback.DuckTables.Table;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs a load job: Parquet objects to a table, with BigQuery's types. */
final class LoadRun {
    private final ObjectStore store;
    private final DuckTables tables;
    private final Datasets datasets;
    private final Clock clock;

    LoadRun(ObjectStore store, DuckTables tables, Datasets datasets, Clock clock) {
        this.store = store;
        this.tables = tables;
        this.datasets = datasets;
        this.clock = clock;
    }

    /** Loads, and returns the job's statistics. */
    JsonObject run(LoopbackJob job, DuckSession session) {
        JsonObject load = job.configuration().getAsJsonObject("load");
        String dataset = Json.text(load, "", "destinationTable", "datasetId");
        String name = Json.text(load, "", "destinationTable", "tableId");
        datasets.require(job.project(), dataset, job.location());
        if (!Json.text(load, "", "sourceFormat").equals("PARQUET")) {
            throw JobFailure.invalid("This server loads Parquet only: " + Json.text(load, "CSV", "sourceFormat"));
        }
        checkDisposition(job, load, dataset, name);
        List<StoredObject> sources = new ArrayList<>();
        for (JsonElement uri : load.getAsJsonArray("sourceUris")) {
            sources.addAll(objects(uri.getAsString(), job.location()));
        }
        Table table = load(session, load, sources, dataset, name);
        long inputBytes = sources.stream().mapToLong(StoredObject::bytes).sum();
        JsonObject statistics = Json.of(
                "inputFiles", String.valueOf(sources.size()),
                "inputFileBytes", inputBytes,
                "outputRows", table.rows(),
                "outputBytes", table.bytes(),
                "badRecords", "0");
        return Json.of("load", statistics);
    }

    private void checkDisposition(LoopbackJob job, JsonObject load, String dataset, String name) {
        String disposition = Json.text(load, "WRITE_APPEND", "writeDisposition");
        Optional<Table> existing = tables.find(dataset, name);
        if (existing.isPresent()
                && disposition.equals("WRITE_EMPTY")
                && existing.get().rows() > 0) {
            throw new JobFailure("duplicate", "Already Exists: Table " + job.project() + ":" + dataset + "." + name);
        }
        if (existing.isPresent() && disposition.equals("WRITE_APPEND")) {
            throw JobFailure.invalid("This server appends to no table: " + dataset + "." + name);
        }
    }

    private List<StoredObject> objects(String uri, String location) {
        int slash = uri.indexOf('/', "gs://".length());
        if (!uri.startsWith("gs://") || slash < 0) {
            throw JobFailure.invalid("Source URI must be a Google Cloud Storage location: " + uri);
        }
        String bucket = uri.substring("gs://".length(), slash);
        String name = uri.substring(slash + 1);
        try {
            if (!store.location(bucket).equalsIgnoreCase(location)) {
                throw JobFailure.invalid("Cannot read and write in different locations: source: "
                        + store.location(bucket) + ", destination: " + location);
            }
            int star = name.indexOf('*');
            List<StoredObject> found = star < 0
                    ? store.find(bucket, name).stream().toList()
                    : store.list(bucket, name.substring(0, star)).stream()
                            .filter(object -> object.name().endsWith(name.substring(star + 1)))
                            .toList();
            if (found.isEmpty()) {
                throw JobFailure.notFound("URI " + uri);
            }
            return found;
        } catch (Refusal e) {
            throw JobFailure.notFound("URI " + uri);
        }
    }

    private Table load(DuckSession session, JsonObject load, List<StoredObject> sources, String dataset, String name) {
        boolean flexible = List.of("V2", "STRICT").contains(Json.text(load, "", "columnNameCharacterMap"));
        boolean enumAsString =
                Json.text(load, "false", "parquetOptions", "enumAsString").equals("true");
        List<String> files = new ArrayList<>();
        List<String> expressions = List.of();
        for (StoredObject source : sources) {
            String uri = "gs://" + source.bucket() + "/" + source.name();
            List<String> found = LoadRules.expressions(uri, ParquetFooter.read(source.file()), flexible, enumAsString);
            if (!expressions.isEmpty() && !expressions.equals(found)) {
                throw JobFailure.invalid("Provided Schema does not match: " + uri);
            }
            expressions = found;
            files.add(GoogleSql.literal(source.file().toString()));
        }
        String select =
                "SELECT " + String.join(", ", expressions) + " FROM read_parquet([" + String.join(", ", files) + "])";
        try {
            return tables.create(session, dataset, name, select, clock.millis());
        } catch (DuckSession.DuckFailure e) {
            throw JobFailure.invalid("Error while reading data, error message: " + e.getMessage());
        }
    }
}
