/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FileMoves;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.ResourceSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a merge behaves while it runs: progress, samples, interruption, changing inputs, merges side by side. */
abstract class ConductClaims extends Claims {
    private static final int FEATURES = 60;
    private static final int ROWS = 300;

    ConductClaims(MergeStrategyContract contract) {
        super(contract);
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private MergeRequest request() {
        return builder().writeTo(output);
    }

    private MergeRequest.Builder builder() {
        Path spine =
                Fixtures.table("spine").key("ts", LongStream.range(0, ROWS)).writeTo(in);
        List<Path> features = new ArrayList<>();
        for (int file = 0; file < FEATURES; file++) {
            int step = file % 3 == 0 ? 1 : -1;
            LongStream keys = LongStream.range(0, ROWS).map(key -> step > 0 ? key : ROWS - 1 - key);
            features.add(Fixtures.table("f" + file)
                    .key("ts", keys)
                    .column(
                            "v" + file,
                            DoubleStream.iterate(file, value -> value + 0.25).limit(ROWS))
                    .writeTo(in));
        }
        return onTs(spine, paths(features));
    }

    private static boolean isBeforePublish(Progress progress) {
        return progress.phase() == Phase.ALIGN || progress.phase() == Phase.MOVE;
    }

    @Test
    final void progress_neverGoesBackAndEndsAtItsTotals() throws IOException {
        List<Progress> events = new ArrayList<>();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        MergeResult result = mergeForResult(strategy(), request(), progress -> {
            overlaps.addAndGet(inside.getAndIncrement());
            events.add(progress);
            inside.decrementAndGet();
        });

        assertThat(overlaps).as("concurrent calls of the listener").hasValue(0);
        assertThat(events).as("events in ALIGN or MOVE").anyMatch(ConductClaims::isBeforePublish);
        for (int i = 1; i < events.size(); i++) {
            Progress before = events.get(i - 1);
            Progress after = events.get(i);
            String what = before + "\n then " + after;
            assertThat(after.filesDone()).as(what).isGreaterThanOrEqualTo(before.filesDone());
            assertThat(after.columnsDone()).as(what).isGreaterThanOrEqualTo(before.columnsDone());
            assertThat(after.bytesDone()).as(what).isGreaterThanOrEqualTo(before.bytesDone());
            assertThat(after.elapsed()).as(what).isGreaterThanOrEqualTo(before.elapsed());
        }
        for (Progress event : events) {
            assertThat(event.filesDone()).as(event.toString()).isLessThanOrEqualTo(FEATURES + 1);
            assertThat(event.columnsDone()).as(event.toString()).isLessThanOrEqualTo(FEATURES + 1);
        }
        Progress last = events.get(events.size() - 1);
        assertThat(last.filesTotal()).isEqualTo(FEATURES + 1);
        assertThat(last.filesDone()).isEqualTo(last.filesTotal());
        assertThat(last.columnsTotal()).isEqualTo(result.columns()).isEqualTo(FEATURES + 1);
        assertThat(last.columnsDone()).isEqualTo(last.columnsTotal());
        assertThat(last.bytesTotal()).isPositive();
        assertThat(last.bytesDone()).isEqualTo(last.bytesTotal());
    }

    @Test
    final void samples_keepTheMemoryLimit_andComeOneAtATimeWithProgress() throws IOException {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        List<ResourceSample> samples = new CopyOnWriteArrayList<>();
        mergeForResult(strategy(), request(), new ProgressListener() {
            @Override
            public void onProgress(Progress progress) {
                overlaps.addAndGet(inside.getAndIncrement());
                inside.decrementAndGet();
            }

            @Override
            public void onSample(ResourceSample sample) {
                overlaps.addAndGet(inside.getAndIncrement());
                samples.add(sample);
                inside.decrementAndGet();
            }
        });

        assertThat(overlaps).as("concurrent calls of the listener").hasValue(0);
        for (ResourceSample sample : samples) {
            String what = sample.toString();
            assertThat(sample.memoryBytes())
                    .as(what)
                    .isBetween(0L, sample.memoryLimitBytes().orElse(Long.MAX_VALUE));
            assertThat(sample.heapBytes()).as(what).isPositive();
            assertThat(sample.bytesMoved()).as(what).isNotNegative();
            assertThat(sample.elapsed()).as(what).isGreaterThanOrEqualTo(Duration.ZERO);
        }
    }

    @Test
    final void movesOfFiles_areThoseOfTheSpineAndEveryFeatureFile_andAddUpToAllChunks() throws IOException {
        MergeRequest request = request();
        MergeResult result = mergeForResult(strategy(), request, ProgressListener.none());
        if (result.fileMoves().isEmpty()) {
            return; // a strategy that moves no chunks, or does not tell
        }
        List<String> names = new ArrayList<>(List.of("spine.parquet"));
        request.featureFiles().forEach(file -> names.add(MergeRequest.fileName(file)));
        assertThat(result.fileMoves()).extracting(FileMoves::file).containsExactlyElementsOf(names);
        Map<Move, Long> sum = new EnumMap<>(Move.class);
        for (FileMoves file : result.fileMoves()) {
            assertThat(file.bytes()).as(file.file()).isPositive();
            assertThat(file.busy()).as(file.file()).isPositive();
            assertThat(file.chunks().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .as("chunks of %s, which gives one column", file.file())
                    .isPositive();
            file.chunks().forEach((move, count) -> sum.merge(move, count, Long::sum));
        }
        assertThat(sum).isEqualTo(result.chunks());
    }

    @Test
    final void listenerThatThrows_changesNothing() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        Table wide = merge(strategy(), request(), progress -> {
            calls.incrementAndGet();
            throw new IllegalStateException("listener failed as the test wants");
        });

        assertThat(calls).hasPositiveValue();
        assertThat(wide.columns()).hasSize(FEATURES + 1);
        assertThat(wide.values("v3").get(1)).isEqualTo(3.25);
    }

    @Test
    final void name_isStable() {
        assertThat(strategy().name()).isNotBlank().isEqualTo(strategy().name());
    }

    @Test
    final void interruptBefore_cancelsAndKeepsTheFlag() throws IOException {
        MergeRequest request = request();
        MergeStrategy strategy = strategy();
        failure(MergeCancelledException.class, () -> {
            Thread.currentThread().interrupt();
            mergeInterrupted(strategy, request, ProgressListener.none());
        });

        assertThat(output).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"ALIGN", "MOVE"})
    final void interruptDuring_cancelsWithinFiveSecondsAndKeepsTheFlag(Phase phase) throws IOException {
        MergeRequest request = request();
        assumePhaseIsTold(request, phase);
        MergeStrategy strategy = strategy();
        Thread merging = Thread.currentThread();
        AtomicLong interrupted = new AtomicLong();
        failure(
                MergeCancelledException.class,
                () -> mergeInterrupted(strategy, request, progress -> {
                    if (progress.phase() == phase && interrupted.compareAndSet(0, System.nanoTime())) {
                        merging.interrupt();
                    }
                }));

        assertThat(Duration.ofNanos(System.nanoTime() - interrupted.get())).isLessThan(Duration.ofSeconds(5));
        assertThat(output).doesNotExist();
    }

