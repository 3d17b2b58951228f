/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sql;

import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemotePlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Divides the feature columns of a merge into groups that BigQuery can join. */
public final class Groups {
    private final GroupLimits limits;
    private final GroupSql sql;
    private final List<Group> done = new ArrayList<>();

    private List<RemoteColumn> columns = new ArrayList<>();
    private int files;
    private int lastFile;
    private long characters;
    private long bytes;

    private Groups(GroupLimits limits, GroupSql sql) {
        this.limits = limits;
        this.sql = sql;
    }

    /**
     * Returns the groups of {@code plan} in output order; none if there is no feature column. A group has one column at
     * least, even if that alone is over a limit; a file may be in several groups.
     */
    public static List<Group> of(RemotePlan plan, GroupLimits limits, GroupSql sql) {
        Groups groups = new Groups(limits, sql);
        plan.features().stream()
                .flatMap(file -> file.columns().stream())
                .sorted(Comparator.comparingInt(RemoteColumn::output))
                .forEach(groups::add);
        groups.end();
        return List.copyOf(groups.done);
    }

    private void add(RemoteColumn column) {
        if (!columns.isEmpty() && !fits(column)) {
            end();
        }
        if (columns.isEmpty()) {
            characters = sql.frameCharacters();
        }
        if (isOfNewFile(column)) {
            files++;
            characters += sql.joinCharacters(column.file());
        }
        lastFile = column.file();
        characters += sql.columnCharacters(column);
        bytes += LogicalBytes.of(column);
        columns.add(column);
    }

    private boolean isOfNewFile(RemoteColumn column) {
        return columns.isEmpty() || column.file() != lastFile;
    }

    private boolean fits(RemoteColumn column) {
        boolean newFile = isOfNewFile(column);
        long join = newFile ? sql.joinCharacters(column.file()) : 0;
        return columns.size() < limits.columns()
                && files + (newFile ? 1 : 0) <= limits.files()
                && characters + join + sql.columnCharacters(column) <= limits.sqlCharacters()
                && bytes + LogicalBytes.of(column) <= limits.logicalBytes();
    }

    private void end() {
        if (!columns.isEmpty()) {
            done.add(new Group(String.format(Locale.ROOT, "g%03d", done.size()), columns));
        }
        columns = new ArrayList<>();
        files = 0;
        characters = 0;
        bytes = 0;
    }
}
