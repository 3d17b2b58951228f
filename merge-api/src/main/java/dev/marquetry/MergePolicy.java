/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import dev.marquetry.Attempt.Outcome;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Strategies tried in order, first listed first tried; itself a strategy, so policies nest.
 *
 * <pre>
 *   request ─► first ──breach──► second ──breach──► third ──breach──► LimitBreachException
 *                │                 │                  │                (all attempts attached)
 *                ▼                 ▼                  ▼
 *             result            result             result
 * </pre>
 *
 * <p>Each strategy is asked for its estimate first and skipped when it can not serve the request or would breach a limit.
 * A {@link LimitBreachException} falls back always, a {@link StrategyUnavailableException} only after {@link
 * Builder#alsoWhenUnavailable()}; bad input, cancellation, an unknown outcome and surprises never.
 *
 * <p>Immutable, and thread-safe if its strategies are.
 */
public final class MergePolicy implements MergeStrategy {
    private static final Logger LOG = LoggerFactory.getLogger(MergePolicy.class);

    /**
     * A strategy was given up and the next is tried.
     *
     * @param from the try that ended
     * @param to the name of the strategy tried next
     */
    public record Fallback(Attempt from, String to) {
        /** Checks that nothing is null. */
        public Fallback {
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
        }
    }

    private final List<MergeStrategy> strategies;
    private final boolean fallsBackWhenUnavailable;
    private final boolean estimatesFirst;
    private final Optional<BigDecimal> maxCost;
    private final Consumer<Fallback> fallbackListener;

    private MergePolicy(Builder builder) {
        strategies = List.copyOf(builder.strategies);
        fallsBackWhenUnavailable = builder.fallsBackWhenUnavailable;
        estimatesFirst = builder.estimatesFirst;
        maxCost = Optional.ofNullable(builder.maxCost);
        fallbackListener = builder.fallbackListener;
    }

    /** Returns a policy that tries {@code first}, then each of {@code fallbacks}. */
    public static MergePolicy of(MergeStrategy first, MergeStrategy... fallbacks) {
        Builder builder = startingWith(first);
        for (MergeStrategy fallback : fallbacks) {
            builder.fallbackTo(fallback);
        }
        return builder.build();
    }

    /** Begins a policy that tries {@code first} first. */
    public static Builder startingWith(MergeStrategy first) {
        return new Builder(first);
    }

    /** Returns the names of the strategies in order, such as {@code local-arrow > bigquery}. */
    @Override
    public String name() {
        return strategies.stream().map(MergeStrategy::name).collect(Collectors.joining(" > "));
    }

    /**
     * Returns the estimate of the first strategy that fits; if none does, one that joins what stands against each.
     */
    @Override
    public CostEstimate estimate(MergeRequest request) {
        List<CostEstimate> unfit = new ArrayList<>();
        List<String> unavailable = new ArrayList<>();
        for (MergeStrategy strategy : strategies) {
            try {
                CostEstimate estimate = strategy.estimate(request);
                Optional<String> tooDear = tooDear(estimate, maxCost);
                if ((estimate.fits() && tooDear.isEmpty())
                        || !estimate.inputProblems().isEmpty()) {
                    return estimate;
                }
                tooDear.ifPresent(reason -> unavailable.add(strategy.name() + ": " + reason));
                unfit.add(estimate);
            } catch (StrategyUnavailableException e) {
                if (!fallsBackWhenUnavailable) {
                    throw e;
                }
                unavailable.add(strategy.name() + ": " + e.getMessage());
            }
        }
        return unfit.size() == 1 && unavailable.isEmpty() ? unfit.get(0) : join(unfit, unavailable);
    }

    private CostEstimate join(List<CostEstimate> unfit, List<String> unavailable) {
        CostEstimate.Builder joined = CostEstimate.by(name());
        for (CostEstimate estimate : unfit) {
            estimate.checks()
                    .forEach(check ->
                            joined.check(estimate.strategy() + ": " + check.name(), check.passed(), check.detail()));
            estimate.predictedBreaches().forEach(joined::predictedBreach);
            estimate.refusals().forEach(reason -> joined.refusal(estimate.strategy() + ": " + reason));
            joined.shape(estimate.rows(), estimate.columns()).inputs(estimate.featureFiles(), estimate.inputBytes());
        }
        unavailable.forEach(joined::refusal);
        if (strategies.size() == 1) { // several have no figures in common
            unfit.forEach(estimate -> figures(estimate, joined));
        }
        return joined.build();
    }

    private static void figures(CostEstimate estimate, CostEstimate.Builder joined) {
        for (Resource resource : Resource.values()) {
            estimate.amount(resource).ifPresent(amount -> joined.amount(resource, amount));
        }
        joined.cost(estimate.cost());
        estimate.costItems().forEach(joined::costItem);
    }

    /**
     * Merges by the first strategy that can.
     *
     * @throws LimitBreachException if a limit stood against every strategy, or against all but those that could not serve
     *     the request
     * @throws StrategyUnavailableException if no strategy could serve the request or be reached
     * @throws MergeException as the strategy that ended the try threw it; earlier failures are suppressed in it
     */
    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(progress, "progress");
        Run run = new Run(request.output().toString());
        for (int i = 0; i < strategies.size(); i++) {
            MergeStrategy strategy = strategies.get(i);
            if (Thread.currentThread().isInterrupted()) {
                throw run.end(
                        new MergeCancelledException("Merge was interrupted before " + strategy.name() + " began"));
            }
            run.begin(strategy);
            try {
                if (!estimatesFirst || !run.skips(strategy.estimate(request), maxCost)) {
                    return run.succeeded(strategy.merge(request, progress), strategy instanceof MergePolicy);
                }
            } catch (LimitBreachException e) {
                run.failed(e, Outcome.BREACHED);
            } catch (StrategyUnavailableException e) {
                run.failed(e, Outcome.FAILED);
                if (!fallsBackWhenUnavailable) {
                    throw run.end(e);
                }
            } catch (MergeException e) {
                run.failed(e, Outcome.FAILED);
                throw run.end(e);
            }
            if (i + 1 < strategies.size()) {
                tell(new Fallback(run.lastAttempt(), strategies.get(i + 1).name()));
            }
        }
        throw run.end(run.exhausted());
    }

    /** Returns what is to be said of a merge that costs more than {@code most}; empty if it does not. */
    private static Optional<String> tooDear(CostEstimate estimate, Optional<BigDecimal> most) {
        return most.filter(dollars -> estimate.cost().compareTo(dollars) > 0)
                .map(dollars -> "costs about $"
                        + estimate.cost().setScale(2, RoundingMode.UP).toPlainString() + " of at most $"
                        + dollars.toPlainString());
    }

    private void tell(Fallback fallback) {
        try {
            fallbackListener.accept(fallback);
        } catch (RuntimeException e) {
            LOG.warn("Fallback listener failed; the fallback goes on", e);
        }
    }

    /** One merge's way through the strategies: its attempts and failures so far. */
    private static final class Run {
        private final String output;
        private final List<Attempt> attempts = new ArrayList<>();
        private final List<MergeException> failures = new ArrayList<>();
        private String strategy = "";
        private long begun;

        Run(String output) {
            this.output = output;
        }

        void begin(MergeStrategy next) {
            strategy = next.name();
            begun = System.nanoTime();
        }

        /** Records a skip and returns true if the estimate stands against a try; bad input is left for the merge to refuse. */
        boolean skips(CostEstimate estimate, Optional<BigDecimal> maxCost) {
            Optional<String> tooDear = tooDear(estimate, maxCost);
            if ((estimate.fits() && tooDear.isEmpty())
                    || !estimate.inputProblems().isEmpty()) {
                return false;
            }
            List<String> reasons = new ArrayList<>(estimate.refusals());
            estimate.predictedBreaches().forEach(breach -> reasons.add(breach.toString()));
            tooDear.ifPresent(reasons::add);
            add(Outcome.SKIPPED, String.join("; ", reasons), BigDecimal.ZERO);
            failures.add(
                    estimate.predictedBreaches().isEmpty()
                            ? new StrategyUnavailableException(
                                    strategy + " can not serve the request: " + String.join("; ", reasons))
                            : new LimitBreachException(
                                    estimate.predictedBreaches().get(0)));
            return true;
        }

        MergeResult succeeded(MergeResult result, boolean isTold) {
            if (!isTold) {
                tellRecorder(result.attempts().get(result.attempts().size() - 1));
            }
            return result.after(attempts);
        }

        void failed(MergeException e, Outcome outcome) {
            if (e.attempts().isEmpty()) {
                add(outcome, String.valueOf(e.getMessage()), e.cost());
            } else {
                attempts.addAll(e.attempts());
            }
            failures.add(e);
        }

        private void add(Outcome outcome, String detail, BigDecimal cost) {
            Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
            attempts.add(new Attempt(strategy, outcome, elapsed, cost, detail));
            tellRecorder(lastAttempt());
        }

        private void tellRecorder(Attempt attempt) {
            if (FlightRecorder.isInitialized()) {
                AttemptEvent.record(output, attempt);
            }
        }

        Attempt lastAttempt() {
            return attempts.get(attempts.size() - 1);
        }

        /** Returns what to throw when no strategy is left: the last breach if there was one, else the last failure. */
        MergeException exhausted() {
            for (int i = failures.size() - 1; i >= 0; i--) {
                if (failures.get(i) instanceof LimitBreachException breach) {
                    return breach;
                }
            }
            return failures.get(failures.size() - 1);
        }

        MergeException end(MergeException thrown) {
            thrown.attemptsMade(attempts);
            for (MergeException failure : failures) {
                if (failure != thrown) {
                    thrown.addSuppressed(failure);
                }
            }
            return thrown;
        }
    }

    /** Collects strategies and what makes them fall back. Not thread-safe. */
    public static final class Builder {
        private final List<MergeStrategy> strategies = new ArrayList<>();
        private boolean fallsBackWhenUnavailable;
        private boolean estimatesFirst = true;
        private @Nullable BigDecimal maxCost;
        private Consumer<Fallback> fallbackListener =
                fallback -> LOG.warn("{}; trying {}", fallback.from().detail(), fallback.to());

        private Builder(MergeStrategy first) {
            strategies.add(Objects.requireNonNull(first, "first"));
        }

        /** Adds the strategy tried when all before it were given up. */
        public Builder fallbackTo(MergeStrategy next) {
            strategies.add(Objects.requireNonNull(next, "next"));
            return this;
        }

        /** Falls back on {@link StrategyUnavailableException} too: no credentials, no quota, service down. */
        public Builder alsoWhenUnavailable() {
            fallsBackWhenUnavailable = true;
            return this;
        }

        /** Tries each strategy without asking for its estimate first, so that only measured breaches fall back. */
        public Builder withoutEstimating() {
            estimatesFirst = false;
            return this;
        }

        /**
         * Skips strategies whose estimate says that the merge would cost more than {@code dollars}, in US dollars; default no
         * limit. What a merge costs beyond its estimate is not stopped by this.
         *
         * @throws IllegalArgumentException if {@code dollars} is negative
         */
        public Builder maxCost(BigDecimal dollars) {
            if (dollars.signum() < 0) {
                throw new IllegalArgumentException("max cost must not be negative but was " + dollars);
            }
            maxCost = dollars;
            return this;
        }

        /** Tells {@code listener} about each fallback; by default it is logged as a warning. What it throws is ignored. */
        public Builder onFallback(Consumer<Fallback> listener) {
            fallbackListener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Returns the policy.
         *
         * @throws IllegalStateException if there is a {@link #maxCost} but no estimate to hold against it
         */
        public MergePolicy build() {
            if (maxCost != null && !estimatesFirst) {
                throw new IllegalStateException("max cost needs estimates, but the policy is not to ask for them");
            }
            return new MergePolicy(this);
        }
    }
}
