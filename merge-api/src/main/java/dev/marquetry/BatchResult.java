/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How a batch went: what became of each of its requests, in their order, and totals. Immutable and thread-safe. */
public final class BatchResult {
    /** What became of a request. */
    public enum Outcome {
        /** Its output is published by this run. */
        DONE,
        /** Not merged, as the journal and the output itself say that it is done already. */
        SKIPPED,
        /** Its merge threw; {@link Item#failure} has what. */
        FAILED,
        /** Not merged, for the reason in {@link Item#detail}. */
        NOT_BEGUN
    }

    /** What became of one request. Immutable and thread-safe, but for what the failure of it may hold. */
    public static final class Item {
        private final String name;
        private final URI output;
        private final Outcome outcome;
        private final String detail;
        private final Duration elapsed;
        private final BigDecimal cost;
        private final List<Attempt> attempts;
        private final @Nullable MergeResult result;
        private final @Nullable RuntimeException failure;
        private final @Nullable Backup backup;
        private final @Nullable RuntimeException backupFailure;

        private Item(
                String name,
                URI output,
                Outcome outcome,
                String detail,
                Duration elapsed,
                BigDecimal cost,
                List<Attempt> attempts,
                @Nullable MergeResult result,
                @Nullable RuntimeException failure) {
            this(name, output, outcome, detail, elapsed, cost, attempts, result, failure, null, null);
        }

        private Item(
                String name,
                URI output,
                Outcome outcome,
                String detail,
                Duration elapsed,
                BigDecimal cost,
                List<Attempt> attempts,
                @Nullable MergeResult result,
                @Nullable RuntimeException failure,
                @Nullable Backup backup,
                @Nullable RuntimeException backupFailure) {
            this.name = name;
            this.output = output;
            this.outcome = outcome;
            this.detail = detail;
            this.elapsed = elapsed;
            this.cost = cost;
            this.attempts = attempts;
            this.result = result;
            this.failure = failure;
            this.backup = backup;
            this.backupFailure = backupFailure;
        }

        static Item done(String name, MergeResult result, Duration elapsed) {
            return new Item(
                    name,
                    result.output(),
                    Outcome.DONE,
                    result.toString(),
                    elapsed,
                    costOf(result.attempts()),
                    result.attempts(),
                    result,
                    null);
        }

        static Item skipped(String name, MergeResult earlier, String detail) {
            return new Item(
                    name,
                    earlier.output(),
                    Outcome.SKIPPED,
                    detail,
                    Duration.ZERO,
                    BigDecimal.ZERO,
                    List.of(),
                    earlier,
                    null);
        }

        static Item failed(String name, URI output, RuntimeException failure, Duration elapsed) {
            List<Attempt> attempts = failure instanceof MergeException merge ? merge.attempts() : List.of();
            BigDecimal own = failure instanceof MergeException merge ? merge.cost() : BigDecimal.ZERO;
            return new Item(
                    name,
                    output,
                    Outcome.FAILED,
                    Objects.requireNonNullElse(
                            failure.getMessage(), failure.getClass().getSimpleName()),
                    elapsed,
                    attempts.isEmpty() ? own : costOf(attempts),
                    attempts,
                    null,
                    failure);
        }

        /** Returns this failure as one that came after {@code done}, with what that took, spent and tried. */
        Item after(Item done) {
            return new Item(
                    name,
                    output,
                    outcome,
                    detail,
                    done.elapsed.plus(elapsed),
                    done.cost.add(cost),
                    done.attempts,
                    null,
                    failure);
        }

        static Item notBegun(String name, URI output, String reason) {
            return new Item(
                    name, output, Outcome.NOT_BEGUN, reason, Duration.ZERO, BigDecimal.ZERO, List.of(), null, null);
        }

        /** Returns this item, whose output is there, with its copy, for which it took {@code time}. */
        Item backedUp(Backup copy, Duration time) {
            return new Item(
                    name, output, outcome, detail, elapsed.plus(time), cost, attempts, result, failure, copy, null);
        }

        /** Returns this item, whose output is there, with why it was not copied, which took {@code time} to find out. */
        Item notBackedUp(RuntimeException why, Duration time) {
            String reason =
                    Objects.requireNonNullElse(why.getMessage(), why.getClass().getSimpleName());
            return new Item(
                    name,
                    output,
                    outcome,
                    detail + "; not backed up: " + reason,
                    elapsed.plus(time),
                    cost,
                    attempts,
                    result,
                    failure,
                    null,
                    why);
        }

