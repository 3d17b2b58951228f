/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.googlesql;

import com.google.protobuf.ByteString;
import com.google.zetasql.Value;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.local.remote.RemoteType;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Reads Parquet files into the values of Google's SQL engine, and writes them, by DuckDB. Not thread-safe. */
final class ParquetRows implements AutoCloseable {
    /** One for all, for it takes long to begin. */
    private static final DuckDBConnection DUCK = open();

    private final Connection connection;

    ParquetRows() throws SQLException {
        connection = DUCK.duplicate();
    }

    private static DuckDBConnection open() {
        try {
            return DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** Returns the rows of a file, as BigQuery would load them. */
    List<List<Value>> read(Path file, Map<String, RemoteType> columns) throws SQLException {
        List<RemoteType> types = List.copyOf(columns.values());
        List<List<Value>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT " + casts(columns) + " FROM read_parquet('" + file
                        + "', file_row_number = true)" + " ORDER BY file_row_number")) {
            while (result.next()) {
                List<Value> row = new ArrayList<>();
                for (int i = 0; i < types.size(); i++) {
                    row.add(value(result, i + 1, types.get(i)));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static String casts(Map<String, RemoteType> columns) {
        return columns.entrySet().stream()
                .map(column -> "CAST(" + column.getKey() + " AS " + type(column.getValue()) + ")")
                .collect(Collectors.joining(", "));
    }

    private static String type(RemoteType type) {
        return switch (type) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER -> "BIGINT";
            case FLOATING -> "DOUBLE";
            case BYTES -> "BLOB";
        };
    }

    private static Value value(ResultSet result, int column, RemoteType type) throws SQLException {
        if (result.getObject(column) == null) {
            return Value.createSimpleNullValue(SqlEngine.kind(type));
        }
        return switch (type) {
            case BOOLEAN -> Value.createBoolValue(result.getBoolean(column));
            case INTEGER -> Value.createInt64Value(result.getLong(column));
            case FLOATING -> Value.createDoubleValue(result.getDouble(column));
            case BYTES -> Value.createBytesValue(ByteString.copyFrom(result.getBytes(column)));
        };
    }

    /** Writes rows into a file, as BigQuery would export them; the columns begin with {@link RemotePlan#ROW}. */
    void write(Path file, Map<String, RemoteType> columns, List<List<Value>> rows) throws SQLException {
        List<RemoteType> types = List.copyOf(columns.values());
        String described = columns.entrySet().stream()
                .map(column -> column.getKey() + " " + type(column.getValue()))
                .collect(Collectors.joining(", "));
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TEMP TABLE shard (" + described + ")");
            try (DuckDBAppender appender =
                    connection.unwrap(DuckDBConnection.class).createAppender("temp", "main", "shard")) {
                for (List<Value> row : rows) {
                    appender.beginRow();
                    for (int i = 0; i < types.size(); i++) {
                        append(appender, row.get(i), types.get(i));
                    }
                    appender.endRow();
                }
                // DuckDB writes a column REQUIRED if its table never had a null: some shards would differ from others.
                appender.beginRow();
                for (int i = 0; i < types.size(); i++) {
                    appender.appendNull();
                }
                appender.endRow();
            }
            statement.execute("COPY (SELECT * FROM shard WHERE " + RemotePlan.ROW + " IS NOT NULL) TO '" + file
                    + "' (FORMAT PARQUET, COMPRESSION SNAPPY)");
        }
    }

    private static void append(DuckDBAppender appender, Value value, RemoteType type) throws SQLException {
        if (value.isNull()) {
            appender.appendNull();
            return;
        }
        switch (type) {
            case BOOLEAN -> appender.append(value.getBoolValue());
            case INTEGER -> appender.append(value.getInt64Value());
            case FLOATING -> appender.append(value.getDoubleValue());
            case BYTES -> appender.append(value.getBytesValue().toByteArray());
        }
    }
}
