/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.Phase;
import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemoteGroup;
import dev.marquetry.local.remote.RemoteJoin;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.local.remote.RemoteSession;
import dev.marquetry.local.remote.StagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;

/** Joins rows in DuckDB, with the few types that a cloud engine has. */
final class DuckJoin implements RemoteJoin {
    /** One for all joins, for it takes long to begin. */
    private static final DuckDBConnection DUCK = open();

    private static final AtomicInteger JOINS = new AtomicInteger();

    private final int groupColumns;
    private final int shardRows;
    private final String order;

    /**
     * Joins in groups of {@code groupColumns} columns that come back in shards of {@code shardRows} rows.
     *
     * @param order what rows are ordered by, such as {@code o}
     */
    DuckJoin(int groupColumns, int shardRows, String order) {
        this.groupColumns = groupColumns;
        this.shardRows = shardRows;
        this.order = order;
    }

    @Override
    public List<RemoteGroup> join(RemoteSession session) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("duck-join");
        String schema = "j" + JOINS.incrementAndGet();
        try (Connection duck = DUCK.duplicate()) {
            run(duck, "CREATE SCHEMA " + schema);
            run(duck, "USE " + schema);
            RemotePlan plan = session.plan();
            session.report(Phase.STAGE, "loading");
            load(duck, folder, "spine", session.spine());
            List<RemoteColumn> columns = new ArrayList<>();
            for (RemoteFile file : plan.features()) {
                session.check();
                columns.addAll(file.columns());
                load(duck, folder, "f" + file.index(), session.stage(file));
            }
            List<RemoteGroup> groups = new ArrayList<>();
            for (int c = 0; c < columns.size(); c += groupColumns) {
                session.check();
                groups.add(
                        group(duck, folder, session, columns.subList(c, Math.min(columns.size(), c + groupColumns))));
            }
            run(duck, "USE main");
            run(duck, "DROP SCHEMA " + schema + " CASCADE");
            return groups;
        } catch (SQLException e) {
            throw new IOException(e);
        } finally {
            try (Stream<Path> left = Files.list(folder)) {
                for (Path file : left.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static void load(Connection duck, Path folder, String table, StagedFile staged)
            throws IOException, SQLException {
        Path copy = folder.resolve(table + ".parquet");
        try (staged;
                ReadableByteChannel bytes = staged.open(0)) {
            Files.copy(Channels.newInputStream(bytes), copy, StandardCopyOption.REPLACE_EXISTING);
        }
        if (Files.size(copy) != staged.bytes()) {
            throw new IOException(copy + " has " + Files.size(copy) + " bytes and not " + staged.bytes());
        }
        run(duck, "CREATE TABLE " + table + " AS SELECT * FROM read_parquet('" + copy + "')");
    }

    private RemoteGroup group(Connection duck, Path folder, RemoteSession session, List<RemoteColumn> columns)
            throws SQLException, IOException {
        RemotePlan plan = session.plan();
        String selected = columns.stream()
                .map(column -> "CAST(f" + column.file() + "." + column.stagedName() + " AS "
                        + switch (column.type()) {
                            case BOOLEAN -> "BOOLEAN";
                            case INTEGER -> "BIGINT";
                            case FLOATING -> "DOUBLE";
                            case BYTES -> "BLOB";
                        }
                        + ") AS " + column.stagedName())
                .collect(Collectors.joining(", "));
        String joins = columns.stream()
                .map(RemoteColumn::file)
                .distinct()
                .map(file -> " LEFT JOIN f" + file + " ON f" + file + ".o = s." + plan.spineColumn())
                .collect(Collectors.joining());
        run(
                duck,
                "CREATE OR REPLACE TABLE joined AS SELECT CAST(s.o AS BIGINT) AS o, " + selected + " FROM spine s"
                        + joins + " ORDER BY " + order);
        RemoteGroup group = session.newGroup(columns);
        List<Long> shards = new ArrayList<>();
        long at = 0;
        for (long row = 0; row < plan.rows(); row += shardRows) {
            Path shard = folder.resolve("shard.parquet");
            run(
                    duck,
                    "COPY (SELECT * FROM joined LIMIT " + shardRows + " OFFSET " + row + ") TO '" + shard
                            + "' (FORMAT PARQUET, COMPRESSION SNAPPY, ROW_GROUP_SIZE 2048)");
            byte[] bytes = Files.readAllBytes(shard);
            group.write(at, ByteBuffer.wrap(bytes));
            shards.add((long) bytes.length);
            at += bytes.length;
        }
        group.complete(shards);
        return group;
    }

    private static DuckDBConnection open() {
        try {
            return DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(Connection duck, String sql) throws SQLException {
        try (Statement statement = duck.createStatement()) {
            statement.execute(sql);
        }
    }
}