        private static BigDecimal costOf(List<Attempt> attempts) {
            return attempts.stream().map(Attempt::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        /** Returns the request's name in the batch. */
        public String name() {
            return name;
        }

        /** Returns where the output is, or would be. */
        public URI output() {
            return output;
        }

        /** Returns what became of the request. */
        public Outcome outcome() {
            return outcome;
        }

        /** Returns the reason for anything but success, else a short summary; also why the output was not backed up. */
        public String detail() {
            return detail;
        }

        /** Returns whether the output is there: merged by this run, or earlier and still as it was. */
        public boolean isDone() {
            return outcome == Outcome.DONE || outcome == Outcome.SKIPPED;
        }

        /**
         * Returns the merge's result if the output is there; for a skipped request what the journal has of the merge that
         * made it, without attempts, matches and chunks.
         */
        public Optional<MergeResult> result() {
            return Optional.ofNullable(result);
        }

        /** Returns what the merge threw, if it did. */
        public Optional<RuntimeException> failure() {
            return Optional.ofNullable(failure);
        }

        /** Returns the output's copy, if the batch makes copies and this one is made, by this run or an earlier one. */
        public Optional<Backup> backup() {
            return Optional.ofNullable(backup);
        }

        /** Returns why the output, which is there, was not copied, if the batch makes copies and this one failed. */
        public Optional<RuntimeException> backupFailure() {
            return Optional.ofNullable(backupFailure);
        }

        /** Returns the name of the strategy that made the output, if it is there. */
        public Optional<String> strategy() {
            return result().map(MergeResult::strategy);
        }

        /** Returns the output's rows, zero if it is not there. */
        public long rows() {
            return result == null ? 0 : result.rows();
        }

        /** Returns the output's columns, zero if it is not there. */
        public int columns() {
            return result == null ? 0 : result.columns();
        }

        /** Returns the bytes of the output, zero if it is not there. */
        public long outputBytes() {
            return result == null ? 0 : result.outputBytes();
        }

        /** Returns the time that this run spent on the request. */
        public Duration elapsed() {
            return elapsed;
        }

        /** Returns the most memory that the merge itself took, or empty if that is not known. */
        public OptionalLong peakMemoryBytes() {
            return result == null ? OptionalLong.empty() : result.peakMemoryBytes();
        }

        /** Returns what this run paid for the request in US dollars, tries that ended early included. */
        public BigDecimal cost() {
            return cost;
        }

        /** Returns every try that this run made, in order; of a failure outside a {@link MergePolicy}, none. */
        public List<Attempt> attempts() {
            return attempts;
        }

        /** Returns the item in one line, for logs. */
        @Override
        public String toString() {
            return name + " " + outcome + ": " + detail;
        }
    }

    private final List<Item> items;
    private final Duration elapsed;
    private final boolean interrupted;

    BatchResult(List<Item> items, Duration elapsed, boolean interrupted) {
        this.items = List.copyOf(items);
        this.elapsed = elapsed;
        this.interrupted = interrupted;
    }

    /** Returns what became of each request, in the order they were given. */
    public List<Item> items() {
        return items;
    }

    /**
     * Returns what became of the request called {@code name}.
     *
     * @throws IllegalArgumentException if the batch has none of that name
     */
    public Item item(String name) {
        return items.stream()
                .filter(item -> item.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the batch has no request called " + name));
    }

    /**
     * Returns whether every output is there, merged by this run, or earlier and still as it was, and is copied if the batch
     * makes copies.
     */
    public boolean allDone() {
        return items.stream()
                .allMatch(item -> item.isDone() && item.backupFailure().isEmpty());
    }

    /** Returns whether the batch was cut short by an interrupt of the thread that ran it. */
    public boolean interrupted() {
        return interrupted;
    }

    /** Returns how many requests ended as {@code outcome}. */
    public int count(Outcome outcome) {
        return Math.toIntExact(
                items.stream().filter(item -> item.outcome() == outcome).count());
    }

    /** Returns the time from the call to its end. */
    public Duration elapsed() {
        return elapsed;
    }

    /** Returns what this run paid in US dollars, failures included. */
    public BigDecimal cost() {
        return items.stream().map(Item::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Returns the bytes of the outputs that this run made. */
    public long outputBytes() {
        return items.stream()
                .filter(item -> item.outcome() == Outcome.DONE)
                .mapToLong(Item::outputBytes)
                .sum();
    }

    /** Returns the result in one line, for logs. */
    @Override
    public String toString() {
        long notBackedUp =
                items.stream().filter(item -> item.backupFailure().isPresent()).count();
        return count(Outcome.DONE) + " done, " + count(Outcome.SKIPPED) + " skipped as done already, "
                + count(Outcome.FAILED) + " failed, " + count(Outcome.NOT_BEGUN) + " not begun"
                + (notBackedUp == 0 ? "" : ", " + notBackedUp + " not backed up") + " in "
                + Resource.ELAPSED.format(elapsed.toMillis());
    }
}