    /** Leaves the test if the strategy does not tell about {@code phase}; one of ALIGN and MOVE it must. */
    private void assumePhaseIsTold(MergeRequest request, Phase phase) throws IOException {
        Set<Phase> told = EnumSet.noneOf(Phase.class);
        mergeForResult(strategy(), request, progress -> told.add(progress.phase()));
        Files.delete(output);
        assertThat(told).containsAnyOf(Phase.ALIGN, Phase.MOVE);
        Assumptions.assumeTrue(told.contains(phase), "the strategy tells nothing in " + phase);
    }

    /** Merges and, whatever comes of it, asserts that the interrupt flag is set, and clears it. */
    private static void mergeInterrupted(MergeStrategy strategy, MergeRequest request, ProgressListener progress) {
        try {
            strategy.merge(request, progress);
        } finally {
            assertThat(Thread.interrupted())
                    .as("interrupt flag after the merge")
                    .isTrue();
        }
    }

    @Test
    final void featureFileThatChangesMeanwhile_failsTheMerge() throws Throwable {
        needs(Capability.INPUT_CHANGES, () -> assertChangeIsNoticed("f" + (FEATURES - 1)));
    }

    @Test
    final void spineThatChangesMeanwhile_failsTheMerge() throws Throwable {
        needs(Capability.INPUT_CHANGES, () -> assertChangeIsNoticed("spine"));
    }

