/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.metrics;

import dev.marquetry.Attempt;
import dev.marquetry.Attempt.Outcome;
import dev.marquetry.CostEstimate;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceSample;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/**
 * Meters of merges in a Micrometer registry, one instance for each registry:
 *
 * <ul>
 *   <li>{@code marquetry.attempts}: timer of the tries at merges, by {@code strategy} and {@code outcome}
 *   <li>{@code marquetry.cost}: US dollars spent, by {@code strategy}
 *   <li>{@code marquetry.moved}: bytes of input column chunks moved into outputs
 *   <li>{@code marquetry.memory.used} and {@code marquetry.memory.limit}: ledgers of the merges that run, in bytes, as last told
 * </ul>
 *
 * <p>Thread-safe. Needs {@code io.micrometer:micrometer-core}, which this module does not bring along.
 */
public final class MergeMetrics {
    private final MeterRegistry registry;
    private final Counter moved;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();

    private MergeMetrics(MeterRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
        moved = Counter.builder("marquetry.moved").baseUnit("bytes").register(registry);
        gauge("marquetry.memory.used", merge -> merge.usedBytes);
        gauge("marquetry.memory.limit", merge -> merge.limitBytes);
    }

    /** Returns meters in {@code registry}. */
    public static MergeMetrics in(MeterRegistry registry) {
        return new MergeMetrics(registry);
    }

    /** Returns {@code strategy}, its merges being metered; a policy's attempts are told apart by their own strategies. */
    public MergeStrategy of(MergeStrategy strategy) {
        return new Metered(strategy);
    }

    private void gauge(String name, ToLongFunction<Running> bytes) {
        Gauge.builder(name, () -> running.stream().mapToLong(bytes).sum())
                .baseUnit("bytes")
                .register(registry);
    }

    private void count(List<Attempt> attempts) {
        for (Attempt attempt : attempts) {
            String outcome = attempt.outcome().name().toLowerCase(Locale.ROOT);
            Timer.builder("marquetry.attempts")
                    .tags("strategy", attempt.strategy(), "outcome", outcome)
                    .register(registry)
                    .record(attempt.elapsed());
            Counter.builder("marquetry.cost")
                    .baseUnit("dollars")
                    .tags("strategy", attempt.strategy())
                    .register(registry)
                    .increment(attempt.cost().doubleValue());
        }
    }

    private final class Metered implements MergeStrategy {
        private final MergeStrategy strategy;

        Metered(MergeStrategy strategy) {
            this.strategy = Objects.requireNonNull(strategy, "strategy");
        }

        @Override
        public String name() {
            return strategy.name();
        }

        @Override
        public CostEstimate estimate(MergeRequest request) {
            return strategy.estimate(request);
        }

        @Override
        public MergeResult merge(MergeRequest request, ProgressListener progress) {
            Running merge = new Running(progress);
            running.add(merge);
            long begin = System.nanoTime();
            try {
                MergeResult result = strategy.merge(request, merge);
                count(result.attempts());
                return result;
            } catch (RuntimeException e) {
                count(attempts(e, Duration.ofNanos(System.nanoTime() - begin)));
                throw e;
            } finally {
                running.remove(merge);
            }
        }

        private List<Attempt> attempts(RuntimeException e, Duration elapsed) {
            if (e instanceof MergeException failure && !failure.attempts().isEmpty()) {
                return failure.attempts();
            }
            Outcome outcome = e instanceof LimitBreachException ? Outcome.BREACHED : Outcome.FAILED;
            BigDecimal cost = e instanceof MergeException failure ? failure.cost() : BigDecimal.ZERO;
            return List.of(new Attempt(name(), outcome, elapsed, cost, e.toString()));
        }
    }

    /** A merge that runs, as its listener hears of it. */
    private final class Running implements ProgressListener {
        private final ProgressListener listener;
        private volatile long usedBytes;
        private volatile long limitBytes;
        private long movedBytes;

        Running(ProgressListener listener) {
            this.listener = Objects.requireNonNull(listener, "progress");
        }

        @Override
        public void onProgress(Progress progress) {
            note(progress.memoryBytes(), progress.memoryLimitBytes().orElse(0), progress.bytesDone());
            listener.onProgress(progress);
        }

        @Override
        public void onSample(ResourceSample sample) {
            note(sample.memoryBytes(), sample.memoryLimitBytes().orElse(0), sample.bytesMoved());
            listener.onSample(sample);
        }

        private synchronized void note(long used, long limit, long allMoved) {
            usedBytes = used;
            limitBytes = limit;
            // less than before: a policy's next strategy began anew
            moved.increment((double) (allMoved < movedBytes ? allMoved : allMoved - movedBytes));
            movedBytes = allMoved;
        }
    }
}
