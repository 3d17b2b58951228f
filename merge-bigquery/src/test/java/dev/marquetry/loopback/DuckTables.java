/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.duckdb.DuckDBConnection;

/** The tables of all datasets, in one DuckDB in memory with a schema for each dataset. Thread-safe. */
final class DuckTables implements AutoCloseable {
    private static final int MAX_DROPS = 50;

    private final DuckDBConnection database;
    private final Map<String, Table> tables = new ConcurrentHashMap<>();

    /**
     * A column of a table or of a result.
     *
     * @param type its type in DuckDB
     * @param bytes its size in all rows, by BigQuery's rules; 0 in a result
     */
    record Column(String name, String type, long bytes) {
        /** Returns the type by BigQuery's name. */
        String bigQueryType() {
            if (type.startsWith("DECIMAL")) {
                return "NUMERIC";
            }
            return switch (type) {
                case "DOUBLE", "FLOAT" -> "FLOAT";
                case "BOOLEAN" -> "BOOLEAN";
                case "BLOB" -> "BYTES";
                case "VARCHAR" -> "STRING";
                case "DATE" -> "DATE";
                default -> type.startsWith("TIMESTAMP") ? "TIMESTAMP" : "INTEGER";
            };
        }

        /** Returns a DuckDB expression of the size of this column in all rows: a missing value takes none. */
        String bytesExpression() {
            String name = GoogleSql.quoted(this.name);
            return switch (bigQueryType()) {
                case "BOOLEAN" -> "count(" + name + ")";
                case "NUMERIC" -> "16 * count(" + name + ")";
                case "BYTES" -> "coalesce(sum(octet_length(" + name + ") + 2), 0)::BIGINT";
                case "STRING" -> "coalesce(sum(strlen(" + name + ") + 2), 0)::BIGINT";
                default -> "8 * count(" + name + ")";
            };
        }
    }

    /** A table as it was when it was made: nothing changes one but replacing it. */
    record Table(String dataset, String name, List<Column> columns, long rows, long createdMillis) {
        Optional<Column> column(String wanted) {
            return columns.stream()
                    .filter(column -> column.name().equalsIgnoreCase(wanted))
                    .findFirst();
        }

        long bytes() {
            return columns.stream().mapToLong(Column::bytes).sum();
        }
    }

    DuckTables(Path spill) {
        try {
            database = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
            try (DuckSession session = open()) {
                session.run("SET threads = 2");
                session.run("SET memory_limit = '2GB'");
                session.run("SET temp_directory = " + GoogleSql.literal(spill.toString()));
                // Where it knows that nothing is missing, it would write columns REQUIRED, which BigQuery never does.
                session.run("SET disabled_optimizers = 'statistics_propagation'");
                session.run("SET default_null_order = 'nulls_first_on_asc_last_on_desc'");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }

    /** Returns a connection of its own, with temporary tables of its own. */
    DuckSession open() {
        try {
            Connection connection = database.duplicate();
            return new DuckSession(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void createDataset(String dataset) {
        try (DuckSession session = open()) {
            session.run("CREATE SCHEMA " + GoogleSql.quoted(dataset));
        }
    }

    /** Drops a dataset and its tables. DuckDB refuses while a job makes one of them; then this waits for the job. */
    void dropDataset(String dataset) {
        String drop = "DROP SCHEMA IF EXISTS " + GoogleSql.quoted(dataset) + " CASCADE";
        try (DuckSession session = open()) {
            for (int attempt = 1; !dropped(session, drop, attempt); attempt++) {}
        }
        tables.keySet().removeIf(key -> key.startsWith(dataset + "."));
    }

    private static boolean dropped(DuckSession session, String drop, int attempt) {
        try {
            session.run(drop);
            return true;
        } catch (DuckSession.DuckFailure e) {
            if (attempt == MAX_DROPS) {
                throw e;
            }
            LockSupport.parkNanos(attempt * 1_000_000L);
            return false;
        }
    }

    void drop(Table table) {
        try (DuckSession session = open()) {
            session.run("DROP TABLE " + GoogleSql.quoted(table.dataset()) + "." + GoogleSql.quoted(table.name()));
        }
        tables.remove(table.dataset() + "." + table.name());
    }

    Optional<Table> find(String dataset, String table) {
        return Optional.ofNullable(tables.get(dataset + "." + table));
    }

    List<Table> in(String dataset) {
        return tables.values().stream()
                .filter(table -> table.dataset().equals(dataset))
                .sorted(java.util.Comparator.comparing(Table::name))
                .toList();
    }

    /** Makes a table of the rows of a query in DuckDB's SQL, replacing one of that name. */
    Table create(DuckSession session, String dataset, String name, String select, long nowMillis) {
        String quoted = GoogleSql.quoted(dataset) + "." + GoogleSql.quoted(name);
        session.run("CREATE OR REPLACE TABLE " + quoted + " AS " + select);
        List<Column> columns = session.describe("SELECT * FROM " + quoted);
        StringBuilder sizes = new StringBuilder("SELECT count(*)");
        columns.forEach(column -> sizes.append(", ").append(column.bytesExpression()));
        List<Long> counts = session.numbers(sizes + " FROM " + quoted);
        List<Column> measured = new java.util.ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            measured.add(new Column(columns.get(i).name(), columns.get(i).type(), counts.get(i + 1)));
        }
        Table table = new Table(dataset, name, List.copyOf(measured), counts.get(0), nowMillis);
        tables.put(dataset + "." + name, table);
        return table;
    }

    /** Returns a type's name in DuckDB as BigQuery would keep its values. */
    static String kept(String type) {
        return switch (type.toUpperCase(Locale.ROOT)) {
            case "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT" ->
                "BIGINT";
            case "FLOAT" -> "DOUBLE";
            default -> type;
        };
    }
}
