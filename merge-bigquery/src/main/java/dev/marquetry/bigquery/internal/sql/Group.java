/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sql;

import dev.marquetry.local.remote.RemoteColumn;
import java.util.List;

/**
 * Consecutive feature columns that are joined by one statement. Immutable and thread-safe.
 *
 * @param name its name within the run, such as {@code g003}; fits into job ids and object names
 * @param columns its columns in output order; never empty
 */
public record Group(String name, List<RemoteColumn> columns) {
    /** Copies the list. */
    public Group {
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("group " + name + " must have a column");
        }
    }

    /** Returns the feature files it joins, from 1, each once, in the order of its columns. */
    public List<Integer> files() {
        return columns.stream().map(RemoteColumn::file).distinct().toList();
    }

    /** Returns the bytes of its values as BigQuery counts them, without row numbers. */
    public long logicalBytes() {
        return columns.stream().mapToLong(LogicalBytes::of).sum();
    }

    /** Returns whether it can be split further. */
    public boolean isDivisible() {
        return columns.size() > 1;
    }

    /**
     * Returns its two halves, for when it was too much for BigQuery: divided between two files near the middle where there
     * are several, else between two columns.
     *
     * @throws IllegalStateException if it has one column only
     */
    public List<Group> split() {
        if (!isDivisible()) {
            throw new IllegalStateException("Group " + name + " has one column and can not be split");
        }
        int middle = middle();
        return List.of(
                new Group(name + "-0", columns.subList(0, middle)),
                new Group(name + "-1", columns.subList(middle, columns.size())));
    }

    /** Joins make a statement hard to plan, so that files are halved, not columns, unless one file has nearly all of them. */
    private int middle() {
        List<Integer> files = files();
        if (files.size() > 1) {
            int firstOfSecondHalf = files.get(files.size() / 2);
            for (int i = 1; i < columns.size(); i++) {
                if (columns.get(i).file() == firstOfSecondHalf) {
                    return i;
                }
            }
        }
        return columns.size() / 2;
    }

    /** Returns the group for people, such as {@code group g003 (50 files, 1276 columns)}. */
    @Override
    public String toString() {
        return "group " + name + " (" + files().size() + " files, " + columns.size() + " columns)";
    }
}
