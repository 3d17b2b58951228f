/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.Backup;
import dev.marquetry.BatchMerge;
import dev.marquetry.CostEstimate;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.OutputBackup;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceSample;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.report.MergeReport.Outcome;
import dev.marquetry.testkit.ScriptedStrategy;
import dev.marquetry.testkit.ScriptedStrategy.Call;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergeRecorderTest {
    private final MergeRecorder recorder = new MergeRecorder();

    private MergeReport only() {
        assertThat(recorder.report().merges()).hasSize(1);
        return recorder.report().merges().get(0);
    }

    private static ResourceSample sample(long millis, long memory, long freeMemory, long moved) {
        return new ResourceSample(
                Duration.ofMillis(millis),
                Phase.MOVE,
                memory,
                OptionalLong.of(1_000_000),
                OptionalLong.of(2 * memory),
                memory / 2,
                OptionalLong.of(freeMemory),
                OptionalLong.empty(),
                moved);
    }

    /** A strategy that only tells its listener something. */
    private static MergeStrategy telling(java.util.function.Consumer<ProgressListener> script) {
        return new MergeStrategy() {
            @Override
            public String name() {
                return "telling";
            }

            @Override
            public CostEstimate estimate(MergeRequest request) {
                return CostEstimate.by(name()).build();
            }

            @Override
            public MergeResult merge(MergeRequest request, ProgressListener progress) {
                script.accept(progress);
                return MergeResult.of(name(), request.output()).build();
            }
        };
    }

    @Test
    void hundredThousandSamples_areAtMost600Points_andEveryExtremeIsKept() {
        recorder.around(telling(listener -> {
                    for (int i = 0; i < 100_000; i++) {
                        long memory = i == 77_777 ? 999_999 : i % 1_000;
                        listener.onSample(sample(250L * i, memory, i == 33_333 ? 5 : 1_000_000, 10L * i));
                    }
                }))
                .merge(Night.request("audusd"));
        List<SamplePoint> points = only().points();
        assertThat(points).hasSizeBetween(200, SampleSeries.MOST_POINTS);
        assertThat(points.stream().mapToLong(SamplePoint::memoryBytes).max()).hasValue(999_999);
        assertThat(points.stream()
                        .mapToLong(point -> point.processBytes().orElseThrow())
                        .max())
                .hasValue(1_999_998);
        assertThat(points.stream()
                        .mapToLong(point -> point.freeMemoryBytes().orElseThrow())
                        .min())
                .hasValue(5);
        assertThat(points.get(0).beginMillis()).isZero();
        assertThat(points.get(points.size() - 1).endMillis()).isEqualTo(250L * 99_999);
        assertThat(points.get(points.size() - 1).bytesMoved()).isEqualTo(999_990);
        assertThat(points).extracting(SamplePoint::endMillis).isSorted();
        assertThat(points)
                .filteredOn(point -> point.memoryBytes() == 999_999)
                .singleElement()
                .satisfies(peak -> {
                    assertThat(peak.beginMillis()).isLessThanOrEqualTo(250L * 77_777);
                    assertThat(peak.endMillis()).isGreaterThanOrEqualTo(250L * 77_777);
                });
    }

    @Test
    void secondTry_goesOnInTimeAndCountsAnew() {
        recorder.around(telling(listener -> {
                    listener.onSample(sample(0, 1, 1, 0));
                    listener.onSample(sample(4_000, 1, 1, 700));
                    listener.onSample(sample(3_990, 1, 1, 700)); // threads take turns
                    listener.onSample(sample(10, 1, 1, 0));
                    listener.onSample(sample(500, 1, 1, 100));
                }))
                .merge(Night.request("audusd"));
        assertThat(only().points())
                .extracting(SamplePoint::endMillis)
                .containsExactly(0L, 4_000L, 4_000L, 4_010L, 4_500L);
        assertThat(only().points()).extracting(SamplePoint::attempt).containsExactly(0, 0, 0, 1, 1);
    }

    @Test
    void callersListener_isToldEverything_andResultIsTheStrategys() {
        List<Object> told = new ArrayList<>();
        ResourceSample sample = sample(1, 2, 3, 4);
        Progress event = Progress.in(Phase.MOVE).warning("near").build();
        MergeStrategy strategy = telling(listener -> {
            listener.onSample(sample);
            listener.onProgress(event);
        });
        recorder.around(strategy).merge(Night.request("audusd"), new ProgressListener() {
            @Override
            public void onProgress(Progress progress) {
                told.add(progress);
            }

            @Override
            public void onSample(ResourceSample taken) {
                told.add(taken);
            }
        });
        assertThat(told).containsExactly(sample, event);
        assertThat(only().warnings()).containsExactly("near");
        assertThat(only().sampled()).isTrue();
    }

    @Test
    void withoutSamples_eventsTellOfTheMergesOwnMemory() {
        recorder.around(telling(listener -> listener.onProgress(Progress.in(Phase.MOVE)
                        .memory(7, OptionalLong.of(9))
                        .time(Duration.ofSeconds(1), java.util.Optional.empty())
                        .build())))
                .merge(Night.request("audusd"));
        assertThat(only().sampled()).isFalse();
        assertThat(only().points()).singleElement().satisfies(point -> {
            assertThat(point.memoryBytes()).isEqualTo(7);
            assertThat(point.heapBytes()).isEmpty();
        });
        assertThat(only().peakMemoryBytes()).hasValue(7);
    }

    @Test
    void failure_isThrownAsItWas_andInTheReportWithItsSamples() {
        MergeStrategy local = recorder.around(new Night.Local());
        assertThatThrownBy(() -> local.merge(Night.request("eurnzd")))
                .isInstanceOfSatisfying(
                        LimitBreachException.class,
                        thrown -> assertThat(thrown.breach()).isEqualTo(Night.TOO_LITTLE_DISK));
        MergeReport failed = only();
        assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failed.failure().orElseThrow().breach()).hasValue(Night.TOO_LITTLE_DISK);
        assertThat(failed.points()).hasSizeGreaterThan(10);
        assertThat(failed.attempts()).singleElement().satisfies(attempt -> {
            assertThat(attempt.strategy()).isEqualTo("local-arrow");
            assertThat(attempt.outcome()).isEqualTo(dev.marquetry.Attempt.Outcome.BREACHED);
        });
        assertThat(recorder.report().allDone()).isFalse();
    }

    private static OutputBackup copying(@Nullable RuntimeException failure) {
        return new OutputBackup() {
            @Override
            public URI objectOf(MergeRequest request) {
                return URI.create("gs://bucket/nightly/" + MergeRequest.fileName(request.output()));
            }

            @Override
            public Backup copy(MergeRequest request, MergeResult result) {
                if (failure != null) {
                    throw failure;
                }
                return new Backup(objectOf(request), 17, "AAAAAQ==", 9, true);
            }
        };
    }

    @Test
    void copyOfTheOutput_isInTheReport() {
        MergeRequest request = Night.request("audusd");
        MergeResult result = recorder.around(new Night.Local()).merge(request);
        Backup copy = recorder.around(copying(null)).copy(request, result);
        assertThat(only().backup()).hasValue(copy);
        assertThat(recorder.report().allDone()).isTrue();
        assertThat(recorder.report().toHtml())
                .contains("Backup: gs://bucket/nightly/training_audusd.parquet#17 copied");
        assertThat(recorder.report().toJson()).contains("\"crc32c\":\"AAAAAQ==\"", "\"backupProblem\":null");
    }

    @Test
    void copyThatFails_isThrownAsItWas_andTheReportSaysThatTheOutputIsThereWithoutIt() {
        MergeRequest request = Night.request("audusd");
        MergeResult result = recorder.around(new Night.Local()).merge(request);
        StrategyUnavailableException away = new StrategyUnavailableException("the bucket is <away>");
        assertThatThrownBy(() -> recorder.around(copying(away)).copy(request, result))
                .isSameAs(away);
        assertThat(only().outcome()).isEqualTo(Outcome.DONE);
        assertThat(only().backupProblem()).hasValue("the bucket is <away>");
        assertThat(recorder.report().allDone()).isFalse();
        assertThat(recorder.report().toHtml())
                .contains("The output is there", "1 output is not backed up", "the bucket is &lt;away&gt;");
        assertThat(recorder.report().toJson()).contains("\"backupProblem\":\"the bucket is <away>\"");
    }

    @Test
    void copiesOfABatchThatFail_areInTheReport() {
        BatchMerge.Builder batch = BatchMerge.by(recorder.around(new Night.Local()))
                .merge("audusd", Night.request("audusd"))
                .merge("eurusd", Night.request("eurusd"))
                .backup(copying(new StrategyUnavailableException("the bucket is away")));
        recorder.ended(batch.build().run());
        assertThat(recorder.report().merges())
                .allSatisfy(merge -> assertThat(merge.backupProblem()).hasValue("the bucket is away"));
        assertThat(recorder.report().allDone()).isFalse();
        assertThat(recorder.report().toHtml()).contains("2 outputs are not backed up");
    }

    @Test
    void errorOfTheMachine_isInTheReportToo() {
        MergeStrategy dying = recorder.around(ScriptedStrategy.named("dying").throwing(new OutOfMemoryError("heap")));
        assertThatThrownBy(() -> dying.merge(Night.request("audusd"))).isInstanceOf(OutOfMemoryError.class);
        assertThat(only().failure().orElseThrow().type()).isEqualTo("OutOfMemoryError");
    }

    @Test
    void everyTryOfAChain_isInTheReport() {
        MergePolicy chain = MergePolicy.of(
                ScriptedStrategy.named("frugal").breaching(Resource.MEMORY),
                ScriptedStrategy.named("refusing").refusing("no"),
                ScriptedStrategy.named("generous"));
        recorder.around(chain).merge(Night.request("audusd"));
        assertThat(only().attempts())
                .extracting(dev.marquetry.Attempt::strategy)
                .containsExactly("frugal", "refusing", "generous");
    }

    @Test
    void estimateThatWasMade_isNotAskedForAgain_andOneThatFailsIsNotInTheWay() {
        ScriptedStrategy scripted = ScriptedStrategy.named("a");
        MergeStrategy recorded = recorder.around(scripted);
        recorded.estimate(Night.request("audusd"));
        assertThat(only().outcome()).isEqualTo(Outcome.NOT_BEGUN);
        recorded.merge(Night.request("audusd"));
        assertThat(scripted.calls()).containsExactly(Call.ESTIMATE, Call.MERGE);
        assertThat(only().estimate()).isPresent();

        MergeRecorder second = new MergeRecorder();
        second.around(ScriptedStrategy.named("b").estimating(builder -> {
                    throw new StrategyUnavailableException("no network");
                }))
                .merge(Night.request("eurusd"));
        assertThat(second.report().merges().get(0).outcome()).isEqualTo(Outcome.DONE);
        assertThat(second.report().merges().get(0).estimateProblem()).hasValue("no network");
    }

    @Test
    void mergeThatWasForeseenToFail_isNotBegunForThatReason() {
        recorder.around(ScriptedStrategy.named("a").predictingBreach(Resource.MEMORY))
                .estimate(Night.request("audusd"));
        assertThat(only().reason()).contains("memory limit");
        assertThat(recorder.report().toHtml()).contains("Not merged");
    }

    @Test
    void mergesSideBySide_areApart_andOneThatRunsIsRunning() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int memory = 10 + i;
            MergeStrategy recorded = recorder.around(telling(listener -> {
                listener.onSample(sample(1, memory, 1, 1));
                begun.countDown();
                await(end);
            }));
            String pair = Night.PAIRS.get(i);
            threads.add(new Thread(() -> recorded.merge(Night.request(pair))));
        }
        threads.forEach(Thread::start);
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(recorder.report().merges()).extracting(MergeReport::outcome).containsOnly(Outcome.RUNNING);
        end.countDown();
        for (Thread thread : threads) {
            thread.join(30_000);
        }
        assertThat(recorder.report().merges())
                .extracting(merge -> merge.points().get(0).memoryBytes())
                .containsExactlyInAnyOrder(10L, 11L);
        assertThat(recorder.report().allDone()).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
