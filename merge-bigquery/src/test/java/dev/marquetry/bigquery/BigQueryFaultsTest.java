/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.loopback.ApiCall;
import dev.marquetry.loopback.LoopbackCloud;
import dev.marquetry.loopback.RecordedJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever goes wrong on the other side ends in the right table or the right exception, and nothing is left there. */
@Timeout(60)
class BigQueryFaultsTest {
    private static final int FILES = 4;

    /** What an undisturbed merge bills: five tables of ten mebibytes, the least that a table is billed as. */
    private static final long BILLED = 5 * (10L << 20);

    @TempDir
    private Path folder;

    private LoopbackCloud cloud;
    private Pair pair;

    @BeforeEach
    void start() throws IOException {
        cloud = Loopback.start().rowsPerShard(50);
        pair = new Pair(folder, FILES, 4);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        try (LoopbackCloud used = cloud;
                Stream<Path> published = Files.list(folder.resolve("out"))) {
            assertThat(used.datasets()).isEmpty();
            assertThat(used.objects()).isEmpty();
            assertThat(used.openJobs()).isEmpty();
            assertThat(published.map(file -> file.getFileName().toString()))
                    .isSubsetOf("wide.parquet", "expected.parquet");
        }
    }

    private void merge() {
        Loopback.strategy(cloud).build().merge(pair.request());
    }

    private <E extends Throwable> E failure(Class<E> kind) {
        E failure = catchThrowableOfType(kind, this::merge);
        assertThat(failure).isNotNull();
        assertThat(pair.output()).doesNotExist();
        return failure;
    }

    @Test
    void serverErrorOnceAtEveryCall_isTriedAgain() {
        cloud.faults().onEachKind().answer(503);
        merge();

        pair.assertMerged();
        assertThat(cloud.billedBytes()).isEqualTo(BILLED);
    }

    @Test
    void tooManyRequestsOnceAtEveryCall_areTriedAgain() {
        cloud.faults().onEachKind().refuse(429, "rateLimitExceeded", "Too many requests");
        merge();

        pair.assertMerged();
        assertThat(cloud.billedBytes()).isEqualTo(BILLED);
    }

    @Test
    void serviceThatStaysDown_isUnavailable() {
        cloud.faults().on(ApiCall.JOBS_INSERT).answer(503).always();

        assertThat(failure(StrategyUnavailableException.class)).hasMessageContaining("the service kept failing");
        assertThat(cloud.billedBytes()).isZero();
    }

    @Test
    void lostReplyAfterAJobWasAccepted_runsNoJobTwice() {
        cloud.faults().on(ApiCall.JOBS_INSERT).loseReply().first(3);
        merge();

        pair.assertMerged();
        assertThat(cloud.jobs(RecordedJob.Kind.LOAD)).hasSize(FILES + 1);
        assertThat(cloud.jobs(RecordedJob.Kind.QUERY)).hasSize(1);
        assertThat(cloud.billedBytes()).isEqualTo(BILLED);
    }

    @Test
    void jobThatFailsOnceForSomethingThatPasses_isRunAgainUnderAnotherId() {
        cloud.faults().onJobs("mq-.*-join-.*").fail("backendError", "Try again");
        merge();

        pair.assertMerged();
        assertThat(cloud.jobs(RecordedJob.Kind.QUERY)).hasSize(2);
    }

    @Test
    void rateLimitOnLoadJobs_isWaitedOut() {
        cloud.faults()
                .onJobs("mq-.*-load-.*")
                .fail("jobRateLimitExceeded", "Exceeded rate limits: too many load jobs")
                .first(FILES);
        merge();

        pair.assertMerged();
    }

    @Test
    void jobThatFailsForGood_failsTheMerge() {
        cloud.faults()
                .onJobs("mq-.*-join-.*")
                .fail("invalidQuery", "Syntax error")
                .always();

        assertThat(failure(MergeFailedException.class)).hasMessageContaining("Syntax error");
        assertThat(cloud.jobs(RecordedJob.Kind.QUERY)).hasSize(1);
    }

    @Test
    void groupThatIsTooMuch_isHalvedUntilItIsNot() {
        cloud.faults().refuseJoinsOver(1);
        merge();

        pair.assertMerged();
        assertThat(cloud.jobs(RecordedJob.Kind.QUERY).stream().filter(RecordedJob::succeeded))
                .hasSize(FILES);
    }

    @Test
    void groupThatIsAlwaysTooMuch_failsTheMerge() {
        cloud.faults().refuseJoinsOver(0);

        assertThat(failure(MergeFailedException.class)).hasMessageContaining("a single column");
    }

    @Test
    void shardsOutOfOrder_areBroughtIntoOrder() {
        cloud.faults().onExports(".*").reverseShards().always();
        merge();

        pair.assertMerged();
    }

    @Test
    void emptyShard_doesNoHarm() {
        cloud.faults().onExports(".*").addEmptyShard().always();
        merge();

        pair.assertMerged();
    }

