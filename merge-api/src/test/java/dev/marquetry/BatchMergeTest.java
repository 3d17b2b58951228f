/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.BatchResult.Item;
import dev.marquetry.BatchResult.Outcome;
import dev.marquetry.testkit.ScriptedStrategy;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class BatchMergeTest {
    private static MergeRequest request(String name) {
        return MergeRequest.onKey("ts")
                .spine(Path.of(name, "targets.parquet"))
                .features(Path.of(name), "*.parquet")
                .writeTo(Path.of("out", name + ".parquet"));
    }

    private static BatchMerge.Builder batch(MergeStrategy strategy, String... names) {
        BatchMerge.Builder batch = BatchMerge.by(strategy);
        for (String name : names) {
            batch.merge(name, request(name));
        }
        return batch;
    }

    private static String nameOf(MergeRequest request) {
        return MergeRequest.fileName(request.output()).replace(".parquet", "");
    }

    /** Does as {@code merging} says; its estimates are those of a scripted strategy. */
    private record Doing(BiFunction<MergeRequest, ProgressListener, MergeResult> merging) implements MergeStrategy {
        @Override
        public String name() {
            return "doing";
        }

        @Override
        public CostEstimate estimate(MergeRequest request) {
            return CostEstimate.by(name()).build();
        }

        @Override
        public MergeResult merge(MergeRequest request, ProgressListener progress) {
            return merging.apply(request, progress);
        }
    }

    private static MergeResult success(MergeRequest request) {
        return MergeResult.of("doing", request.output())
                .shape(3, 4)
                .bytes(10, 20)
                .build();
    }

    private static List<Outcome> outcomes(BatchResult result) {
        return result.items().stream().map(Item::outcome).toList();
    }

    @Test
    void merges_goInOrderOneAtATime_andTheListenerHearsOfEach() {
        List<String> heard = new ArrayList<>();
        BatchListener listener = new BatchListener() {
            @Override
            public void onBegun(String name, MergeRequest request) {
                heard.add("begun " + name);
            }

            @Override
            public void onProgress(String name, Progress progress) {
                heard.add(name + " " + progress.phase());
            }

            @Override
            public void onEnded(Item item) {
                heard.add(item.name() + " " + item.outcome());
                throw new IllegalStateException("a listener that throws does no harm");
            }
        };
        MergeStrategy strategy = new Doing((request, progress) -> {
            progress.onProgress(Progress.in(Phase.MOVE).build());
            return success(request);
        });

        BatchResult result =
                batch(strategy, "b", "a").listener(listener).build().run();

        assertThat(heard).containsExactly("begun b", "b MOVE", "b DONE", "begun a", "a MOVE", "a DONE");
        assertThat(result.allDone()).isTrue();
        assertThat(result.interrupted()).isFalse();
        assertThat(result.outputBytes()).isEqualTo(40);
        assertThat(result.item("a").rows()).isEqualTo(3);
        assertThat(result.item("a").columns()).isEqualTo(4);
        assertThat(result.item("a").strategy()).contains("doing");
        assertThat(result.item("a").attempts()).hasSize(1);
        assertThatThrownBy(() -> result.item("c")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void failureOfAnyKind_isInItsItem_andTheRestGoesOn() {
        MergeStrategy strategy = new Doing((request, progress) -> {
            switch (nameOf(request)) {
                case "a" -> throw new InvalidInputException("[f.parquet] Cannot read");
                case "b" -> throw new IllegalStateException("a fault of a strategy");
                case "c" -> {
                    Thread.currentThread().interrupt(); // which nobody asked for
                    throw new MergeCancelledException("of its own accord");
                }
                default -> {
                    return success(request);
                }
            }
        });

        BatchResult result = batch(strategy, "a", "b", "c", "d").build().run();

        assertThat(outcomes(result)).containsExactly(Outcome.FAILED, Outcome.FAILED, Outcome.FAILED, Outcome.DONE);
        assertThat(result.item("a").detail()).isEqualTo("[f.parquet] Cannot read");
        assertThat(result.item("a").failure()).get().isInstanceOf(InvalidInputException.class);
        assertThat(result.allDone()).isFalse();
        assertThat(result.count(Outcome.FAILED)).isEqualTo(3);
        assertThat(result.interrupted()).isFalse();
    }

    @Test
    void error_cancelsTheOthersAndIsThrown() {
        CountDownLatch running = new CountDownLatch(1);
        AtomicReference<String> other = new AtomicReference<>("untouched");
        MergeStrategy strategy = new Doing((request, progress) -> {
            if (nameOf(request).equals("a")) {
                await(running);
                throw new OutOfMemoryError("as scripted");
            }
            running.countDown();
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                other.set("cancelled");
                throw new MergeCancelledException("interrupted", e);
            }
            return success(request);
        });

        assertThatThrownBy(
                        () -> batch(strategy, "a", "b", "c").parallel(2).build().run())
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(other).hasValue("cancelled");
    }

    @Test
    void parallelMerges_runSideBySide_neverMore() {
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicReference<Integer> most = new AtomicReference<>(0);
        AtomicReference<Integer> running = new AtomicReference<>(0);
        MergeStrategy strategy = new Doing((request, progress) -> {
            most.accumulateAndGet(running.updateAndGet(n -> n + 1), Math::max);
            try {
                both.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException("never two at once", e);
            }
            running.updateAndGet(n -> n - 1);
            return success(request);
        });

        BatchResult result =
                batch(strategy, "a", "b", "c", "d").parallel(2).build().run();

        assertThat(result.allDone()).isTrue();
        assertThat(most).hasValue(2);
        assertThat(result.items()).extracting(Item::name).containsExactly("a", "b", "c", "d");
    }

    @Test
    void canary_goesFirstAndAlone() {
        List<String> order = new ArrayList<>();
        MergeStrategy strategy = new Doing((request, progress) -> {
            synchronized (order) {
                order.add(nameOf(request));
            }
            return success(request);
        });

        BatchResult result =
                batch(strategy, "a", "b", "c").canary("b").parallel(3).build().run();

        assertThat(order).hasSize(3).startsWith("b");
        assertThat(result.items()).extracting(Item::name).containsExactly("a", "b", "c");
    }

    @Test
    void canaryThatFails_stopsTheBatch() {
        ScriptedStrategy strategy = ScriptedStrategy.named("s").breaching(Resource.MEMORY);

        BatchResult result = batch(strategy, "a", "b", "c").canary("b").build().run();

        assertThat(outcomes(result)).containsExactly(Outcome.NOT_BEGUN, Outcome.FAILED, Outcome.NOT_BEGUN);
        assertThat(result.item("a").detail()).isEqualTo("canary b did not pass");
        assertThat(strategy.requests()).hasSize(1);
    }

    @Test
    void canaryThatPassesItsCheck_letsTheOthersBegin_andIsTheOnlyOneChecked() {
        List<String> checked = new ArrayList<>();
        ScriptedStrategy strategy = ScriptedStrategy.named("s");

        BatchResult result = batch(strategy, "a", "b", "c")
                .canary("b", (request, made) -> checked.add(nameOf(request) + " of " + made.strategy()))
                .build()
                .run();

        assertThat(result.allDone()).isTrue();
        assertThat(checked).containsExactly("b of s");
    }

    @Test
    void canaryThatFailsItsCheck_hasFailedWithThatReason_andStopsTheBatch() {
        ScriptedStrategy strategy = ScriptedStrategy.named("s");
        MergeFailedException wrong = new MergeFailedException("row 5 should be 1 but is 2");

        BatchResult result = batch(strategy, "a", "b", "c")
                .canary("b", (request, made) -> {
                    throw wrong;
                })
                .build()
                .run();

        assertThat(outcomes(result)).containsExactly(Outcome.NOT_BEGUN, Outcome.FAILED, Outcome.NOT_BEGUN);
        assertThat(result.item("b").detail()).isEqualTo("row 5 should be 1 but is 2");
        assertThat(result.item("b").failure()).containsSame(wrong);
        assertThat(result.item("b").attempts()).hasSize(1);
        assertThat(result.item("a").detail()).isEqualTo("canary b did not pass");
        assertThat(strategy.requests()).hasSize(1);
    }

    @Test
    void interrupt_cancelsWhatRuns_beginsNoMore_andSetsTheFlagAgain() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        BatchListener listener = new BatchListener() {
            @Override
            public void onBegun(String name, MergeRequest request) {
                begun.countDown();
            }
        };
        BatchMerge batch = batch(ScriptedStrategy.named("s").taking(Duration.ofMinutes(5)), "a", "b", "c")
                .parallel(2)
                .listener(listener)
                .build();
        AtomicReference<BatchResult> result = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread runner = new Thread(() -> {
            result.set(batch.run());
            flag.set(Thread.currentThread().isInterrupted());
        });
        runner.start();
        await(begun);
        runner.interrupt();
        runner.join(30_000);

        assertThat(runner.isAlive()).isFalse();
        assertThat(flag).hasValue(true);
        assertThat(result.get().interrupted()).isTrue();
        assertThat(outcomes(result.get())).containsExactly(Outcome.FAILED, Outcome.FAILED, Outcome.NOT_BEGUN);
        assertThat(result.get().item("a").failure()).get().isInstanceOf(MergeCancelledException.class);
        assertThat(result.get().item("c").detail()).isEqualTo("the batch was interrupted");
    }

    @Test
    void interruptBeforeTheBatch_beginsNothing() {
        ScriptedStrategy strategy = ScriptedStrategy.named("s");
        Thread.currentThread().interrupt();
        BatchResult result = batch(strategy, "a", "b").canary("a").build().run();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(outcomes(result)).containsOnly(Outcome.NOT_BEGUN);
        assertThat(result.interrupted()).isTrue();
        assertThat(strategy.calls()).isEmpty();
    }

    @Test
    void requestAboveWhatIsLeftOfMaxCost_isNotBegun_withThatReason() {
        ScriptedStrategy strategy = ScriptedStrategy.named("cloud")
                .estimating(estimate -> estimate.cost(new BigDecimal("0.40")))
                .returning(MergeResult.of("cloud", request("x").output())
                        .cost(new BigDecimal("0.50"))
                        .build());

        BatchResult result = batch(strategy, "a", "b", "c")
                .maxCost(new BigDecimal("0.95"))
                .build()
                .run();

        assertThat(outcomes(result)).containsExactly(Outcome.DONE, Outcome.DONE, Outcome.NOT_BEGUN);
        assertThat(result.item("c").detail()).isEqualTo("it would cost about $0.40, and of $0.95 there are $0 left");
        assertThat(result.cost()).isEqualByComparingTo("1.00");
    }

    @Test
    void costOfFailures_countsToo() {
        InvalidInputException late = new InvalidInputException("found out late");
        late.spent(new BigDecimal("0.90"));
        ScriptedStrategy strategy = ScriptedStrategy.named("cloud")
                .estimating(estimate -> estimate.cost(new BigDecimal("0.40")))
                .throwing(late);

        BatchResult result =
                batch(strategy, "a", "b").maxCost(BigDecimal.ONE).build().run();

        assertThat(outcomes(result)).containsExactly(Outcome.FAILED, Outcome.NOT_BEGUN);
        assertThat(result.cost()).isEqualByComparingTo("0.90");
    }

    @Test
    void share_dividesMemoryAndThreads_andLeavesTheRest() {
        ResourceLimits limits = ResourceLimits.builder()
                .maxMemory(MemorySize.mib(300))
                .minFreeDisk(MemorySize.gib(1))
                .minFreeSystemMemory(MemorySize.gib(2))
                .maxElapsed(Duration.ofMinutes(20))
                .maxStall(Duration.ofSeconds(7))
                .threads(2)
                .build();
        ResourceLimits share = BatchMerge.share(limits, 3);

        assertThat(share.maxMemory()).isEqualTo(MemorySize.mib(100));
        assertThat(share.threads()).hasValue(1);
        assertThat(share.minFreeDisk()).contains(MemorySize.gib(1));
        assertThat(share.minFreeSystemMemory()).contains(MemorySize.gib(2));
        assertThat(share.maxElapsed()).contains(Duration.ofMinutes(20));
        assertThat(share.maxStall()).isEqualTo(Duration.ofSeconds(7));
        assertThat(BatchMerge.share(limits, 1)).isSameAs(limits);
    }

    @Test
    void strategyIsMadeOnce_forItsShare() {
        List<ResourceLimits> asked = new ArrayList<>();
        ResourceLimits limits =
                ResourceLimits.builder().maxMemory(MemorySize.mib(64)).build();
        BatchResult result = BatchMerge.within(limits, share -> {
                    asked.add(share);
                    return ScriptedStrategy.named("s");
                })
                .merge("a", request("a"))
                .merge("b", request("b"))
                .parallel(2)
                .build()
                .run();

        assertThat(result.allDone()).isTrue();
        assertThat(asked)
                .singleElement()
                .satisfies(share -> assertThat(share.maxMemory()).isEqualTo(MemorySize.mib(32)));
    }

    @Test
    void contradictions_areRefused() {
        ScriptedStrategy strategy = ScriptedStrategy.named("s");
        assertThatThrownBy(() -> batch(strategy, "a", "a")).hasMessageContaining("different, non-empty names");
        assertThatThrownBy(() -> batch(strategy, "a").merge("b", request("a")))
                .hasMessageContaining("different outputs");
        assertThatThrownBy(() -> batch(strategy).build()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> batch(strategy, "a").canary("b").build()).hasMessageContaining("canary");
        assertThatThrownBy(() -> batch(strategy, "a").parallel(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> batch(strategy, "a").parallel(1).parallel(2))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> batch(strategy, "a").maxCost(new BigDecimal("-1")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
