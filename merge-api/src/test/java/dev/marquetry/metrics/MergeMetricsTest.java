/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceSample;
import dev.marquetry.testkit.ScriptedStrategy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Meters say what results, exceptions and listeners say. */
class MergeMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MergeMetrics metrics = MergeMetrics.in(registry);
    private final MergeRequest request = MergeRequest.onKey("ts")
            .spine(Path.of("spine.parquet"))
            .features(Path.of("rsi.parquet"))
            .writeTo(Path.of("wide.parquet"));

    private long attempts(String strategy, String outcome) {
        return registry.get("marquetry.attempts")
                .tags("strategy", strategy, "outcome", outcome)
                .timer()
                .count();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double moved() {
        return registry.get("marquetry.moved").counter().count();
    }

    @Test
    void everyAttemptOfAPolicy_isTimedByStrategyAndOutcome() {
        MergeResult dear = MergeResult.of("dear", request.output())
                .elapsed(Duration.ofSeconds(3))
                .costItem(new CostItem("queries", "some bytes", new BigDecimal("1.25")))
                .build();
        MergeStrategy policy = metrics.of(MergePolicy.of(
                ScriptedStrategy.named("small").breaching(Resource.MEMORY),
                ScriptedStrategy.named("dear").returning(dear)));
        policy.merge(request);
        policy.merge(request);

        assertThat(attempts("small", "breached")).isEqualTo(2);
        assertThat(attempts("dear", "succeeded")).isEqualTo(2);
        assertThat(registry.get("marquetry.attempts")
                        .tags("strategy", "dear")
                        .timer()
                        .totalTime(TimeUnit.SECONDS))
                .isEqualTo(6);
        assertThat(registry.get("marquetry.cost")
                        .tags("strategy", "dear")
                        .counter()
                        .count())
                .isEqualTo(2.5);
    }

    @Test
    void failures_areCountedAndThrownOn() {
        MergeFailedException failure = new MergeFailedException("as scripted");
        failure.spent(new BigDecimal("0.5"));
        MergeStrategy failing = metrics.of(ScriptedStrategy.named("failing").throwing(failure));
        MergeStrategy small = metrics.of(ScriptedStrategy.named("small").breaching(Resource.MEMORY));
        MergeStrategy broken =
                metrics.of(ScriptedStrategy.named("broken").throwing(new IllegalStateException("broken")));

        assertThatThrownBy(() -> failing.merge(request)).isSameAs(failure);
        assertThatThrownBy(() -> small.merge(request)).isInstanceOf(LimitBreachException.class);
        assertThatThrownBy(() -> broken.merge(request)).hasMessage("broken");
        assertThat(attempts("failing", "failed")).isEqualTo(1);
        assertThat(attempts("small", "breached")).isEqualTo(1);
        assertThat(attempts("broken", "failed")).isEqualTo(1);
        assertThat(registry.get("marquetry.cost")
                        .tags("strategy", "failing")
                        .counter()
                        .count())
                .isEqualTo(0.5);
    }

    /** Tells of progress and of a sample, looks at the meters meanwhile, and leaves the rest to {@code rest}. */
    private record Telling(ScriptedStrategy rest, long memory, long moved, Runnable meanwhile)
            implements MergeStrategy {
        @Override
        public String name() {
            return rest.name();
        }

        @Override
        public CostEstimate estimate(MergeRequest request) {
            return rest.estimate(request);
        }

        @Override
        public MergeResult merge(MergeRequest request, ProgressListener progress) {
            progress.onProgress(Progress.in(Phase.MOVE).bytes(moved / 2, moved).build());
            progress.onSample(new ResourceSample(
                    Duration.ZERO,
                    Phase.MOVE,
                    memory,
                    OptionalLong.of(1_000),
                    OptionalLong.empty(),
                    1,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    moved));
            meanwhile.run();
            return rest.merge(request, progress);
        }
    }

    @Test
    void ledgers_areThoseOfTheMergesThatRun_together() {
        List<Double> seen = new ArrayList<>();
        MergeStrategy inner = metrics.of(new Telling(ScriptedStrategy.named("inner"), 300, 0, () -> {
            seen.add(gauge("marquetry.memory.used"));
            seen.add(gauge("marquetry.memory.limit"));
        }));
        MergeStrategy outer =
                metrics.of(new Telling(ScriptedStrategy.named("outer"), 400, 0, () -> inner.merge(request)));
        outer.merge(request);

        assertThat(seen).containsExactly(700.0, 2_000.0);
        assertThat(gauge("marquetry.memory.used")).isZero();
        assertThat(gauge("marquetry.memory.limit")).isZero();
    }

    @Test
    void bytesMoved_addUpOverMergesAndAttempts() {
        Telling breaching = new Telling(ScriptedStrategy.named("a").breaching(Resource.DISK), 1, 5_000, () -> {});
        Telling succeeding = new Telling(ScriptedStrategy.named("b"), 1, 8_000, () -> {});
        MergeStrategy policy = metrics.of(MergePolicy.of(breaching, succeeding));
        policy.merge(request);
        assertThat(moved()).isEqualTo(13_000);
        policy.merge(request);
        assertThat(moved()).isEqualTo(26_000);
    }

    @Test
    void listener_hearsWhatItWouldHearWithoutMeters() {
        List<Object> heard = new ArrayList<>();
        MergeStrategy strategy = metrics.of(new Telling(ScriptedStrategy.named("a"), 7, 10, () -> {}));
        strategy.merge(request, new ProgressListener() {
            @Override
            public void onProgress(Progress progress) {
                heard.add(progress.bytesDone());
            }

            @Override
            public void onSample(ResourceSample sample) {
                heard.add(sample.memoryBytes() + " of memory");
            }
        });
        assertThat(heard).containsExactly(5L, "7 of memory");
        assertThat(strategy.name()).isEqualTo("a");
        assertThat(strategy.estimate(request).fits()).isTrue();
    }
}
