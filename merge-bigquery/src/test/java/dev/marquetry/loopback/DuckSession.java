/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import dev.marquetry.loopback.DuckTables.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection to DuckDB, for one job. What it runs can be stopped from another thread; otherwise not thread-safe. */
final class DuckSession implements AutoCloseable {
    private final Connection connection;
    private volatile @Nullable Statement running;
    private volatile boolean cancelled;

    /** Thrown when DuckDB does not run a statement. */
    static final class DuckFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        DuckFailure(SQLException cause) {
            super(String.valueOf(cause.getMessage()).lines().findFirst().orElse(""), cause);
        }
    }

    DuckSession(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new DuckFailure(e);
        }
    }

    /** Stops the statement that runs, and lets no other begin. */
    void cancel() {
        cancelled = true;
        Statement statement = running;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                throw new DuckFailure(e);
            }
        }
    }

    /** Runs a statement and returns how many rows it wrote, -1 if it wrote none. */
    long run(String sql) {
        try (Statement statement = connection.createStatement()) {
            begin(statement);
            return statement.execute(sql) ? -1 : statement.getLargeUpdateCount();
        } catch (SQLException e) {
            throw new DuckFailure(e);
        } finally {
            running = null;
        }
    }

    private void begin(Statement statement) throws SQLException {
        running = statement;
        if (cancelled) {
            throw new SQLException("Interrupted");
        }
    }

    /** Returns the numbers in the first row of a result. */
    List<Long> numbers(String sql) {
        try (Statement statement = connection.createStatement()) {
            begin(statement);
            try (ResultSet result = statement.executeQuery(sql)) {
                List<Long> numbers = new ArrayList<>();
                result.next();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    numbers.add(result.getLong(i));
                }
                return numbers;
            }
        } catch (SQLException e) {
            throw new DuckFailure(e);
        } finally {
            running = null;
        }
    }

    /** Returns the columns of a query's result without running it. */
    List<Column> describe(String sql) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            ResultSetMetaData metadata = statement.getMetaData();
            List<Column> columns = new ArrayList<>();
            for (int i = 1; metadata != null && i <= metadata.getColumnCount(); i++) {
                columns.add(new Column(metadata.getColumnLabel(i), metadata.getColumnTypeName(i), 0));
            }
            return columns;
        } catch (SQLException e) {
            throw new DuckFailure(e);
        }
    }
}
