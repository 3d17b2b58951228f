/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares a wide file with the inputs it was made of: rows, names and types of columns, every value of the key, and every
 * row's value in all columns or, above a number of columns, in as many spread evenly. DuckDB reads all of it, some columns
 * at a time, so a check needs little memory however wide the file.
 */
final class OutputCheck {
    private static final int COLUMNS_AT_A_TIME = 50;
    private static final int FILES_AT_A_TIME = 10;
    private static final String MEMORY = "2GB";

    private final Inputs inputs;
    private final int maxColumns;

    /**
     * Prepares to check.
     *
     * @param maxColumns the most columns whose values are compared
     */
    OutputCheck(Inputs inputs, int maxColumns) {
        this.inputs = inputs;
        this.maxColumns = maxColumns;
    }

    /**
     * What a check found.
     *
     * @param text for a table, such as {@code right, all 1,307 columns}
     */
    record Verdict(boolean isRight, String text) {}

    /** One column of the wide file and where it comes from. */
    private record Column(Path file, String name, String type) {}

    /** Checks {@code output}; {@code scratch} may be filled. */
    Verdict check(Path output, Path scratch) {
        try (DuckDb duck = new DuckDb()) {
            duck.run("SET memory_limit = '" + MEMORY + "'");
            duck.run("SET temp_directory = " + DuckDb.quoted(scratch.resolve("check")));
            duck.run("SET parquet_metadata_cache = true");
            String wrong = wrong(duck, output);
            if (!wrong.isEmpty()) {
                return new Verdict(false, "WRONG: " + wrong);
            }
            int columns = columns(duck).size();
            String compared = columns <= maxColumns
                    ? String.format(Locale.ROOT, "all %,d columns", columns)
                    : String.format(Locale.ROOT, "%,d of %,d columns", maxColumns, columns);
            return new Verdict(true, "right, " + compared);
        } catch (SQLException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return new Verdict(false, "WRONG: can not be read: " + reason.replace('|', '/'));
        }
    }

    private String wrong(DuckDb duck, Path output) throws SQLException {
        List<Column> expected = columns(duck);
        List<List<String>> actual = describe(duck, output);
        if (actual.size() != expected.size()) {
            return String.format(Locale.ROOT, "%,d columns, not %,d", actual.size(), expected.size());
        }
        for (int c = 0; c < expected.size(); c++) {
            Column column = expected.get(c);
            String found = actual.get(c).get(0) + " " + actual.get(c).get(1);
            if (!found.equals(column.name() + " " + column.type())) {
                return "column " + found + ", not " + column.name() + " " + column.type();
            }
        }
        String wrongKeys = wrongKeys(duck, output);
        return wrongKeys.isEmpty() ? wrongValues(duck, output, sampled(expected)) : wrongKeys;
    }

    /** Returns what the wide file must have: the spine's columns, then each feature file's without the key. */
    private List<Column> columns(DuckDb duck) throws SQLException {
        List<Column> columns = new ArrayList<>();
        for (Path file : inputs.all()) {
            for (List<String> described : describe(duck, file)) {
                if (file.equals(inputs.spine()) || !described.get(0).equals(Inputs.KEY)) {
                    columns.add(new Column(file, described.get(0), described.get(1)));
                }
            }
        }
        return columns;
    }

    private static List<List<String>> describe(DuckDb duck, Path file) throws SQLException {
        return duck.rows("DESCRIBE SELECT * FROM read_parquet(" + DuckDb.quoted(file) + ")");
    }

    /** Compares number and order of rows; once the key is right in each row, values can be looked up by it. */
    private String wrongKeys(DuckDb duck, Path output) throws SQLException {
        long rows = duck.number("SELECT count(*) FROM read_parquet(" + DuckDb.quoted(output) + ")");
        long spineRows = duck.number("SELECT count(*) FROM read_parquet(" + DuckDb.quoted(inputs.spine()) + ")");
        if (rows != spineRows) {
            return String.format(Locale.ROOT, "%,d rows, not %,d", rows, spineRows);
        }
        String keys = "(SELECT file_row_number AS place, " + Inputs.KEY
                + " AS k FROM read_parquet(%s, file_row_number = true))";
        String different = String.format(
                Locale.ROOT,
                "SELECT count(*) FROM " + keys + " o JOIN " + keys + " s USING (place) WHERE o.k IS DISTINCT FROM s.k",
                DuckDb.quoted(output),
                DuckDb.quoted(inputs.spine()));
        long wrong = duck.number(different);
        return wrong == 0 ? "" : String.format(Locale.ROOT, "%,d of %,d rows out of order", wrong, rows);
    }

    private List<Column> sampled(List<Column> columns) {
        if (columns.size() <= maxColumns) {
            return columns;
        }
        List<Column> sampled = new ArrayList<>();
        for (int i = 0; i < maxColumns; i++) {
            sampled.add(columns.get((int) ((long) i * columns.size() / maxColumns)));
        }
        return sampled;
    }

    private String wrongValues(DuckDb duck, Path output, List<Column> columns) throws SQLException {
        int from = 0;
        while (from < columns.size()) {
            Map<Path, String> files = new LinkedHashMap<>();
            int to = from;
            while (to < columns.size() && to - from < COLUMNS_AT_A_TIME) {
                Path file = columns.get(to).file();
                if (!files.containsKey(file) && files.size() == FILES_AT_A_TIME) {
                    break;
                }
                files.putIfAbsent(file, "f" + files.size());
                to++;
            }
            String wrong = wrongValues(duck, output, columns.subList(from, to), files);
            if (!wrong.isEmpty()) {
                return wrong;
            }
            from = to;
        }
        return "";
    }

    private static String wrongValues(DuckDb duck, Path output, List<Column> columns, Map<Path, String> files)
            throws SQLException {
        List<String> counts = new ArrayList<>();
        for (Column column : columns) {
            String name = DuckDb.name(column.name());
            counts.add(
                    "count(*) FILTER (o." + name + " IS DISTINCT FROM " + files.get(column.file()) + "." + name + ")");
        }
        StringBuilder query = new StringBuilder("SELECT ")
                .append(String.join(", ", counts))
                .append(" FROM read_parquet(")
                .append(DuckDb.quoted(output))
                .append(") o");
        files.forEach((file, alias) -> query.append(String.format(
                " LEFT JOIN read_parquet(%1$s) %2$s ON o.%3$s = %2$s.%3$s", DuckDb.quoted(file), alias, Inputs.KEY)));
        List<String> found = duck.rows(query.toString()).get(0);
        for (int c = 0; c < columns.size(); c++) {
            if (!found.get(c).equals("0")) {
                return String.format(
                        Locale.ROOT,
                        "%,d rows of column %s",
                        Long.parseLong(found.get(c)),
                        columns.get(c).name());
            }
        }
        return "";
    }
}
