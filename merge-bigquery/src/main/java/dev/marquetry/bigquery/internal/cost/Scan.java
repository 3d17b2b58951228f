/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.cost;

import dev.marquetry.bigquery.internal.sql.Group;
import dev.marquetry.bigquery.internal.sql.LogicalBytes;
import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemotePlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the queries of a merge scan. Thread-safe. */
public final class Scan {
    /** What BigQuery bills for a table at least that a query refers to: {@value} bytes (10 MiB). */
    public static final long LEAST_TABLE_BYTES = 10L << 20;

    private static final long MIB = 1 << 20;

    private final long spineBytes;
    private final Map<Integer, Long> rows = new HashMap<>();

    /** Creates it for the tables of {@code plan}. */
    public Scan(RemotePlan plan) {
        spineBytes = LogicalBytes.NUMBER * plan.rows() * (plan.hasKey() ? 2 : 1);
        for (RemoteFile file : plan.features()) {
            rows.put(file.index(), file.rows());
        }
    }

    /** Returns the bytes that the query of {@code group} reads: its columns, and the row numbers of every table in it. */
    public long scannedBytes(Group group) {
        return spineBytes
                + byTable(group).values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the bytes that BigQuery bills for the query of {@code group}: no table counts as less than the least, and whole mebibytes do. */
    public long billedBytes(Group group) {
        long bytes = Math.max(spineBytes, LEAST_TABLE_BYTES);
        for (long table : byTable(group).values()) {
            bytes += Math.max(table, LEAST_TABLE_BYTES);
        }
        return (bytes + MIB - 1) / MIB * MIB;
    }

    /** Returns the bytes that BigQuery bills for the queries of all of {@code groups}. */
    public long billedBytes(List<Group> groups) {
        return groups.stream().mapToLong(this::billedBytes).sum();
    }

    private Map<Integer, Long> byTable(Group group) {
        Map<Integer, Long> tables = new HashMap<>();
        for (RemoteColumn column : group.columns()) {
            tables.computeIfAbsent(column.file(), file -> LogicalBytes.NUMBER * rows.getOrDefault(file, 0L));
            tables.merge(column.file(), LogicalBytes.of(column), Long::sum);
        }
        return tables;
    }
}
