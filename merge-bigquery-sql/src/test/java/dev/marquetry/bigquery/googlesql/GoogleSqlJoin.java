/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.googlesql;

import com.google.zetasql.Value;
import dev.marquetry.Phase;
import dev.marquetry.bigquery.internal.sql.Group;
import dev.marquetry.bigquery.internal.sql.GroupLimits;
import dev.marquetry.bigquery.internal.sql.GroupSql;
import dev.marquetry.bigquery.internal.sql.Groups;
import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemoteGroup;
import dev.marquetry.local.remote.RemoteJoin;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.local.remote.RemoteSession;
import dev.marquetry.local.remote.RemoteType;
import dev.marquetry.local.remote.StagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Joins rows by the very statements that BigQuery would be sent, in Google's SQL engine. DuckDB reads and writes files. */
final class GoogleSqlJoin implements RemoteJoin {
    private static final String PROJECT = "my-project";
    private static final String DATASET = "marquetry_20261121t120000_0a1b2c";

    private final GroupLimits limits;
    private final int shardRows;
    private final boolean ordered;
    private int groups;

    /** Joins in groups within {@code limits} that come back in shards of {@code shardRows} rows. */
    GoogleSqlJoin(GroupLimits limits, int shardRows, boolean ordered) {
        this.limits = limits;
        this.shardRows = shardRows;
        this.ordered = ordered;
    }

    /** Returns how many groups have been joined. */
    int groups() {
        return groups;
    }

    @Override
    public List<RemoteGroup> join(RemoteSession session) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("google-sql-join");
        try (ParquetRows files = new ParquetRows()) {
            SqlEngine engine = new SqlEngine(PROJECT, DATASET);
            session.report(Phase.STAGE, "loading");
            load(session, engine, files, folder);
            RemotePlan plan = session.plan();
            GroupSql sql = new GroupSql(PROJECT, DATASET, plan.spineColumn(), ordered);
            List<RemoteGroup> joined = new ArrayList<>();
            for (Group group : Groups.of(plan, limits, sql)) {
                session.check();
                List<List<Value>> rows = engine.rows(sql.select(group));
                joined.add(shards(session, group, rows, files, folder));
                groups++;
            }
            return joined;
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

    private static void load(RemoteSession session, SqlEngine engine, ParquetRows files, Path folder)
            throws IOException, SQLException, InterruptedException {
        RemotePlan plan = session.plan();
        Map<String, RemoteType> numbers = new LinkedHashMap<>();
        numbers.put(RemotePlan.ROW, RemoteType.INTEGER);
        if (plan.hasKey()) {
            numbers.put(RemotePlan.KEY, RemoteType.INTEGER);
        }
        Path spine = copy(session.spine(), folder.resolve("spine.parquet"));
        engine.add(GroupSql.SPINE, numbers, files.read(spine, numbers));
        for (RemoteFile file : plan.features()) {
            session.check();
            Map<String, RemoteType> columns = new LinkedHashMap<>();
            columns.put(RemotePlan.ROW, RemoteType.INTEGER);
            file.columns().forEach(column -> columns.put(column.stagedName(), column.type()));
            Path copy = copy(session.stage(file), folder.resolve("feature.parquet"));
            engine.add(GroupSql.table(file.index()), columns, files.read(copy, columns));
        }
    }

    private static Path copy(StagedFile staged, Path to) throws IOException {
        Files.deleteIfExists(to);
        try (staged;
                ReadableByteChannel bytes = staged.open(0)) {
            Files.copy(Channels.newInputStream(bytes), to);
        }
        return to;
    }

    private RemoteGroup shards(
            RemoteSession session, Group group, List<List<Value>> rows, ParquetRows files, Path folder)
            throws IOException, SQLException {
        Map<String, RemoteType> columns = new LinkedHashMap<>();
        columns.put(RemotePlan.ROW, RemoteType.INTEGER);
        for (RemoteColumn column : group.columns()) {
            columns.put(column.stagedName(), column.type());
        }
        RemoteGroup back = session.newGroup(group.columns());
        List<Long> sizes = new ArrayList<>();
        long at = 0;
        for (int row = 0; row < rows.size(); row += shardRows) {
            Path shard = folder.resolve("shard.parquet");
            files.write(shard, columns, rows.subList(row, Math.min(rows.size(), row + shardRows)));
            byte[] bytes = Files.readAllBytes(shard);
            back.write(at, ByteBuffer.wrap(bytes));
            sizes.add((long) bytes.length);
            at += bytes.length;
        }
        back.complete(sizes);
        return back;
    }
}
