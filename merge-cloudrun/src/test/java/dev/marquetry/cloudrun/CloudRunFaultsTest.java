/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.cloudrun.loopback.LoopbackRun;
import dev.marquetry.loopback.ApiCall;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong in the cloud: the right exception, nothing half visible, nothing left there or here. */
@Timeout(120)
class CloudRunFaultsTest {
    private static Clouds clouds;

    @TempDir
    Path folder;

    private Pair pair;

    @BeforeAll
    static void start() throws IOException {
        clouds = Clouds.warm();
    }

    @AfterAll
    static void stop() {
        clouds.close();
    }

    @BeforeEach
    void write() throws IOException {
        pair = new Pair(folder, 3, 4);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        clouds.run().clearFaults();
        clouds.run().letContainersRun();
        clouds.run().job(LoopbackRun.JOB, "2", "1Gi", Duration.ofMinutes(10), 0);
        clouds.objects().faults().clear();
        assertThat(clouds.objects().objects()).isEmpty();
        assertThat(clouds.run().running()).isZero();
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf("wide.parquet", "expected.parquet");
        }
        assertThat(Thread.interrupted()).isFalse();
    }

    private MergeStrategy strategy() {
        return clouds.strategy().build();
    }

    /** Merges over an old output, and returns what was thrown; the old output must still be there. */
    private <E extends MergeException> E failure(Class<E> kind, MergeStrategy strategy, ProgressListener progress)
            throws IOException {
        Files.writeString(pair.output(), "old");
        Throwable thrown = catchThrowable(() -> strategy.merge(pair.request(), progress));
        assertThat(pair.output()).hasContent("old");
        assertThat(thrown).isInstanceOf(kind);
        return kind.cast(thrown);
    }

    /** Returns a listener that has something done once the execution runs. */
    private static ProgressListener whenItRuns(Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return progress -> {
            if (progress.detail().orElse("").contains("starting") && done.compareAndSet(false, true)) {
                Thread waiting = new Thread(() -> {
                    while (clouds.run().running() == 0) {
                        Thread.onSpinWait();
                    }
                    action.run();
                });
                waiting.setDaemon(true);
                waiting.start();
            }
        };
    }

    private <E extends MergeException> E failure(Class<E> kind) throws IOException {
        return failure(kind, strategy(), ProgressListener.none());
    }

    @Test
    void everyKindOfCallThatFailsOnce_isMadeAgain() {
        clouds.run().fault("GET .*/jobs/[^/]+").answer(503, "later");
        clouds.run().fault("POST .*:run").answer(503, "later");
        clouds.run().fault("GET .*/executions/[^/]+").answer(503, "later");
        clouds.run().fault("GET .*/tasks").answer(429, "later");
        clouds.objects().faults().onEachKind().answer(503);
        strategy().merge(pair.request());

        pair.assertMerged();
    }

    @Test
    void lostReplyToRun_mergesOnce() {
        int before = clouds.run().executions();
        clouds.run().fault("POST .*:run").loseReply();
        strategy().merge(pair.request());

        pair.assertMerged();
        assertThat(clouds.run().executions() - before).isEqualTo(1);
    }

    @Test
    void brokenDownload_goesOn() {
        clouds.objects().faults().on(ApiCall.OBJECTS_DOWNLOAD).cutAfter(100).first(3);
        strategy().merge(pair.request());

        pair.assertMerged();
    }

    @Test
    void uploadThatBreaksOff_goesOn() {
        clouds.objects().faults().on(ApiCall.UPLOAD_CHUNK).loseReply().first(2);
        strategy().merge(pair.request());

        pair.assertMerged();
    }

    @Test
    void uploadThatIsNeverTaken_isUnavailable() throws IOException {
        clouds.objects()
                .faults()
                .on(ApiCall.UPLOAD_CHUNK, ApiCall.UPLOAD_START)
                .answer(503)
                .always();

        assertThat(failure(StrategyUnavailableException.class)).hasMessageContaining("kept failing");
    }

    @Test
    void killedContainer_isABreachOfMemory() throws IOException {
        clouds.run().killContainersWith(137);
        LimitBreachException breach = failure(LimitBreachException.class);

        assertThat(breach.breach().resource()).isEqualTo(Resource.MEMORY);
        assertThat(breach.breach().limit()).isEqualTo(1L << 30);
        assertThat(breach).hasMessageContaining("job merge").hasMessageContaining("137");
        assertThat(breach.cost()).isPositive();
    }

    @Test
    void abortedJvm_isABreachOfMemory() throws IOException {
        clouds.run().killContainersWith(134);

        assertThat(failure(LimitBreachException.class).breach().resource()).isEqualTo(Resource.MEMORY);
    }

    @Test
    void imageThatIsNotTheWorkers_isNamed() throws IOException {
        clouds.run().killContainersWith(0);

        assertThat(failure(MergeFailedException.class)).hasMessageContaining("registry.invalid/marquetry/worker");
    }

    @Test
    void containerThatExits_failsWithItsCode() throws IOException {
        clouds.run().killContainersWith(7);

        assertThat(failure(MergeFailedException.class)).hasMessageContaining("exit code 7");
    }

    @Test
    void jobThatIsNotThere_isUnavailable() throws IOException {
        clouds.run()
                .fault("GET .*/jobs/merge")
                .answer(404, "Resource 'merge' was not found.")
                .always();

        assertThat(failure(StrategyUnavailableException.class)).hasMessageContaining("is not there");
    }

    @Test
    void permissionThatIsMissing_isNamed() throws IOException {
        clouds.run()
                .fault("POST .*:run")
                .answer(403, "Permission 'run.jobs.runWithOverrides' denied")
                .always();

        assertThat(failure(StrategyUnavailableException.class)).hasMessageContaining("run.jobs.runWithOverrides");
    }

    @Test
    void jobWithRetries_isRefusedBeforeAnythingIsSent() throws IOException {
        clouds.run().job(LoopbackRun.JOB, "2", "1Gi", Duration.ofMinutes(10), 3);
        int before = clouds.objects().calls().size();

        assertThat(strategy().estimate(pair.request()).refusals()).hasSize(1);
        assertThat(failure(StrategyUnavailableException.class)).hasMessageContaining("--max-retries=0");
        assertThat(clouds.objects()
                        .calls()
                        .subList(before, clouds.objects().calls().size()))
                .noneMatch(call -> call.is(ApiCall.UPLOAD_START));
    }

    @Test
    void containerThatIsTooSmall_breachesBeforeAnythingIsSent() throws IOException {
        clouds.run().job(LoopbackRun.JOB, "1", "44Mi", Duration.ofMinutes(10), 0);

        assertThat(strategy().estimate(pair.request()).predictedBreaches())
                .anyMatch(breach ->
                        breach.resource() == Resource.MEMORY && breach.where().contains("job merge"));
        assertThat(failure(LimitBreachException.class).cost()).isZero();
    }

    @Test
    void badInput_isWhatTheWorkerSaysOfIt() throws IOException {
        Fixtures.table("f1").key("ts", 3, 3, 5).column("f1_0", 1.0, 2.0, 3.0).writeTo(folder.resolve("in"));

        assertThat(failure(InvalidInputException.class))
                .hasMessageContaining("f1.parquet")
                .hasMessageContaining("3");
    }

    @Test
    void executionThatSomebodyCancels_failsAndIsNoCancellationOfOurs() throws IOException {
        clouds.run().job(LoopbackRun.JOB, "2", "1Gi", Duration.ofMinutes(10), 0);
        clouds.objects()
                .faults()
                .on(ApiCall.OBJECTS_DOWNLOAD)
                .delay(Duration.ofSeconds(3))
                .always();
        MergeException failure =
                failure(MergeFailedException.class, strategy(), whenItRuns(clouds.run()::cancelRunning));

        assertThat(failure).hasMessageContaining("cancelled by somebody else");
    }

    @Test
    void limitOnTime_cancelsTheExecution() throws IOException {
        clouds.objects()
                .faults()
                .on(ApiCall.OBJECTS_DOWNLOAD)
                .delay(Duration.ofSeconds(3))
                .always();
        MergeStrategy strategy = clouds.strategy()
                .within(ResourceLimits.builder()
                        .maxElapsed(Duration.ofSeconds(4))
                        .build())
                .build();

        assertThat(failure(LimitBreachException.class, strategy, ProgressListener.none())
                        .breach()
                        .resource())
                .isEqualTo(Resource.ELAPSED);
    }

    @Test
    void taskTimeout_isABreachOfTime() throws IOException {
        clouds.objects()
                .faults()
                .on(ApiCall.OBJECTS_DOWNLOAD)
                .delay(Duration.ofSeconds(3))
                .always();
        MergeStrategy strategy =
                clouds.strategy().taskTimeout(Duration.ofSeconds(1)).build();

        assertThat(failure(LimitBreachException.class, strategy, ProgressListener.none())
                        .breach()
                        .resource())
                .isEqualTo(Resource.ELAPSED);
    }

    @Test
    void interruptWhileTheContainerRuns_cancelsIt() throws IOException {
        clouds.objects()
                .faults()
                .on(ApiCall.OBJECTS_DOWNLOAD)
                .delay(Duration.ofSeconds(3))
                .always();
        Thread merging = Thread.currentThread();
        int before = clouds.run().cancelled();
        failure(MergeCancelledException.class, strategy(), whenItRuns(merging::interrupt));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(clouds.run().cancelled() - before).isEqualTo(1);
    }

    @Test
    void stagedInputThatSomebodyDeletes_failsByName() throws IOException {
        AtomicBoolean deleted = new AtomicBoolean();
        MergeException failure = failure(MergeException.class, strategy(), progress -> {
            if (progress.detail().orElse("").contains("starting") && deleted.compareAndSet(false, true)) {
                for (String object : List.copyOf(clouds.objects().objects())) {
                    if (object.endsWith("f2.parquet")) {
                        String name = object.substring("gs://staging/".length());
                        clouds.storage().delete("staging", name);
                    }
                }
            }
        });

        assertThat(failure).hasMessageContaining("f2.parquet");
    }

    @Test
    void smallMemoryHere_isEnoughForALargeContainer() {
        MergeStrategy strategy = clouds.strategy()
                .within(ResourceLimits.builder().maxMemory(MemorySize.mib(1)).build())
                .build();
        strategy.merge(pair.request());

        pair.assertMerged();
    }
}
