/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Writes a query's result into objects as EXPORT DATA does: all rows in order, file after file. */
final class Exporter {
    private static final int MIN_GROUP_ROWS = 2048;
    private static final int MAX_GROUP_ROWS = 122_880;
    private static final long GROUP_BYTES = 32L << 20;
    private static final long ASSUMED_VALUE_BYTES = 8;
    private static final int INT64_AS_CONVERTED_TYPE = 18;

    private final DuckSession session;
    private final ObjectStore store;
    private final Knobs knobs;
    private final Faults faults;

    /** What was written. */
    record Exported(long files, long rows) {}

    Exporter(DuckSession session, ObjectStore store, Knobs knobs, Faults faults) {
        this.session = session;
        this.store = store;
        this.knobs = knobs;
        this.faults = faults;
    }

    /** Refuses a statement whose files exist. */
    void check(ExportStatement export) {
        if (!export.overwrite() && !store.list(export.bucket(), export.prefix()).isEmpty()) {
            throw JobFailure.invalidQuery("Destination URI " + export.uri()
                    + " already has files. Use the overwrite option to overwrite them.");
        }
    }

    Exported export(QueryPlan plan, ExportStatement export) {
        Path whole = store.newFile("export.parquet");
        String options = options(plan, export);
        long rows = session.run(
                "COPY (" + JoinSql.prepare(plan, session) + ") TO " + GoogleSql.literal(whole.toString()) + options);
        long perShard = knobs.rowsPerShard(rows, bytesPerRow(plan));
        int shards = (int) Math.max(1, (rows + perShard - 1) / perShard);
        Optional<ExportFault> fault = faults.ofExport(export.uri());
        boolean reversed = fault.filter(ExportFault::reverses).isPresent();
        boolean addsEmpty = fault.filter(ExportFault::addsEmpty).isPresent();
        if (shards > 1 || addsEmpty) {
            session.run("CREATE TEMP TABLE exported AS SELECT * FROM read_parquet("
                    + GoogleSql.literal(whole.toString()) + ")");
        }
        for (int i = 0; i < shards; i++) {
            int number = reversed ? shards - 1 - i : i;
            Path shard = shards == 1 ? whole : part(i * perShard, perShard, options);
            put(export, shard, number, fault);
        }
        if (shards > 1) {
            delete(whole);
        }
        if (addsEmpty) {
            put(export, part(rows, 1, options), shards++, fault);
        }
        return new Exported(shards, rows);
    }

    private String options(QueryPlan plan, ExportStatement export) {
        long chosen =
                GROUP_BYTES / (ASSUMED_VALUE_BYTES * Math.max(1, plan.outputs().size()));
        long rows = knobs.rowGroupRows() > 0
                ? knobs.rowGroupRows()
                : Math.max(MIN_GROUP_ROWS, Math.min(MAX_GROUP_ROWS, chosen));
        return " (FORMAT PARQUET, COMPRESSION " + export.compression() + ", ROW_GROUP_SIZE " + rows + ")";
    }

    /** Returns a guess from the number of columns, and from the average sizes of texts and bytes in the tables read. */
    private static long bytesPerRow(QueryPlan plan) {
        long rows = plan.tablesByAlias().values().stream()
                .mapToLong(DuckTables.Table::rows)
                .max()
                .orElse(0);
        return Math.max(plan.outputs().size() * ASSUMED_VALUE_BYTES, rows == 0 ? 0 : plan.processedBytes() / rows);
    }

    private Path part(long from, long rows, String options) {
        Path part = store.newFile("shard.parquet");
        session.run("COPY (SELECT * FROM exported WHERE rowid >= " + from + " AND rowid < " + (from + rows) + ") TO "
                + GoogleSql.literal(part.toString()) + options);
        return part;
    }

    private void put(ExportStatement export, Path file, int number, Optional<ExportFault> fault) {
        if (fault.filter(found -> found.loses(number)).isPresent()) {
            return;
        }
        ParquetFooter.change(file, Exporter::annotateAsBigQuery);
        if (fault.filter(found -> found.truncates(number)).isPresent()) {
            halve(file);
        }
        store.put(export.bucket(), export.object(number), file, new JsonObject(), Optional.empty());
    }

    /** BigQuery writes its integers without any annotation. */
    private static void annotateAsBigQuery(ParquetFooter footer) {
        for (ThriftStruct element : footer.schema()) {
            if (element.number(6, -1) == INT64_AS_CONVERTED_TYPE) {
                element.remove(6);
                element.remove(10);
            }
        }
    }

    private static void halve(Path file) {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(access.length() / 2);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
