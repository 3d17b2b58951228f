/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sql;

import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemotePlan;
import java.util.Locale;
import java.util.Objects;

/**
 * Writes the statements that join column groups, in GoogleSQL. Immutable and thread-safe.
 *
 * <pre>{@code
 * EXPORT DATA OPTIONS(uri='gs://bucket/marquetry/run/g003/a0/part-*.parquet', format='PARQUET', compression='SNAPPY', overwrite=false) AS
 * SELECT s.`o`, f00001.`c57`, f00002.`c58`
 * FROM `project`.`dataset`.`spine` AS s
 * LEFT JOIN `project`.`dataset`.`f00001` AS f00001 ON f00001.`o` = s.`o`
 * LEFT JOIN `project`.`dataset`.`f00002` AS f00002 ON f00002.`o` = s.`o`
 * ORDER BY s.`o`
 * }</pre>
 */
public final class GroupSql {
    /** The table of the spine: {@value}. */
    public static final String SPINE = "spine";

    /** Room for the URI and all that stands once in a statement, beside the names of project and dataset. */
    private static final int FRAME = 1_500;

    private final String path;
    private final String spineColumn;
    private final boolean ordered;

    /**
     * Creates it.
     *
     * @param spineColumn the column of the spine that feature files are joined with: {@link RemotePlan#spineColumn}
     * @param ordered whether rows are exported in the spine's order, so that they need not be brought into it here
     */
    public GroupSql(String project, String dataset, String spineColumn, boolean ordered) {
        this.path = quoted(project) + "." + quoted(dataset) + ".";
        this.spineColumn = Objects.requireNonNull(spineColumn, "spineColumn");
        this.ordered = ordered;
    }

    /** Returns the table that feature file {@code file} is loaded into, such as {@code f00017}. */
    public static String table(int file) {
        return String.format(Locale.ROOT, "f%05d", file);
    }

    /**
     * Returns the statement that exports {@code group}.
     *
     * @param uri where to, with one {@code *} that stands for the number of the shard
     */
    public String export(Group group, String uri) {
        return "EXPORT DATA OPTIONS(uri=" + literal(uri)
                + ", format='PARQUET', compression='SNAPPY', overwrite=false) AS\n" + select(group);
    }

    /** Returns the query alone, for a dry run. */
    public String select(Group group) {
        StringBuilder text = new StringBuilder(FRAME + group.columns().size() * 24);
        text.append("SELECT s.").append(quoted(RemotePlan.ROW));
        for (RemoteColumn column : group.columns()) {
            appendColumn(text, column);
        }
        text.append("\nFROM ").append(path).append(quoted(SPINE)).append(" AS s");
        for (int file : group.files()) {
            appendJoin(text, file);
        }
        if (ordered) {
            text.append("\nORDER BY s.").append(quoted(RemotePlan.ROW));
        }
        return text.toString();
    }

    private static void appendColumn(StringBuilder text, RemoteColumn column) {
        text.append(", ").append(table(column.file())).append('.').append(quoted(column.stagedName()));
    }

    private void appendJoin(StringBuilder text, int file) {
        String table = table(file);
        text.append("\nLEFT JOIN ")
                .append(path)
                .append(quoted(table))
                .append(" AS ")
                .append(table);
        text.append(" ON ").append(table).append('.').append(quoted(RemotePlan.ROW));
        text.append(" = s.").append(quoted(spineColumn));
    }

    /** Returns how many characters at most a statement has beside its columns and joins. */
    long frameCharacters() {
        return (long) FRAME + path.length();
    }

    /** Returns how many characters a column takes. */
    long columnCharacters(RemoteColumn column) {
        StringBuilder text = new StringBuilder();
        appendColumn(text, column);
        return text.length();
    }

    /** Returns how many characters the join of a feature file takes. */
    long joinCharacters(int file) {
        StringBuilder text = new StringBuilder();
        appendJoin(text, file);
        return text.length();
    }

    /** Returns {@code name} as an identifier, whatever characters it has. */
    static String quoted(String name) {
        return '`' + escaped(name, '`') + '`';
    }

    /** Returns {@code value} as a string literal, whatever characters it has. */
    static String literal(String value) {
        return '\'' + escaped(value, '\'') + '\'';
    }

    private static String escaped(String text, char quote) {
        StringBuilder escaped = new StringBuilder(text.length() + 2);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' || c == quote) {
                escaped.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                escaped.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
