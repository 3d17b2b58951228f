/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges as somebody would who knows DuckDB: one statement that joins all files and orders by the spine's row number; where
 * there are more files than one statement takes well, stripes of some files each, which are then put side by side.
 */
final class DuckDbMerge {
    /** The most feature files that one statement joins; twice as many take all of 4 GB. */
    private static final int STRIPE_FILES = 25;

    private static final int VECTOR_ROWS = 2_048;
    private static final int DEFAULT_ROW_GROUP_ROWS = 60 * VECTOR_ROWS;
    /** A row group is gathered in memory before it is written, and a merge has other needs as well. */
    private static final long ROW_GROUP_BYTES = 256L << 20;

    private final DuckDb duck;
    private final Inputs inputs;
    private final Path scratch;
    private final String codec;

    private DuckDbMerge(DuckDb duck, Inputs inputs, Path scratch, String codec) {
        this.duck = duck;
        this.inputs = inputs;
        this.scratch = scratch;
        this.codec = codec;
    }

    /** Merges: folder of the inputs, output, codec, memory limit, scratch folder. */
    public static void main(String[] args) throws SQLException, IOException {
        Path scratch = Path.of(args[4]);
        try (DuckDb duck = new DuckDb()) {
            duck.run("SET memory_limit = '" + args[3] + "'");
            duck.run("SET temp_directory = " + DuckDb.quoted(scratch.resolve("spill")));
            new DuckDbMerge(duck, Inputs.in(Path.of(args[0])), scratch, args[2]).merge(Path.of(args[1]));
        }
    }

    private void merge(Path output) throws SQLException, IOException {
        List<Path> features = inputs.features();
        if (features.size() <= STRIPE_FILES) {
            join("s.* EXCLUDE (file_row_number)", features, output);
            return;
        }
        List<Path> stripes = new ArrayList<>();
        for (int from = 0; from < features.size(); from += STRIPE_FILES) {
            Path stripe = scratch.resolve("stripe-" + from + ".parquet");
            String ofSpine = from == 0 ? "s.* EXCLUDE (file_row_number)" : "";
            join(ofSpine, features.subList(from, Math.min(features.size(), from + STRIPE_FILES)), stripe);
            stripes.add(stripe);
        }
        List<String> tables = new ArrayList<>();
        for (Path stripe : stripes) {
            tables.add("read_parquet(" + DuckDb.quoted(stripe) + ")");
        }
        copy("SELECT * FROM " + String.join(" POSITIONAL JOIN ", tables), output);
        for (Path stripe : stripes) {
            Files.delete(stripe);
        }
    }

    private void join(String ofSpine, List<Path> features, Path output) throws SQLException {
        List<String> columns = new ArrayList<>(ofSpine.isEmpty() ? List.of() : List.of(ofSpine));
        StringBuilder from = new StringBuilder(" FROM read_parquet(")
                .append(DuckDb.quoted(inputs.spine()))
                .append(", file_row_number = true) s");
        for (int f = 0; f < features.size(); f++) {
            columns.add("f" + f + ".* EXCLUDE (" + Inputs.KEY + ")");
            from.append(String.format(
                    " LEFT JOIN read_parquet(%1$s) f%2$d ON s.%3$s = f%2$d.%3$s",
                    DuckDb.quoted(features.get(f)), f, Inputs.KEY));
        }
        copy("SELECT " + String.join(", ", columns) + from + " ORDER BY s.file_row_number", output);
    }

    private void copy(String query, Path output) throws SQLException {
        int columns = duck.rows("DESCRIBE " + query).size();
        long fitting = ROW_GROUP_BYTES / (8L * columns) / VECTOR_ROWS * VECTOR_ROWS;
        long rows = Math.max(VECTOR_ROWS, Math.min(DEFAULT_ROW_GROUP_ROWS, fitting));
        duck.run("COPY (" + query + ") TO " + DuckDb.quoted(output) + " (FORMAT parquet, COMPRESSION " + codec
                + ", ROW_GROUP_SIZE " + rows + ")");
    }
}
