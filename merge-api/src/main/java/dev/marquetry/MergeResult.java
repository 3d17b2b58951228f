/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** A published output: where it is, its shape, what it took and everything that was tried. Immutable and thread-safe. */
public final class MergeResult {
    /** How a feature file's rows lie against the spine's. */
    public enum RowMapKind {
        /** The same keys in the same order. */
        IDENTICAL,
        /** The same order, with rows missing or extra. */
        ORDERED,
        /** Another order. */
        PERMUTED
    }

    /** How a column chunk came into the output. */
    public enum Move {
        /** Its bytes unchanged. */
        COPIED,
        /** Pages unchanged, gaps between them filled with null pages. */
        PAGE_COPIED,
        /** Values unchanged, definition levels rewritten. */
        SPLICED,
        /** Values decoded, re-arranged and encoded again. */
        GATHERED
    }

    /**
     * How one feature file matched the spine.
     *
     * @param file the file's name without its folder
     * @param kind how its rows lie against the spine's
     * @param rows its rows
     * @param matchedRows spine rows that found a row in it
     * @param absentRows spine rows that found none and are null in its columns
     * @param extraRows its rows whose key the spine lacks
     * @param nullKeyRows its rows with a null key, which match nothing
     * @param duplicateRows its rows left out because another row has the same key
     */
    public record FeatureMatch(
            String file,
            RowMapKind kind,
            long rows,
            long matchedRows,
            long absentRows,
            long extraRows,
            long nullKeyRows,
            long duplicateRows) {
        /** Checks that nothing is null. */
        public FeatureMatch {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(kind, "kind");
        }
    }

    /**
     * How one input file came into the output.
     *
     * @param file the file's name without its folder
     * @param bytes the bytes of its column chunks, as stored
     * @param chunks how many of the output's column chunks came from it in each way
     * @param busy the time that threads spent on moving them, one after the other; where chunks of several files were moved
     *     together, a share of it
     */
    public record FileMoves(String file, long bytes, Map<Move, Long> chunks, Duration busy) {
        /** Checks that nothing is null, and copies. */
        public FileMoves {
            Objects.requireNonNull(file, "file");
            chunks = Map.copyOf(chunks);
            Objects.requireNonNull(busy, "busy");
        }
    }

    private final String strategy;
    private final URI output;
    private final long rows;
    private final int columns;
    private final long inputBytes;
    private final long outputBytes;
    private final Duration elapsed;
    private final OptionalLong peakMemoryBytes;
    private final BigDecimal cost;
    private final List<CostItem> costItems;
    private final List<Attempt> attempts;
    private final List<FeatureMatch> featureMatches;
    private final Map<Move, Long> chunks;
    private final List<FileMoves> fileMoves;
    private final List<String> warnings;

    private MergeResult(Builder builder) {
        strategy = builder.strategy;
        output = builder.output;
        rows = builder.rows;
        columns = builder.columns;
        inputBytes = builder.inputBytes;
        outputBytes = builder.outputBytes;
        elapsed = builder.elapsed;
        peakMemoryBytes = builder.peakMemoryBytes;
        costItems = List.copyOf(builder.costItems);
        cost = builder.cost();
        attempts = List.copyOf(builder.attempts);
        featureMatches = List.copyOf(builder.featureMatches);
        chunks = Map.copyOf(builder.chunks);
        fileMoves = List.copyOf(builder.fileMoves);
        warnings = List.copyOf(builder.warnings);
    }

    /** Returns a builder for an output published by {@code strategy}; for authors of strategies. */
    public static Builder of(String strategy, URI output) {
        return new Builder(strategy, output);
    }

    /** Returns the name of the strategy that made the output. */
    public String strategy() {
        return strategy;
    }

    /** Returns where the output is. */
    public URI output() {
        return output;
    }

    /** Returns the output's rows. */
    public long rows() {
        return rows;
    }

    /** Returns the output's columns. */
    public int columns() {
        return columns;
    }

    /** Returns the bytes of all input files. */
    public long inputBytes() {
        return inputBytes;
    }

    /** Returns the bytes of the output file. */
    public long outputBytes() {
        return outputBytes;
    }

    /** Returns the time from the call to the published output. */
    public Duration elapsed() {
        return elapsed;
    }

    /** Returns the most memory the merge itself took, or empty if that is not known. */
    public OptionalLong peakMemoryBytes() {
        return peakMemoryBytes;
    }

    /** Returns the cost in US dollars, the sum of {@link #costItems} if there are any; zero for a local merge. */
    public BigDecimal cost() {
        return cost;
    }

    /** Returns what the cost is made of; empty for a local merge. Earlier tries are not in it: see {@link #attempts}. */
    public List<CostItem> costItems() {
        return costItems;
    }

    /** Returns every try in the order made, this one last; a single strategy reports itself. */
    public List<Attempt> attempts() {
        return attempts;
    }

