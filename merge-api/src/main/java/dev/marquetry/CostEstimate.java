/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a merge by one strategy will need, and what stands against it. Amounts are predictions. Immutable and
 * thread-safe.
 */
public final class CostEstimate {
    /**
     * One pre-flight check.
     *
     * @param name what was checked, such as {@code free disk}
     * @param passed whether it is in order
     * @param detail the figures, or what is wrong
     */
    public record Check(String name, boolean passed, String detail) {
        /** Checks that nothing is null. */
        public Check {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(detail, "detail");
        }
    }

    private final String strategy;
    private final Map<Resource, Long> amounts;
    private final List<Check> checks;
    private final List<String> inputProblems;
    private final List<String> refusals;
    private final List<LimitBreach> predictedBreaches;
    private final BigDecimal cost;
    private final List<CostItem> costItems;
    private final long rows;
    private final int columns;
    private final int featureFiles;
    private final long inputBytes;

    private CostEstimate(Builder builder) {
        strategy = builder.strategy;
        amounts = Map.copyOf(builder.amounts);
        checks = List.copyOf(builder.checks);
        inputProblems = List.copyOf(builder.inputProblems);
        refusals = List.copyOf(builder.refusals);
        predictedBreaches = List.copyOf(builder.predictedBreaches);
        costItems = List.copyOf(builder.costItems);
        cost = costItems.isEmpty() ? builder.cost : CostItem.sum(costItems);
        rows = builder.rows;
        columns = builder.columns;
        featureFiles = builder.featureFiles;
        inputBytes = builder.inputBytes;
    }

    /** Returns a builder for an estimate by {@code strategy}; for authors of strategies. */
    public static Builder by(String strategy) {
        return new Builder(strategy);
    }

    /** Returns the name of the strategy that made the estimate. */
    public String strategy() {
        return strategy;
    }

    /** Returns whether the merge can be expected to succeed: no input problem, no refusal, no predicted breach. */
    public boolean fits() {
        return inputProblems.isEmpty() && refusals.isEmpty() && predictedBreaches.isEmpty();
    }

    /**
     * Returns how much of {@code resource} the merge will use at its peak, in the resource's unit, or empty if unknown.
     * For {@link Resource#DISK} these are the bytes it will write, for {@link Resource#SYSTEM_MEMORY} the memory it takes
     * from the system.
     */
    public OptionalLong amount(Resource resource) {
        Long amount = amounts.get(resource);
        return amount == null ? OptionalLong.empty() : OptionalLong.of(amount);
    }

    /** Returns every pre-flight check in the order made. */
    public List<Check> checks() {
        return checks;
    }

    /** Returns what is wrong with request and inputs, one line each; no strategy will merge them. */
    public List<String> inputProblems() {
        return inputProblems;
    }

    /** Returns why this strategy could not serve the request at all, one line each. */
    public List<String> refusals() {
        return refusals;
    }

    /** Returns the limits that the merge would cross. */
    public List<LimitBreach> predictedBreaches() {
        return predictedBreaches;
    }

    /** Returns the predicted cost in US dollars, the sum of {@link #costItems} if there are any; zero for a local merge. */
    public BigDecimal cost() {
        return cost;
    }

    /** Returns what the predicted cost is made of; empty for a local merge. */
    public List<CostItem> costItems() {
        return costItems;
    }

    /** Returns the rows of the output, zero if not known for an input problem. */
    public long rows() {
        return rows;
    }

    /** Returns the columns of the output, zero if not known for an input problem. */
    public int columns() {
        return columns;
    }

    /** Returns the number of feature files. */
    public int featureFiles() {
        return featureFiles;
    }

    /** Returns the bytes of all input files. */
    public long inputBytes() {
        return inputBytes;
    }

    /** Returns this estimate with {@code more} behind its checks; for authors of strategies that run others. */
    public CostEstimate with(Check more) {
        Builder copy = by(strategy).cost(cost).shape(rows, columns).inputs(featureFiles, inputBytes);
        copy.amounts.putAll(amounts);
        copy.checks.addAll(checks);
        copy.checks.add(more);
        copy.inputProblems.addAll(inputProblems);
        copy.refusals.addAll(refusals);
        copy.predictedBreaches.addAll(predictedBreaches);
        copy.costItems.addAll(costItems);
        return copy.build();
    }

    /** Builds a {@link CostEstimate}. Not thread-safe. */
    public static final class Builder {
        private final String strategy;
        private final Map<Resource, Long> amounts = new EnumMap<>(Resource.class);
        private final List<Check> checks = new ArrayList<>();
        private final List<String> inputProblems = new ArrayList<>();
        private final List<String> refusals = new ArrayList<>();
        private final List<LimitBreach> predictedBreaches = new ArrayList<>();
        private BigDecimal cost = BigDecimal.ZERO;
        private final List<CostItem> costItems = new ArrayList<>();
        private long rows;
        private int columns;
        private int featureFiles;
        private long inputBytes;

        private Builder(String strategy) {
            this.strategy = Objects.requireNonNull(strategy, "strategy");
        }

        /** Sets the predicted use of {@code resource}. */
        public Builder amount(Resource resource, long amount) {
            amounts.put(resource, amount);
            return this;
        }

        /** Adds a pre-flight check. */
        public Builder check(String name, boolean passed, String detail) {
            checks.add(new Check(name, passed, detail));
            return this;
        }

        /** Adds something wrong with request or inputs. */
        public Builder inputProblem(String problem) {
            inputProblems.add(problem);
            return this;
        }

        /** Adds a reason why this strategy could not serve the request. */
        public Builder refusal(String reason) {
            refusals.add(reason);
            return this;
        }

        /** Adds a limit that the merge would cross. */
        public Builder predictedBreach(LimitBreach breach) {
            predictedBreaches.add(breach);
            return this;
        }

        /** Sets the predicted cost in US dollars, for a strategy that gives no {@link #costItem}. */
        public Builder cost(BigDecimal dollars) {
            cost = Objects.requireNonNull(dollars, "dollars");
            return this;
        }

        /** Adds something that the merge will pay for; the cost is then the sum of all items. */
        public Builder costItem(CostItem item) {
            costItems.add(Objects.requireNonNull(item, "item"));
            return this;
        }

        /** Sets the shape of the output. */
        public Builder shape(long outputRows, int outputColumns) {
            rows = outputRows;
            columns = outputColumns;
            return this;
        }

        /** Sets what goes in: the number of feature files and the bytes of all files. */
        public Builder inputs(int files, long bytes) {
            featureFiles = files;
            inputBytes = bytes;
            return this;
        }

        /** Returns the estimate. */
        public CostEstimate build() {
            return new CostEstimate(this);
        }
    }
}
