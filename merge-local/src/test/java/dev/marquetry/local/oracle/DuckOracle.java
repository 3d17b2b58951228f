/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import dev.marquetry.MergeRequest.DuplicateKeys;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Merges with DuckDB's SQL and compares an output, read by DuckDB, with the answer: types, rows, order and every value.
 * What DuckDB can not read, and the sign of zero, is left to {@link ParquetJavaReading}. Not thread-safe.
 */
public final class DuckOracle implements AutoCloseable {
    private final Connection connection;
    private final Set<ColumnType> compared = EnumSet.noneOf(ColumnType.class);

    /** Opens a database in memory. */
    public DuckOracle() {
        try {
            connection = DriverManager.getConnection("jdbc:duckdb:");
            run("SET threads = 1");
            run("SET TimeZone = 'UTC'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** Returns the types of which at least one column has been compared. */
    public Set<ColumnType> compared() {
        return compared;
    }

    /** Returns how {@code output} differs from the answer to {@code merge}, a line each; empty if it does not. */
    public List<String> differences(MergeCase merge, Path output) {
        try {
            return compare(merge, output);
        } catch (SQLException e) {
            return List.of("DuckDB: " + e.getMessage());
        }
    }

    private List<String> compare(MergeCase merge, Path output) throws SQLException {
        List<String> differences = new ArrayList<>();
        Map<String, String> wanted = new LinkedHashMap<>();
        List<String> readable = new ArrayList<>();
        collect(merge.spine(), List.of(), wanted, readable);
        for (Table feature : merge.features()) {
            collect(feature, merge.keys(), wanted, readable);
        }
        Map<String, String> found = describe(output);
        if (!List.copyOf(found.entrySet()).equals(List.copyOf(wanted.entrySet()))) {
            differences.add("DuckDB describes " + found + " instead of " + wanted);
            return differences;
        }
        run("CREATE OR REPLACE TEMP TABLE wanted AS " + answer(merge, readable));
        run("CREATE OR REPLACE TEMP TABLE found AS SELECT " + columns("o", readable)
                + "o.file_row_number AS __row FROM " + read(output) + " o");
        differences.addAll(compareTables(readable));
        return differences;
    }

    private List<String> compareTables(List<String> columns) throws SQLException {
        List<String> differences = new ArrayList<>();
        List<String> tests = new ArrayList<>();
        tests.add("count(*) FILTER (WHERE w.__row IS NULL OR f.__row IS NULL)");
        for (String column : columns) {
            tests.add("count(*) FILTER (WHERE " + differs(column) + ")");
        }
        List<Object> counts =
                row("SELECT " + String.join(", ", tests) + " FROM wanted w FULL JOIN found f ON w.__row = f.__row");
        if (((Number) counts.get(0)).longValue() > 0) {
            differences.add("DuckDB: " + counts.get(0) + " rows are missing or too many");
        }
        for (int c = 0; c < columns.size(); c++) {
            if (((Number) counts.get(c + 1)).longValue() > 0) {
                String name = quoted(columns.get(c));
                differences.add("DuckDB: column " + columns.get(c) + " differs in " + counts.get(c + 1)
                        + " rows, first (row, wanted, found) "
                        + row("SELECT w.__row, w." + name + "::VARCHAR, f." + name
                                + "::VARCHAR FROM wanted w JOIN found" + " f ON w.__row = f.__row WHERE "
                                + differs(columns.get(c)) + " ORDER BY 1 LIMIT 1"));
            }
        }
        return differences;
    }

    private static String differs(String column) {
        String name = quoted(column);
        return "w." + name + " IS DISTINCT FROM f." + name;
    }

    private String answer(MergeCase merge, List<String> readable) {
        StringBuilder with = new StringBuilder("WITH s AS (SELECT "
                + columns("r", spineColumns(merge, readable)) + "file_row_number AS __row FROM "
                + read(merge.spine().file()) + " r)");
        StringBuilder joins = new StringBuilder();
        String latest = merge.duplicateKeys() == DuplicateKeys.LAST ? " DESC" : "";
        for (int f = 0; f < merge.features().size(); f++) {
            Table feature = merge.features().get(f);
            String keys = merge.keys().stream().map(DuckOracle::quoted).collect(Collectors.joining(", "));
            String others = columns("r", own(feature, merge.keys(), readable));
            String keyNames = merge.keys().stream()
                    .map(key -> "r." + quoted(key) + " AS " + quoted("__" + key))
                    .collect(Collectors.joining(", "));
            with.append(", f" + f + " AS (SELECT " + others + keyNames + " FROM " + read(feature.file())
                    + " r QUALIFY row_number() OVER (PARTITION BY " + keys + " ORDER BY file_row_number" + latest
                    + ") = 1)");
            String alias = "f" + f;
            joins.append(" LEFT JOIN f" + f + " ON "
                    + merge.keys().stream()
                            .map(key -> same(merge, feature, key, alias))
                            .collect(Collectors.joining(" AND ")));
        }
        String picked = readable.stream().map(DuckOracle::quoted).collect(Collectors.joining(", "));
        return with + " SELECT " + picked + (picked.isEmpty() ? "" : ", ") + "s.__row FROM s" + joins;
    }

    /** Times of different units are compared in nanoseconds, wide enough for any instant. */
    private static String same(MergeCase merge, Table feature, String key, String alias) {
        ColumnType left =
                merge.spine().columns().get(merge.spine().indexOf(key)).type();
        ColumnType right = feature.columns().get(feature.indexOf(key)).type();
        return comparable(left, right, "s." + quoted(key)) + " = "
                + comparable(right, left, alias + "." + quoted("__" + key));
    }

    private static String comparable(ColumnType type, ColumnType other, String column) {
        boolean time = type.name().startsWith("TIME");
        return time && type != other ? "epoch_ns(" + column + ")" : column;
    }

    private static List<String> spineColumns(MergeCase merge, List<String> readable) {
        return merge.spine().columns().stream()
                .map(Column::name)
                .filter(name -> merge.keys().contains(name) || readable.contains(name))
                .toList();
    }

    private static List<String> own(Table table, List<String> keys, List<String> readable) {
        return table.columns().stream()
                .map(Column::name)
                .filter(name -> !keys.contains(name) && readable.contains(name))
                .toList();
    }

    private void collect(Table table, List<String> without, Map<String, String> types, List<String> readable)
            throws SQLException {
        Map<String, String> described = describe(table.file());
        for (Column column : table.columns()) {
            if (!without.contains(column.name())) {
                types.put(column.name(), described.get(column.name()));
                if (isReadable(table, column)) {
                    readable.add(column.name());
                    compared.add(column.type());
                }
            }
        }
    }

    /** Returns whether DuckDB reads the column: it knows no instants outside of its range and no split fixed bytes. */
    private static boolean isReadable(Table table, Column column) {
        int c = table.indexOf(column.name());
        if (column.type().name().startsWith("TIMESTAMP")) {
            long most = column.type().name().startsWith("TIMESTAMP_MILLIS") ? 1L << 50 : 1L << 61;
            return table.rows().stream()
                    .map(row -> (Long) row[c])
                    .allMatch(instant -> instant == null || instant >= -most && instant <= most);
        }
        return column.type().physical() != PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
                || !table.layout().byteStreamSplit().contains(column.name());
    }

    /** Returns whether DuckDB can open every file of {@code merge}: it opens none with a BSON column. */
    public static boolean canRead(MergeCase merge) {
        return Stream.concat(Stream.of(merge.spine()), merge.features().stream())
                .flatMap(table -> table.columns().stream())
                .noneMatch(column -> column.type() == ColumnType.BSON);
    }

    private Map<String, String> describe(Path file) throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("DESCRIBE SELECT * FROM read_parquet('" + file + "')")) {
            while (rows.next()) {
                types.put(rows.getString(1), rows.getString(2));
            }
        }
        return types;
    }

    private static String columns(String alias, List<String> names) {
        return names.stream().map(name -> alias + "." + quoted(name) + ", ").collect(Collectors.joining());
    }

    private static String read(Path file) {
        return "read_parquet('" + file + "', file_row_number = true)";
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<Object> row(String sql) throws SQLException {
        List<Object> cells = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            for (int c = 1; rows.next() && c == 1; ) {
                for (; c <= rows.getMetaData().getColumnCount(); c++) {
                    cells.add(rows.getObject(c));
                }
            }
        }
        return cells;
    }
}
