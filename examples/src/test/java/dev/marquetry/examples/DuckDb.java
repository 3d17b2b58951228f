/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Asks DuckDB, in memory: the second opinion on every file and every JSON. */
public final class DuckDb implements AutoCloseable {
    private final Connection connection;

    public DuckDb() throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
        run("SET threads = 2");
    }

    public void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns every value of the first column as text. */
    public List<String> texts(String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    public String text(String sql) throws SQLException {
        return texts(sql).get(0);
    }

    public long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    public static String quoted(Path file) {
        return quoted(file.toString());
    }

    public static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** Returns the text at {@code path} of {@code json}, which must be valid, and one object. */
    public static String at(String json, String path) throws SQLException {
        try (DuckDb duck = new DuckDb()) {
            if (!"OBJECT".equals(duck.text("SELECT json_type(" + quoted(json) + "::JSON)"))) {
                throw new AssertionError("not one JSON object: " + json);
            }
            return duck.text("SELECT json_extract_string(" + quoted(json) + "::JSON, " + quoted(path) + ")");
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
