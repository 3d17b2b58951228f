/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sql;

/**
 * How much one column group may take, so that BigQuery plans and runs it. Immutable and thread-safe.
 *
 * @param files feature files joined at most
 * @param columns feature columns at most
 * @param sqlCharacters characters of the statement at most
 * @param logicalBytes bytes of the group's values at most, about, as BigQuery counts them
 */
public record GroupLimits(int files, int columns, int sqlCharacters, long logicalBytes) {
    /** Feature files in a group unless told otherwise: {@value}. */
    public static final int DEFAULT_FILES = 50;

    /** Feature columns in a group unless told otherwise: {@value}. */
    public static final int DEFAULT_COLUMNS = 5_000;

    /** Characters of a group's statement unless told otherwise: {@value}. */
    public static final int DEFAULT_SQL_CHARACTERS = 500_000;

    /** Bytes of a group's values unless told otherwise: {@value} (2 GiB). */
    public static final long DEFAULT_LOGICAL_BYTES = 2L << 30;

    /** Tables that BigQuery lets a query refer to: {@value}, the spine among them. */
    public static final int MAX_TABLES = 1_000;

    /** Columns that BigQuery lets a table or a result have: {@value}, the row number among them. */
    public static final int MAX_RESULT_COLUMNS = 10_000;

    /** Characters that BigQuery lets a statement have: {@value}. */
    public static final int MAX_SQL_CHARACTERS = 1_024_000;

    /** The limits used unless told otherwise. */
    public static final GroupLimits DEFAULT =
            new GroupLimits(DEFAULT_FILES, DEFAULT_COLUMNS, DEFAULT_SQL_CHARACTERS, DEFAULT_LOGICAL_BYTES);

    /** Checks the limits against BigQuery's own. */
    public GroupLimits {
        check("files of a group", files, MAX_TABLES - 1);
        check("columns of a group", columns, MAX_RESULT_COLUMNS - 1);
        check("characters of a group's statement", sqlCharacters, MAX_SQL_CHARACTERS);
        check("bytes of a group", logicalBytes, Long.MAX_VALUE);
    }

    private static void check(String what, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " must be between 1 and " + most + " but was " + value);
        }
    }

    /** Returns these limits with {@code most} files. */
    public GroupLimits withFiles(int most) {
        return new GroupLimits(most, columns, sqlCharacters, logicalBytes);
    }

    /** Returns these limits with {@code most} columns. */
    public GroupLimits withColumns(int most) {
        return new GroupLimits(files, most, sqlCharacters, logicalBytes);
    }

    /** Returns these limits with {@code most} characters. */
    public GroupLimits withSqlCharacters(int most) {
        return new GroupLimits(files, columns, most, logicalBytes);
    }

    /** Returns these limits with {@code most} bytes. */
    public GroupLimits withLogicalBytes(long most) {
        return new GroupLimits(files, columns, sqlCharacters, most);
    }
}
