/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.marquetry.Attempt;
import dev.marquetry.Attempt.Outcome;
import dev.marquetry.CostEstimate;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.OutcomeUnknownException;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process for each merge: what it returns, and what becomes of every way in which it can end. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(120)
class IsolatedLocalStrategyTest {
    private static final ResourceLimits LIMITS =
            ResourceLimits.builder().threads(2).build();

    @TempDir
    Path root;

    private Folder folder;
    private MergeRequest request;
    private Set<Long> childrenBefore;

    @BeforeEach
    void writeFiles() throws IOException {
        folder = Folder.in(root);
        folder.big(12, 3, 500);
        request = MergeRequest.onKey("key")
                .spine(folder.file("spine.parquet"))
                .features(root.resolve("in"), "*.parquet")
                .writeTo(folder.output());
        childrenBefore = children();
    }

    @AfterEach
    void noProcessIsLeft() {
        assertThat(children()).isEqualTo(childrenBefore);
    }

    private static Set<Long> children() {
        return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    private long worker() {
        return children().stream()
                .filter(pid -> !childrenBefore.contains(pid))
                .findFirst()
                .orElseThrow();
    }

    private static IsolatedLocalStrategy.Builder strategy() {
        return IsolatedLocalStrategy.builder(LIMITS).reportingEvery(1);
    }

    /** Returns a listener that does {@code what} to the worker at the first event in MOVE. */
    private ProgressListener inMove(What what) {
        AtomicBoolean done = new AtomicBoolean();
        return progress -> {
            if (progress.phase() == Phase.MOVE && done.compareAndSet(false, true)) {
                what.happens(ProcessHandle.of(worker()).orElseThrow());
            }
        };
    }

    private interface What {
        void happens(ProcessHandle worker);
    }

    /** Returns a script that stands in for the java executable. */
    private Path java(String... lines) throws IOException {
        Path script = root.resolve("java.sh");
        Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    private static String realJava() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    @Test
    void merge_givesTheBytesOfALocalOne_andTellsAllOfIt() throws IOException {
        List<Progress> events = new ArrayList<>();
        MergeResult isolated = strategy().build().merge(request, events::add);
        byte[] bytes = Files.readAllBytes(folder.output());
        Files.delete(folder.output());
        MergeResult local = LocalArrowStrategy.within(LIMITS).merge(request);

        assertThat(bytes).isEqualTo(Files.readAllBytes(folder.output()));
        assertThat(isolated.strategy()).isEqualTo("isolated-local");
        assertThat(isolated.featureMatches()).isEqualTo(local.featureMatches()).hasSize(12);
        assertThat(isolated.chunks()).isEqualTo(local.chunks());
        assertThat(isolated.peakMemoryBytes()).isPresent();
        assertThat(events).extracting(Progress::phase).contains(Phase.ALIGN, Phase.MOVE, Phase.PUBLISH);
    }

    @Test
    void estimate_isThatOfALocalOne_andSaysHowTheProcessIsHeldDown() throws IOException {
        CostEstimate isolated = strategy().build().estimate(request);
        CostEstimate local = LocalArrowStrategy.within(LIMITS).estimate(request);
        assertThat(isolated.fits()).isTrue();
        assertThat(isolated.rows()).isEqualTo(local.rows());
        assertThat(isolated.columns()).isEqualTo(local.columns());
        assertThat(isolated.checks())
                .last()
                .satisfies(check -> assertThat(check.detail()).contains("heap of 672.0 MiB, ceiling "));
        folder.assertNothingLeft();
    }

    @Test
    void killedWorker_isABreachOfMemory_andAPolicyFallsBack() throws IOException {
        LimitBreachException breach = catchThrowableOfType(
                LimitBreachException.class,
                () -> strategy().build().merge(request, inMove(ProcessHandle::destroyForcibly)));
        assertThat(breach.breach().resource()).isEqualTo(Resource.MEMORY);
        assertThat(breach.breach().phase()).isEqualTo(Phase.MOVE);
        assertThat(breach).hasMessageContaining("was killed (signal 9)");
        folder.assertNothingLeft();

        MergeStrategy chain = MergePolicy.of(strategy().build(), LocalArrowStrategy.within(LIMITS));
        MergeResult result = chain.merge(request, inMove(ProcessHandle::destroyForcibly));
        assertThat(result.attempts()).extracting(Attempt::outcome).containsExactly(Outcome.BREACHED, Outcome.SUCCEEDED);
        folder.assertOutputFolderHolds(folder.output());
    }

    @Test
    void workerThatSomebodyElseEnds_isAFailure_andLeavesNothing() throws IOException {
        assertThatThrownBy(() -> strategy().build().merge(request, inMove(ProcessHandle::destroy)))
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("was told to end by somebody else while moving");
        folder.assertNothingLeft();
    }

    @Test
    void heapThatDoesNotDo_isABreachOfMemory() throws IOException {
        assertThatThrownBy(() -> strategy().heap(MemorySize.mib(4)).build().merge(request))
                .isInstanceOf(LimitBreachException.class)
                .hasMessageContaining("ran out of memory");
        folder.assertNothingLeft();
    }

    @Test
    void heapThatDoesNotDo_isAPredictedBreach() throws IOException {
        CostEstimate estimate = strategy().heap(MemorySize.mib(4)).build().estimate(request);
        assertThat(estimate.predictedBreaches())
                .singleElement()
                .satisfies(breach -> assertThat(breach.resource()).isEqualTo(Resource.MEMORY));
        folder.assertNothingLeft();
    }

    /** With a floor of free memory there is no memory group: then the data segment is what is limited. */
    private static IsolatedLocalStrategy.Builder strategy(boolean groupAllowed) {
        ResourceLimits.Builder limits = ResourceLimits.builder().threads(2);
        return IsolatedLocalStrategy.builder(
                (groupAllowed ? limits : limits.minFreeSystemMemory(MemorySize.kib(1))).build());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @EnabledOnOs(OS.LINUX)
    void processThatTheSystemHoldsDownTooFar_isABreachOfMemory(boolean groupAllowed) throws IOException {
        IsolatedLocalStrategy small = strategy(groupAllowed)
                .heap(MemorySize.mib(12))
                .jvmAllowance(MemorySize.mib(1))
                .build();
        LimitBreachException breach = catchThrowableOfType(LimitBreachException.class, () -> small.merge(request));
        assertThat(breach.breach().resource()).isEqualTo(Resource.MEMORY);
        assertThat(breach).hasMessageContaining("its worker process");
        folder.assertNothingLeft();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void withoutAMemoryGroup_theDataSegmentIsLimited_andThereIsRoomToMerge() {
        IsolatedLocalStrategy held = strategy(false).build();
        assertThat(held.estimate(request).checks())
                .last()
                .satisfies(check -> assertThat(check.detail()).endsWith(" by RLIMIT_DATA"));
        assertThat(held.merge(request).rows()).isEqualTo(500);
    }

    @Test
    void workerThatHangs_isEndedWhenTimeIsUp() throws IOException {
        IsolatedLocalStrategy hurried = IsolatedLocalStrategy.builder(ResourceLimits.builder()
                        .maxElapsed(Duration.ofSeconds(4))
                        .build())
                .reportingEvery(1)
                .build();
        long begin = System.nanoTime();
        LimitBreachException breach = catchThrowableOfType(
                LimitBreachException.class, () -> hurried.merge(request, inMove(IsolatedLocalStrategyTest::freeze)));
        assertThat(breach.breach().resource()).isEqualTo(Resource.ELAPSED);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(40));
        folder.assertNothingLeft();
    }

    private static void freeze(ProcessHandle worker) {
        try {
            new ProcessBuilder("kill", "-STOP", String.valueOf(worker.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void javaThatIsNotThere_isUnavailable() {
        Path nowhere = root.resolve("no-such-java");
        assertThatThrownBy(() -> strategy().java(nowhere).build().merge(request))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("no-such-java");
        assertThatThrownBy(() -> strategy().java(nowhere).build().estimate(request))
                .isInstanceOf(StrategyUnavailableException.class);
    }

    @Test
    void classPathWithoutTheWorker_isUnavailable() {
        assertThatThrownBy(() -> strategy().classPath(List.of(root)).build().merge(request))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("MergeWorker");
    }

    @Test
    void whatElseIsWrittenToStandardOutput_isPassedOver() throws IOException {
        Path chatty = java("echo hello", "printf 'no end of line'", "exec '" + realJava() + "' \"$@\"");
        assertThat(strategy().java(chatty).build().merge(request).rows()).isEqualTo(500);
    }

    @Test
    void floodOfRubbish_harmsNobody() throws IOException {
        Path mad = java("head -c 200000000 /dev/zero");
        assertThatThrownBy(() -> strategy().java(mad).build().merge(request))
                .isInstanceOf(StrategyUnavailableException.class);
        folder.assertNothingLeft();
    }

    @Test
    void eventsThatCanNotBeUnderstood_areAFailure() throws IOException {
        Path strange = java("echo '{\"marquetry\":99}'", "exec sleep 60");
        assertThatThrownBy(() -> strategy().java(strange).build().merge(request))
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("can not be understood");
    }

    @Test
    @EnabledOnOs(OS.LINUX) // sed's Q is GNU's
    void outputThatWasPublishedBeforeTheWorkerDied_isASuccessWithAWarning() throws IOException {
        Path forgetful = java("'" + realJava() + "' \"$@\" | { sed -u '/\"event\":\"result\"/Q'; kill -9 $$; }");
        MergeResult result = strategy().java(forgetful).build().merge(request);
        assertThat(result.rows()).isEqualTo(500);
        assertThat(result.columns()).isEqualTo(1 + 13 * 3);
        assertThat(result.outputBytes()).isEqualTo(Files.size(folder.output()));
        assertThat(result.inputBytes()).isPositive();
        assertThat(result.warnings()).singleElement().asString().contains("had published the output");
    }

    @Test
    void fileThatCameFromSomewhereElseMeanwhile_leavesTheOutcomeUnknown() {
        assertThatThrownBy(() -> strategy().build().merge(request, inMove(worker -> {
                    write("somebody else's");
                    worker.destroyForcibly();
                })))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("look at it");
        assertThat(folder.output()).hasContent("somebody else's");
    }

    private void write(String content) {
        try {
            Files.writeString(folder.output(), content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void listenerThatThrowsAnError_leavesNoProcess() throws IOException {
        assertThatThrownBy(() -> strategy().build().merge(request, progress -> {
                    throw new AssertionError("as the test wants");
                }))
                .isInstanceOf(AssertionError.class);
        folder.assertNothingLeft();
    }

    @Test
    void pool_keepsAWorkerForTheNextMerge_untilClosed() throws IOException {
        List<Long> workers = new ArrayList<>();
        try (WorkerPool pool = WorkerPool.keeping(1)) {
            for (int merge = 0; merge < 3; merge++) {
                Files.deleteIfExists(folder.output());
                MergeStrategy pooled = strategy().pool(pool).build();
                assertThat(pooled.merge(request).rows()).isEqualTo(500);
                workers.add(worker());
            }
            assertThat(children()).hasSize(childrenBefore.size() + 1);
        }
        assertThat(workers).containsOnly(workers.get(0));
    }

    @Test
    void workerThatDiedWhileIdle_isReplaced() throws IOException {
        try (WorkerPool pool = WorkerPool.keeping(1)) {
            MergeStrategy pooled = strategy().pool(pool).build();
            pooled.merge(request);
            ProcessHandle idle = ProcessHandle.of(worker()).orElseThrow();
            idle.destroyForcibly();
            idle.onExit().join();
            Files.delete(folder.output());
            assertThat(pooled.merge(request).rows()).isEqualTo(500);
        }
    }
}