    private void assertChangeIsNoticed(String table) throws IOException {
        MergeRequest request = request();
        Set<String> before = contents().keySet();
        AtomicBoolean changed = new AtomicBoolean();
        Throwable thrown = catchThrowable(() -> strategy().merge(request, progress -> {
            if (isBeforePublish(progress) && changed.compareAndSet(false, true)) {
                Fixtures.table(table).key("ts", LongStream.range(0, 2 * ROWS)).writeTo(in);
            }
        }));

        assertThat(changed).as("a chance to change a file in ALIGN or MOVE").isTrue();
        assertThat(contents().keySet()).as("files after a failed merge").isEqualTo(before);
        assertThat(thrown).isInstanceOf(InvalidInputException.class).hasMessageContaining(table + ".parquet");
    }

    @Test
    final void twoMergesAtOnce_doNotDisturbEachOther() throws Exception {
        MergeRequest.Builder request = builder();
        MergeStrategy strategy = strategy();
        CyclicBarrier bothAreRunning = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<MergeResult>> merges = new ArrayList<>();
            for (String name : List.of("left", "right")) {
                AtomicBoolean met = new AtomicBoolean();
                merges.add(threads.submit(() ->
                        strategy.merge(request.writeTo(output.resolveSibling(name + ".parquet")), progress -> {
                            if (isBeforePublish(progress) && met.compareAndSet(false, true)) {
                                await(bothAreRunning);
                            }
                        })));
            }
            for (Future<MergeResult> merge : merges) {
                assertThat(merge.get(60, TimeUnit.SECONDS).rows()).isEqualTo(ROWS);
            }
        } finally {
            threads.shutdownNow();
        }
        Table left = Tables.read(output.resolveSibling("left.parquet")).checkMetadata();
        Table right = Tables.read(output.resolveSibling("right.parquet")).checkMetadata();
        assertThat(left.columns()).hasSize(FEATURES + 1).isEqualTo(right.columns());
        for (String column : left.columns()) {
            assertThat(right.exact(column)).as(column).isEqualTo(left.exact(column));
        }
        assertThat(left.values("v3")).startsWith(3.0, 3.25);
        assertThat(left.values("v4")).endsWith(4.25, 4.0);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("merges do not run at once; that is allowed", e);
        }
    }

    @Test
    final void sameRequestTwice_givesTheSameBytes() throws Throwable {
        needs(Capability.REPRODUCIBLE_BYTES, () -> {
            MergeRequest request =
                    builder().onExistingOutput(ExistingOutput.REPLACE).writeTo(output);
            merge(request);
            byte[] first = Files.readAllBytes(output);
            merge(request);

            assertThat(Files.readAllBytes(output)).isEqualTo(first);
        });
    }

    @Test
    final void threadsAndBudget_doNotChangeTheBytes() throws Throwable {
        needs(Capability.REPRODUCIBLE_BYTES, () -> {
            MergeRequest request =
                    builder().onExistingOutput(ExistingOutput.REPLACE).writeTo(output);
            ResourceLimits small = ResourceLimits.builder()
                    .maxMemory(MemorySize.mib(48))
                    .threads(1)
                    .build();
            ResourceLimits large = ResourceLimits.builder()
                    .maxMemory(MemorySize.gib(1))
                    .threads(4)
                    .build();
            merge(strategy(small), request, ProgressListener.none());
            byte[] first = Files.readAllBytes(output);
            merge(strategy(large), request, ProgressListener.none());

            assertThat(Files.readAllBytes(output)).isEqualTo(first);
        });
    }
}