    /** Returns how each feature file matched the spine, in request order. */
    public List<FeatureMatch> featureMatches() {
        return featureMatches;
    }

    /** Returns how many column chunks came into the output in each way; empty if the strategy moves no chunks. */
    public Map<Move, Long> chunks() {
        return chunks;
    }

    /** Returns how each input file came into the output, the spine first; empty if the strategy moves no chunks. */
    public List<FileMoves> fileMoves() {
        return fileMoves;
    }

    /** Returns what a caller should know though the merge succeeded, such as limits that were near. */
    public List<String> warnings() {
        return warnings;
    }

    /** Returns this result with {@code earlier} tries before its own; for policies. */
    MergeResult after(List<Attempt> earlier) {
        Builder copy = new Builder(strategy, output)
                .shape(rows, columns)
                .bytes(inputBytes, outputBytes)
                .elapsed(elapsed)
                .cost(cost)
                .featureMatches(featureMatches)
                .fileMoves(fileMoves)
                .warnings(warnings);
        copy.peakMemoryBytes = peakMemoryBytes;
        copy.costItems.addAll(costItems);
        copy.chunks.putAll(chunks);
        copy.attempts.addAll(earlier);
        copy.attempts.addAll(attempts);
        return copy.build();
    }

    /** Returns the result in one line, for logs. */
    @Override
    public String toString() {
        return strategy + " wrote " + output + ": " + rows + " rows x " + columns + " columns, "
                + new MemorySize(outputBytes) + " in " + Resource.ELAPSED.format(elapsed.toMillis());
    }

    /** Builds a {@link MergeResult}. Not thread-safe. */
    public static final class Builder {
        private final String strategy;
        private final URI output;
        private long rows;
        private int columns;
        private long inputBytes;
        private long outputBytes;
        private Duration elapsed = Duration.ZERO;
        private OptionalLong peakMemoryBytes = OptionalLong.empty();
        private BigDecimal cost = BigDecimal.ZERO;
        private final List<CostItem> costItems = new ArrayList<>();
        private final List<Attempt> attempts = new ArrayList<>();
        private List<FeatureMatch> featureMatches = List.of();
        private final Map<Move, Long> chunks = new EnumMap<>(Move.class);
        private List<FileMoves> fileMoves = List.of();
        private List<String> warnings = List.of();

        private Builder(String strategy, URI output) {
            this.strategy = Objects.requireNonNull(strategy, "strategy");
            this.output = Objects.requireNonNull(output, "output");
        }

        /** Sets the output's rows and columns. */
        public Builder shape(long outputRows, int outputColumns) {
            rows = outputRows;
            columns = outputColumns;
            return this;
        }

        /** Sets the bytes of all inputs and of the output. */
        public Builder bytes(long input, long outputFile) {
            inputBytes = input;
            outputBytes = outputFile;
            return this;
        }

        /** Sets the time the merge took. */
        public Builder elapsed(Duration time) {
            elapsed = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Sets the most memory the merge itself took. */
        public Builder peakMemoryBytes(long bytes) {
            peakMemoryBytes = OptionalLong.of(bytes);
            return this;
        }

        /** Sets the cost in US dollars, for a strategy that gives no {@link #costItem}. */
        public Builder cost(BigDecimal dollars) {
            cost = Objects.requireNonNull(dollars, "dollars");
            return this;
        }

        /** Adds something that the merge paid for; the cost is then the sum of all items. */
        public Builder costItem(CostItem item) {
            costItems.add(Objects.requireNonNull(item, "item"));
            return this;
        }

        private BigDecimal cost() {
            return costItems.isEmpty() ? cost : CostItem.sum(costItems);
        }

        /** Adds a try; without any, {@link #build} adds this success. */
        public Builder attempt(Attempt attempt) {
            attempts.add(attempt);
            return this;
        }

        /** Sets how each feature file matched the spine, in request order. */
        public Builder featureMatches(List<FeatureMatch> matches) {
            featureMatches = List.copyOf(matches);
            return this;
        }

        /** Sets how many column chunks came into the output by {@code move}. */
        public Builder chunks(Move move, long count) {
            chunks.put(move, count);
            return this;
        }

        /** Sets how each input file came into the output, the spine first. */
        public Builder fileMoves(List<FileMoves> moves) {
            fileMoves = List.copyOf(moves);
            return this;
        }

        /** Sets the warnings. */
        public Builder warnings(List<String> texts) {
            warnings = List.copyOf(texts);
            return this;
        }

        /** Returns the result. */
        public MergeResult build() {
            if (attempts.isEmpty()) {
                attempts.add(new Attempt(
                        strategy,
                        Attempt.Outcome.SUCCEEDED,
                        elapsed,
                        cost(),
                        rows + " rows x " + columns + " columns"));
            }
            return new MergeResult(this);
        }
    }
}