    @Test
    void missingShard_failsTheMerge() {
        cloud.faults().onExports(".*").loseShard(1).always();

        assertThat(failure(MergeFailedException.class)).hasMessageContaining("shard");
    }

    @Test
    void truncatedShard_failsTheMerge() {
        cloud.faults().onExports(".*").truncateShard(1).always();

        assertThat(failure(MergeFailedException.class)).hasMessageContaining("shard 1");
    }

    @Test
    void wrongChecksumOfAShard_failsTheMerge() {
        cloud.faults().wrongCrc32c(".*part-.*");

        assertThat(failure(MergeFailedException.class)).hasMessageContaining("CRC32C");
    }

    @Test
    void downloadThatBreaks_goesOnWhereItBroke() {
        cloud.faults().on(ApiCall.OBJECTS_DOWNLOAD).cutAfter(100).first(5);
        merge();

        pair.assertMerged();
    }

    @ParameterizedTest
    @EnumSource(
            value = ApiCall.class,
            names = {"DATASETS_INSERT", "JOBS_INSERT", "JOBS_GET", "UPLOAD_START", "OBJECTS_LIST", "OBJECTS_DOWNLOAD"})
    void missingPermission_isNamed(ApiCall call) {
        cloud.faults().deny(call);
        Throwable failure = catchThrowable(this::merge);

        assertThat(failure).isInstanceOf(StrategyUnavailableException.class).hasMessageContaining(call.permission());
        cloud.faults().clear();
        cleanWhatTheDeniedMergeCouldNot();
    }

    /** A merge that may not list may not find what to delete; it says so, and a sweep does it. */
    private void cleanWhatTheDeniedMergeCouldNot() {
        if (!cloud.objects().isEmpty()) {
            Loopback.storage(cloud).list("staging").iterateAll().forEach(left -> left.delete());
        }
    }

    @Test
    void jobThatDoesNotEnd_isCancelledAtItsDeadline() {
        cloud.faults().onJobs("mq-.*-join-.*").neverEnd().always();

        assertThatThrownBy(() -> Loopback.strategy(cloud)
                        .jobDeadline(Duration.ofMillis(300))
                        .build()
                        .merge(pair.request()))
                .isInstanceOf(MergeFailedException.class)
                .hasMessageMatching("(?s).*(did not end within|timed out).*"); // whoever sees it first
        assertThat(cloud.billedBytes()).isZero();
    }

    @Test
    void maxElapsed_cancelsTheJobsThatRun() {
        cloud.faults().onJobs("mq-.*-join-.*").neverEnd().always();
        ResourceLimits limits =
                ResourceLimits.builder().maxElapsed(Duration.ofSeconds(8)).build();

        assertThatThrownBy(() -> Loopback.within(cloud, limits).merge(pair.request()))
                .isInstanceOfSatisfying(
                        LimitBreachException.class,
                        e -> assertThat(e.breach().resource()).isEqualTo(Resource.ELAPSED));
        assertThat(cloud.cancelledJobs()).hasSize(1);
    }

    @Test
    void interrupt_cancelsTheJobsThatRun() {
        cloud.faults().onJobs("mq-.*-join-.*").neverEnd().always();
        Thread merging = Thread.currentThread();
        Thread watcher = new Thread(() -> {
            while (cloud.jobs(RecordedJob.Kind.QUERY).isEmpty()) {
                Thread.onSpinWait();
            }
            merging.interrupt();
        });
        watcher.start();

        assertThatThrownBy(this::merge).isInstanceOf(MergeCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(cloud.cancelledJobs()).hasSize(1);
    }

    @Test
    void whatCanNotBeDeleted_isNamedInTheResult() {
        cloud.faults().deny(ApiCall.DATASETS_DELETE);
        List<String> warnings =
                Loopback.strategy(cloud).build().merge(pair.request()).warnings();

        assertThat(warnings).singleElement().asString().contains("dataset marquetry_", "sweep");
        cloud.faults().clear();
        cloud.datasets()
                .forEach(dataset -> Loopback.bigQuery(cloud)
                        .delete(
                                com.google.cloud.bigquery.DatasetId.of(LoopbackCloud.PROJECT, dataset),
                                com.google.cloud.bigquery.BigQuery.DatasetDeleteOption.deleteContents()));
    }

    @Test
    void inputThatChangesOnItsWay_failsTheMerge() throws IOException {
        Path changing = pair.features().get(0);
        Throwable failure =
                catchThrowable(() -> Loopback.strategy(cloud).build().merge(pair.request(), event -> {
                    if (event.phase() == Phase.STAGE) {
                        touch(changing);
                    }
                }));

        assertThat(failure).hasMessageContaining("f0.parquet").hasMessageContaining("changes");
        assertThat(pair.output()).doesNotExist();
    }

    private static void touch(Path file) {
        try {
            Files.write(file, new byte[1], java.nio.file.StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
