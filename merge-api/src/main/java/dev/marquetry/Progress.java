/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a merge has come. Amounts never go back within one strategy's try and end at their totals; when a {@link
 * MergePolicy} falls back, the next try begins at zero. Immutable and thread-safe.
 */
public final class Progress {
    private final Phase phase;
    private final int filesDone;
    private final int filesTotal;
    private final int columnsDone;
    private final int columnsTotal;
    private final long bytesDone;
    private final long bytesTotal;
    private final long memoryBytes;
    private final OptionalLong memoryLimitBytes;
    private final Duration elapsed;
    private final Optional<Duration> timeLeft;
    private final Optional<String> warning;
    private final Optional<String> detail;

    private Progress(Builder builder) {
        phase = builder.phase;
        filesDone = builder.filesDone;
        filesTotal = builder.filesTotal;
        columnsDone = builder.columnsDone;
        columnsTotal = builder.columnsTotal;
        bytesDone = builder.bytesDone;
        bytesTotal = builder.bytesTotal;
        memoryBytes = builder.memoryBytes;
        memoryLimitBytes = builder.memoryLimitBytes;
        elapsed = builder.elapsed;
        timeLeft = builder.timeLeft;
        warning = builder.warning;
        detail = builder.detail;
    }

    /** Returns a builder for an event in {@code phase}; for authors of strategies. */
    public static Builder in(Phase phase) {
        return new Builder(phase);
    }

    /** Returns the step the merge is in. */
    public Phase phase() {
        return phase;
    }

    /** Returns how many input files, the spine among them, are wholly in the output. */
    public int filesDone() {
        return filesDone;
    }

    /** Returns how many input files there are, the spine among them. */
    public int filesTotal() {
        return filesTotal;
    }

    /** Returns how many output columns are written. */
    public int columnsDone() {
        return columnsDone;
    }

    /** Returns how many columns the output will have. */
    public int columnsTotal() {
        return columnsTotal;
    }

    /** Returns how many bytes of input column chunks have been moved. */
    public long bytesDone() {
        return bytesDone;
    }

    /** Returns how many bytes of input column chunks there are to move. */
    public long bytesTotal() {
        return bytesTotal;
    }

    /** Returns the merge's own memory in use, in bytes. */
    public long memoryBytes() {
        return memoryBytes;
    }

    /** Returns the stated memory limit in bytes, or empty when none was stated. */
    public OptionalLong memoryLimitBytes() {
        return memoryLimitBytes;
    }

    /** Returns the time since the merge began. */
    public Duration elapsed() {
        return elapsed;
    }

    /** Returns the time expected to be left, or empty while it can not be told. */
    public Optional<Duration> timeLeft() {
        return timeLeft;
    }

    /** Returns a warning raised since the last event, such as a limit being near, or empty. */
    public Optional<String> warning() {
        return warning;
    }

    /** Returns what the merge is at within its phase, such as {@code 17 of 668 files loaded}, or empty. */
    public Optional<String> detail() {
        return detail;
    }

    /** Returns the event in one line for a log. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(160)
                .append(phase.verb())
                .append(": ")
                .append(detail.map(text -> text + "; ").orElse(""))
                .append(filesDone + " of " + filesTotal + " files, ")
                .append(columnsDone + " of " + columnsTotal + " columns, ")
                .append(new MemorySize(bytesDone) + " of " + new MemorySize(bytesTotal) + ", memory ")
                .append(new MemorySize(memoryBytes));
        memoryLimitBytes.ifPresent(limit -> line.append(" of ").append(new MemorySize(limit)));
        line.append(", ").append(Resource.ELAPSED.format(elapsed.toMillis())).append(" elapsed");
        timeLeft.ifPresent(left -> line.append(", ")
                .append(Resource.ELAPSED.format(left.toMillis()))
                .append(" left"));
        warning.ifPresent(text -> line.append("; warning: ").append(text));
        return line.toString();
    }

    /** Builds a {@link Progress}. Not thread-safe. */
    public static final class Builder {
        private final Phase phase;
        private int filesDone;
        private int filesTotal;
        private int columnsDone;
        private int columnsTotal;
        private long bytesDone;
        private long bytesTotal;
        private long memoryBytes;
        private OptionalLong memoryLimitBytes = OptionalLong.empty();
        private Duration elapsed = Duration.ZERO;
        private Optional<Duration> timeLeft = Optional.empty();
        private Optional<String> warning = Optional.empty();
        private Optional<String> detail = Optional.empty();

        private Builder(Phase phase) {
            this.phase = Objects.requireNonNull(phase, "phase");
        }

        /** Sets files done and in all. */
        public Builder files(int done, int total) {
            filesDone = done;
            filesTotal = total;
            return this;
        }

        /** Sets columns done and in all. */
        public Builder columns(int done, int total) {
            columnsDone = done;
            columnsTotal = total;
            return this;
        }

        /** Sets bytes done and in all. */
        public Builder bytes(long done, long total) {
            bytesDone = done;
            bytesTotal = total;
            return this;
        }

        /** Sets memory in use and its limit, in bytes. */
        public Builder memory(long inUse, OptionalLong limit) {
            memoryBytes = inUse;
            memoryLimitBytes = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /** Sets the time since the merge began and the time left, if it can be told. */
        public Builder time(Duration sinceBegin, Optional<Duration> left) {
            elapsed = Objects.requireNonNull(sinceBegin, "sinceBegin");
            timeLeft = Objects.requireNonNull(left, "left");
            return this;
        }

        /** Sets the warning. */
        public Builder warning(String text) {
            warning = Optional.of(text);
            return this;
        }

        /** Sets what the merge is at within its phase. */
        public Builder detail(String text) {
            detail = Optional.of(text);
            return this;
        }

        /** Returns the event. */
        public Progress build() {
            return new Progress(this);
        }
    }
}
