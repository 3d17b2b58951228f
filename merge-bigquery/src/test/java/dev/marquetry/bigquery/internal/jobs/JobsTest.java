/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.MergeFailedException;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.bigquery.internal.QuickCloud;
import dev.marquetry.bigquery.internal.jobs.JobRefusedException.Reason;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.loopback.ApiCall;
import dev.marquetry.loopback.RecordedJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs through Google's client and a server on the loopback interface that fails as Google's does. */
class JobsTest {
    private static final Checkpoint GO = Checkpoint.none();

    @TempDir
    Path folder;

    private QuickCloud cloud;
    private String uri;

    @BeforeEach
    void start() throws Exception {
        cloud = new QuickCloud();
        uri = cloud.upload(QuickCloud.parquet(folder, "f00001", "SELECT i::INTEGER AS o, i AS c0 FROM range(10) t(i)"));
        cloud.dataset().create(Duration.ofHours(6), GO);
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private JobReport load() throws Exception {
        return cloud.jobs().load("load-f00001", "load [a.parquet]", table(), List.of(uri), GO);
    }

    private com.google.cloud.bigquery.TableId table() {
        return cloud.dataset().table("f00001");
    }

    private String export(int attempt) {
        return "EXPORT DATA OPTIONS(uri='"
                + cloud.bucket().uri(cloud.run.folder() + "g000/a" + attempt + "/part-*.parquet")
                + "', format='PARQUET', compression='SNAPPY', overwrite=false) AS\n" + select();
    }

    private String select() {
        String path = "`" + table().getProject() + "`.`" + table().getDataset() + "`.`f00001`";
        return "SELECT s.`o`, f00001.`c0`\nFROM " + path + " AS s\nLEFT JOIN " + path
                + " AS f00001 ON f00001.`o` = s.`o`\nORDER BY s.`o`";
    }

    private JobReport join() throws Exception {
        return cloud.jobs().query("join-g000", "join group g000", this::export, OptionalLong.empty(), GO);
    }

    @Test
    void loadAndExport_reportWhatTheyDid() throws Exception {
        cloud.server.jobPolls(2);
        JobReport loaded = load();
        assertThat(loaded.loadedRows()).hasValue(10);
        assertThat(loaded.attempt()).isZero();
        assertThat(cloud.jobs().dryRun("plan", "plan", select(), GO)).isEqualTo(2 * 10 * 8);
        JobReport joined = join();
        assertThat(joined.exportedRows()).hasValue(10);
        assertThat(joined.exportedFiles()).hasValue(1);
        assertThat(joined.billedBytes()).isPositive().isEqualTo(cloud.server.billedBytes());
        assertThat(cloud.usage.billedBytes()).isEqualTo(joined.billedBytes());
        assertThat(cloud.server.jobs()).hasSize(2).allSatisfy(job -> {
            assertThat(job.id()).startsWith("mq-" + cloud.run);
            assertThat(job.labels())
                    .containsEntry("marquetry-run", cloud.run.toString())
                    .containsEntry("team", "tests");
            assertThat(job.timeoutMillis()).isEqualTo(30_000);
        });
        assertThat(cloud.server.calls(ApiCall.QUERY_RESULTS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 429, 500, 502})
    void callsThatFailOnce_areMadeAgain(int status) throws Exception {
        cloud.server.faults().onEachKind().answer(status);
        load();
        join();
        assertThat(cloud.jobs().dryRun("plan", "plan", select(), GO)).isPositive();
        cloud.dataset().delete(GO);
        assertThat(cloud.server.jobs()).hasSize(2).allMatch(RecordedJob::succeeded);
        assertThat(cloud.server.datasets()).isEmpty();
    }

    @Test
    void rateLimitOfCalls_passes() throws Exception {
        cloud.server
                .faults()
                .on(ApiCall.JOBS_INSERT)
                .refuse(403, "rateLimitExceeded", "Exceeded rate limits: too many api requests per user per method")
                .first(2);
        assertThat(load().attempt()).isZero();
        assertThat(cloud.server.jobs()).hasSize(1);
    }

    @Test
    void lostReplies_runNoJobTwice() throws Exception {
        cloud.server.faults().on(ApiCall.JOBS_INSERT).loseReply().first(3);
        cloud.server.faults().on(ApiCall.JOBS_GET).loseReply().onlyOn(2);
        assertThat(load().loadedRows()).hasValue(10);
        JobReport joined = join();
        assertThat(cloud.server.jobs()).hasSize(2);
        assertThat(cloud.server.billedBytes()).isEqualTo(joined.billedBytes());
    }

    @Test
    void lostReplyOfAServerWhoseClockIsAhead_runsNoJobTwice() throws Exception {
        // Google's client takes a job that is there for another's if it was made in the future.
        cloud.server.passTime(Duration.ofHours(1));
        cloud.server.faults().on(ApiCall.JOBS_INSERT).loseReply();
        assertThat(load().loadedRows()).hasValue(10);
        assertThat(cloud.server.jobs()).hasSize(1);
    }

    @Test
    void lostCalls_areMadeAgain() throws Exception {
        cloud.server.faults().onEachKind().loseCall();
        assertThat(load().loadedRows()).hasValue(10);
        assertThat(cloud.server.jobs()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "backendError",
                "internalError",
                "jobBackendError",
                "jobInternalError",
                "rateLimitExceeded",
                "jobRateLimitExceeded"
            })
    void jobThatFailsForSomethingThatPasses_getsASuccessor(String reason) throws Exception {
        cloud.server
                .faults()
                .onJobs(".*-load-.*")
                .fail(reason, "Exceeded rate limits: too many, try again")
                .first(2);
        JobReport loaded = load();
        assertThat(loaded.attempt()).isEqualTo(2);
        assertThat(cloud.server.jobs())
                .extracting(RecordedJob::id)
                .doesNotHaveDuplicates()
                .hasSize(3);
    }

    @Test
    void exportThatFailedOnce_writesToAnotherPlace() throws Exception {
        load();
        cloud.server.faults().onJobs(".*join.*").fail("backendError", "Try again");
        JobReport joined = join();
        assertThat(joined.attempt()).isEqualTo(1);
        assertThat(cloud.server.objects())
                .filteredOn(name -> name.contains("/g000/"))
                .allMatch(name -> name.contains("/a1/"));
    }

    @Test
    void jobThatKeepsFailing_failsTheMerge() {
        cloud.server.faults().onJobs(".*").fail("backendError", "Try again").always();
        assertThatThrownBy(this::load)
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("[a.parquet]")
                .hasMessageContaining("3 jobs failed")
                .hasMessageContaining("backendError");
        assertThat(cloud.server.jobs()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resourcesExceeded", "responseTooLarge"})
    void tooMuchAtOnce_isLeftToTheCaller(String reason) throws Exception {
        load();
        cloud.server
                .faults()
                .onJobs(".*join.*")
                .fail(reason, "Resources exceeded during query execution")
                .always();
        assertThatThrownBy(this::join)
                .isInstanceOf(JobRefusedException.class)
                .extracting(e -> ((JobRefusedException) e).reason())
                .isEqualTo(Reason.TOO_LARGE);
        assertThat(cloud.server.jobs(RecordedJob.Kind.QUERY)).hasSize(1);
    }

    @Test
    void planningErrors_areLeftToTheCaller() throws Exception {
        load();
        cloud.server
                .faults()
                .on(ApiCall.JOBS_INSERT)
                .refuse(
                        400,
                        "invalidQuery",
                        "The query is too large. The maximum standard SQL query length is 1024.00K")
                .always();
        assertThatThrownBy(this::join).isInstanceOf(JobRefusedException.class);
        assertThatThrownBy(() -> cloud.jobs().dryRun("plan", "plan", select(), GO))
                .isInstanceOf(JobRefusedException.class);
    }

    @Test
    void tooManyBilledBytes_areLeftToTheCaller_andBillNothing() throws Exception {
        load();
        assertThatThrownBy(() ->
                        cloud.jobs().query("join-g000", "join group g000", this::export, OptionalLong.of(1_000), GO))
                .isInstanceOf(JobRefusedException.class)
                .hasMessageContaining("group g000")
                .extracting(e -> ((JobRefusedException) e).reason())
                .isEqualTo(Reason.BILLED_BYTES);
        assertThat(cloud.server.billedBytes()).isZero();
    }

    @Test
    void wrongSql_failsTheMerge() throws Exception {
        load();
        assertThatThrownBy(() -> cloud.jobs().dryRun("plan", "plan group g000", select().replace("c0", "nope"), GO))
                .isInstanceOf(MergeFailedException.class)
                .hasMessageContaining("group g000")
                .hasMessageContaining("nope");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JOBS_INSERT", "JOBS_GET"})
    void deniedCall_namesPermissionAndProject(ApiCall call) {
        cloud.server.faults().deny(call);
        assertThatThrownBy(this::load)
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("permission " + call.permission() + " is missing")
                .hasMessageContaining("project loopback-project");
    }

    @Test
    void deniedJob_namesThePermissionThatGoogleNames() throws Exception {
        cloud.server
                .faults()
                .onJobs(".*")
                .fail(
                        "accessDenied",
                        "Access Denied: BigQuery: Permission denied while globbing file pattern. x@y does not have"
                                + " storage.objects.list access to the Google Cloud Storage bucket.");
        assertThatThrownBy(this::load)
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("permission storage.objects.list is missing");
    }

    @Test
    void quota_makesTheStrategyUnavailable_atOnce() {
        cloud.server
                .faults()
                .onJobs(".*")
                .fail("quotaExceeded", "Quota exceeded: too many imports")
                .always();
        assertThatThrownBy(this::load)
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("quota is used up");
        assertThat(cloud.server.jobs()).hasSize(1);
    }

    @Test
    void serviceThatIsDown_makesTheStrategyUnavailable() {
        cloud.server.faults().on(ApiCall.JOBS_INSERT).answer(503).always();
        assertThatThrownBy(this::load).isInstanceOf(StrategyUnavailableException.class);
        assertThat(cloud.server.calls(ApiCall.JOBS_INSERT)).hasSize(4);
    }

    @Test
    void deadline_cancelsTheJob() {
        cloud.server.faults().onJobs(".*").neverEnd().always();
        Jobs jobs = new Jobs(cloud.bigQuery, cloud.jobSettings(Duration.ofMillis(200)), cloud.run, cloud.usage);
        assertThatThrownBy(() -> jobs.load("load", "load [a.parquet]", table(), List.of(uri), GO))
                .isInstanceOf(MergeFailedException.class);
        assertThat(cloud.server.openJobs()).isEmpty();
    }

    @RepeatedTest(8)
    void interrupt_cancelsTheJob() throws Exception {
        cloud.server.faults().onJobs(".*").neverEnd().always();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread merge = new Thread(() -> {
            try {
                load();
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        merge.start();
        while (cloud.server.openJobs().isEmpty()) {
            Thread.sleep(5);
        }
        merge.interrupt();
        merge.join(5_000);
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(cloud.server.openJobs()).isEmpty();
        assertThat(cloud.server.cancelledJobs()).hasSize(1);
    }

    @Test
    void callThatHangs_holdsNeitherInterruptNorCheckpointUp() throws Exception {
        cloud.server.faults().on(ApiCall.JOBS_INSERT).delay(Duration.ofSeconds(10));
        long begun = System.nanoTime();
        Checkpoint stop = () -> {
            if (System.nanoTime() - begun > Duration.ofMillis(300).toNanos()) {
                throw new MergeFailedException("time is up");
            }
        };
        assertThatThrownBy(() -> cloud.jobs().load("load", "load", table(), List.of(uri), stop))
                .hasMessage("time is up");
        Thread.currentThread().interrupt();
        assertThatThrownBy(this::load).isInstanceOf(InterruptedException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void checkpointThatSaysStop_cancelsTheJob() {
        cloud.server.faults().onJobs(".*").neverEnd().always();
        AtomicInteger asked = new AtomicInteger();
        Checkpoint stop = () -> {
            if (asked.incrementAndGet() > 10) {
                throw new MergeFailedException("stop");
            }
        };
        assertThatThrownBy(() -> cloud.jobs().load("load", "load", table(), List.of(uri), stop))
                .hasMessage("stop");
        assertThat(cloud.server.cancelledJobs()).hasSize(1);
        assertThat(cloud.server.openJobs()).isEmpty();
    }

    @Test
    void cancelAll_endsWhatRunsOnOtherThreads_thoughItsOwnIsInterrupted() throws Exception {
        cloud.server.faults().onJobs(".*").neverEnd().always();
        Jobs jobs = cloud.jobs();
        for (int i = 0; i < 12; i++) {
            String step = "load-" + i;
            Thread thread = new Thread(() -> {
                try {
                    jobs.load(step, "load", table(), List.of(uri), GO);
                } catch (JobRefusedException | InterruptedException | MergeFailedException e) {
                    // It was cancelled.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        while (cloud.server.openJobs().size() < 12) {
            Thread.sleep(5);
        }
        Thread.currentThread().interrupt();
        List<String> left = jobs.cancelAll();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(left).isEmpty();
        assertThat(cloud.server.openJobs()).isEmpty();
    }

    @Test
    void clientThatRetriesByItself_changesNothing() throws Exception {
        try (QuickCloud other = new QuickCloud(5)) {
            String there = other.upload(folder.resolve("f00001.parquet"));
            other.dataset().create(Duration.ofHours(6), GO);
            other.server.faults().onEachKind().answer(503).first(2);
            other.server.faults().on(ApiCall.JOBS_INSERT).loseReply().onlyOn(3);
            JobReport report = other.jobs().load("load", "load", other.dataset().table("f00001"), List.of(there), GO);
            assertThat(report.loadedRows()).hasValue(10);
            assertThat(other.server.jobs()).hasSize(1);
        }
    }

    @Test
    void datasetWhoseReplyWasLost_isFound() throws Exception {
        try (QuickCloud other = new QuickCloud()) {
            other.server.faults().on(ApiCall.DATASETS_INSERT).loseReply();
            other.dataset().create(Duration.ofHours(6), GO);
            assertThat(other.server.datasets()).containsExactly(other.run.dataset());
            other.server.faults().on(ApiCall.DATASETS_DELETE).loseReply();
            other.dataset().delete(GO);
            assertThat(other.server.datasets()).isEmpty();
        }
    }
}
