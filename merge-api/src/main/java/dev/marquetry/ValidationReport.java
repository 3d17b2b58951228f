/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;

/** What was found when a finished output was compared with the inputs it was made of. Immutable and thread-safe. */
public final class ValidationReport {
    /** The most findings that are told one by one: {@value}. */
    public static final int MOST_FINDINGS = 100;

    /** How much of an output is compared. */
    public enum Depth {
        /** Schema, number of rows and keys; of every file the values of a few column chunks, always the same ones. */
        SAMPLED,
        /** All of that, and every value of every column. */
        FULL
    }

    /** What is not as it should be. */
    public enum Kind {
        /** The output, or a column chunk of it, can not be read. */
        UNREADABLE,
        /** The number of rows is not the spine's. */
        ROWS,
        /** A column is missing, is none of the inputs', or stands in another place. */
        COLUMN,
        /** A column's physical or logical type, or whether it may be null, is another. */
        TYPE,
        /** A key occurs more often or less often than in the spine. */
        KEY,
        /** A value is another than in the input. */
        VALUE
    }

    /**
     * One thing that is not as it should be.
     *
     * @param kind what it is
     * @param file the input file that the column comes from, or the output's name
     * @param column the column's name in the output, or empty
     * @param row the row of the output, from 0, or empty
     * @param key the row's key in the spine, such as {@code ts=5}, or empty
     * @param expected what the inputs say
     * @param found what the output has
     */
    public record Finding(
            Kind kind, String file, String column, OptionalLong row, String key, String expected, String found) {
        /** Refuses null. */
        public Finding {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(column, "column");
            Objects.requireNonNull(row, "row");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(expected, "expected");
            Objects.requireNonNull(found, "found");
        }

        /** Returns the finding in one line. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("[" + file + "]");
            text.append(column.isEmpty() ? "" : " column '" + column + "'");
            row.ifPresent(number -> text.append(" row ").append(number));
            text.append(key.isEmpty() ? "" : (row.isPresent() ? " (" + key + ")" : " key " + key));
            return text.append(" should be ")
                    .append(expected)
                    .append(" but is ")
                    .append(found)
                    .toString();
        }
    }

    private final URI output;
    private final Depth depth;
    private final long rows;
    private final int columns;
    private final int columnsCompared;
    private final long valuesCompared;
    private final long problems;
    private final List<Finding> findings;
    private final List<String> notes;
    private final Duration elapsed;
    private final long peakMemoryBytes;

    private ValidationReport(Builder builder) {
        output = builder.output;
        depth = builder.depth;
        rows = builder.rows;
        columns = builder.columns;
        columnsCompared = builder.columnsCompared;
        valuesCompared = builder.valuesCompared;
        problems = builder.problems;
        findings = List.copyOf(builder.findings);
        notes = List.copyOf(builder.notes);
        elapsed = builder.elapsed;
        peakMemoryBytes = builder.peakMemoryBytes;
    }

    /** Begins the report on {@code output}, compared to {@code depth}. */
    public static Builder on(URI output, Depth depth) {
        return new Builder(output, depth);
    }

    /** Returns whether nothing was found that is not as it should be. */
    public boolean valid() {
        return problems == 0;
    }

    /** Returns the output. */
    public URI output() {
        return output;
    }

    /** Returns how much was compared. */
    public Depth depth() {
        return depth;
    }

    /** Returns the output's rows; 0 if it can not be read. */
    public long rows() {
        return rows;
    }

    /** Returns the output's columns; 0 if it can not be read. */
    public int columns() {
        return columns;
    }

    /** Returns of how many columns values were compared. */
    public int columnsCompared() {
        return columnsCompared;
    }

    /** Returns how many values were compared, nulls included. */
    public long valuesCompared() {
        return valuesCompared;
    }

    /** Returns how many things are not as they should be, those that are not among {@link #findings} included. */
    public long problems() {
        return problems;
    }

    /** Returns the first {@link #MOST_FINDINGS} of the problems, those of the whole file first, then column by column. */
    public List<Finding> findings() {
        return findings;
    }

    /** Returns what is worth knowing but no problem. */
    public List<String> notes() {
        return notes;
    }

    /** Returns how long it took. */
    public Duration elapsed() {
        return elapsed;
    }

    /** Returns the most bytes of memory that the comparison had charged to its budget. */
    public long peakMemoryBytes() {
        return peakMemoryBytes;
    }

    /** Returns the report in one line, with the first problem if there is any. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s is %s: %,d rows x %,d columns, %,d values of %,d columns compared",
                MergeRequest.fileName(output),
                valid() ? "valid" : String.format(Locale.ROOT, "not valid, %,d problems, first %s", problems, first()),
                rows,
                columns,
                valuesCompared,
                columnsCompared);
    }

    private String first() {
        return findings.isEmpty() ? "(untold)" : findings.get(0).toString();
    }

    /** Collects a report. Not thread-safe. */
    public static final class Builder {
        private final URI output;
        private final Depth depth;
        private long rows;
        private int columns;
        private int columnsCompared;
        private long valuesCompared;
        private long problems;
        private final List<Finding> findings = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private Duration elapsed = Duration.ZERO;
        private long peakMemoryBytes;

        private Builder(URI output, Depth depth) {
            this.output = Objects.requireNonNull(output, "output");
            this.depth = Objects.requireNonNull(depth, "depth");
        }

        /** Sets the output's rows and columns; default none. */
        public Builder shape(long outputRows, int outputColumns) {
            rows = outputRows;
            columns = outputColumns;
            return this;
        }

        /** Sets how many values of how many columns were compared; default none. */
        public Builder compared(long values, int ofColumns) {
            valuesCompared = values;
            columnsCompared = ofColumns;
            return this;
        }

        /**
         * Adds findings, of together {@code all} problems.
         *
         * @throws IllegalArgumentException if there are more findings than problems, or too many of them
         */
        public Builder findings(List<Finding> found, long all) {
            if (found.size() > all || findings.size() + found.size() > MOST_FINDINGS) {
                throw new IllegalArgumentException("findings must be at most " + MOST_FINDINGS + " of " + all
                        + " problems but were " + found.size() + " more");
            }
            findings.addAll(found);
            problems += all;
            return this;
        }

        /** Adds notes. */
        public Builder notes(List<String> texts) {
            notes.addAll(texts);
            return this;
        }

        /** Sets how long it took and the most memory it had in use, in bytes; default none. */
        public Builder took(Duration time, long memoryBytes) {
            elapsed = Objects.requireNonNull(time, "time");
            peakMemoryBytes = memoryBytes;
            return this;
        }

        /** Returns the report. */
        public ValidationReport build() {
            return new ValidationReport(this);
        }
    }
}
