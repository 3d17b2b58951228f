/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.run.v2.ExecutionsClient;
import com.google.cloud.run.v2.JobsClient;
import com.google.cloud.run.v2.TasksClient;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.cloudrun.internal.call.RunId;
import dev.marquetry.cloudrun.loopback.Container;
import dev.marquetry.cloudrun.loopback.LoopbackRun;
import dev.marquetry.cloudrun.loopback.ScriptedContainer;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Pace;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Google's own client against a server on this machine. */
@Timeout(60)
class ExecutionsTest {
    private static final Pace QUICK = new Pace(Duration.ofMillis(1), Duration.ofMillis(20), 4);
    private static final Checkpoint NONE = Checkpoint.none();

    private final Map<String, String> environment = new ConcurrentHashMap<>();
    private volatile List<String> arguments = List.of();
    private volatile Supplier<Container> containers = () -> ScriptedContainer.ended(0);
    private LoopbackRun cloud;
    private JobsClient jobs;
    private ExecutionsClient executions;
    private TasksClient tasks;

    @BeforeEach
    void start() throws IOException {
        cloud = LoopbackRun.start((given, variables) -> {
            arguments = given;
            environment.putAll(variables);
            return containers.get();
        });
        jobs = cloud.jobsClient();
        executions = cloud.executionsClient();
        tasks = cloud.tasksClient();
    }

    @AfterEach
    void stop() {
        jobs.close();
        executions.close();
        tasks.close();
        cloud.close();
    }

    private Executions run() {
        return run(LoopbackRun.JOB, Duration.ofSeconds(20));
    }

    private Executions run(String job, Duration answerWithin) {
        RunId id = RunId.at(Instant.now(), new Random());
        return new Executions(new RunClients(jobs, executions, tasks), job, id, new Calls(QUICK, answerWithin), QUICK);
    }

    private static String start(Executions run) throws InterruptedException {
        return run.start(List.of("gs://b/request.json"), 1, Duration.ofSeconds(100), NONE);
    }

    private static TaskEnd end(Executions run, String execution) throws InterruptedException {
        while (!run.hasEnded(execution, NONE)) {
            Thread.sleep(1);
        }
        return run.ends(execution, 1, NONE).get(0);
    }

    @Test
    void definition_tellsWhatTheContainerHas() throws InterruptedException {
        JobDefinition job = run().definition(NONE);

        assertThat(job.memoryBytes()).isEqualTo(1L << 30);
        assertThat(job.milliCpus()).isEqualTo(2000);
        assertThat(job.processors()).isEqualTo(2);
        assertThat(job.timeout()).isEqualTo(Duration.ofMinutes(10));
        assertThat(job.serviceAccount()).startsWith("merger@");
        assertThat(job.image()).contains("worker");
        assertThat(job.problems()).isEmpty();
    }

    @Test
    void definition_namesWhatIsWrongWithTheJob() throws InterruptedException {
        cloud.job(LoopbackRun.JOB, "1", "lots", Duration.ofMinutes(1), 3);

        assertThat(run().definition(NONE).problems())
                .anyMatch(problem -> problem.contains("memory") && problem.contains("lots"))
                .anyMatch(problem -> problem.contains("--max-retries=0"));
    }

    @Test
    void jobThatIsNotThere_isNamed() {
        assertThatThrownBy(
                        () -> run(LoopbackRun.JOB + "s", Duration.ofSeconds(20)).definition(NONE))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining(LoopbackRun.JOB + "s is not there");
    }

    @Test
    void permissionThatIsMissing_isNamed() {
        cloud.fault("POST .*:run")
                .answer(403, "Permission 'run.jobs.run' denied on resource (or it may not exist).")
                .always();
        Executions run = run();

        assertThatThrownBy(() -> start(run))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("permission run.jobs.run is missing");
        assertThat(cloud.executions()).isZero();
        assertThat(run.cancelAll(Duration.ofSeconds(5))).isEmpty();
    }

    @Test
    void container_getsArgumentsAndEnvironment() throws InterruptedException {
        Executions run = run();
        TaskEnd end = end(run, start(run));

        assertThat(end.kind()).isEqualTo(TaskEnd.Kind.SUCCEEDED);
        assertThat(arguments).containsExactly("gs://b/request.json");
        assertThat(environment)
                .containsKeys(RunId.VARIABLE, "CLOUD_RUN_EXECUTION")
                .containsEntry("CLOUD_RUN_TASK_INDEX", "0")
                .containsEntry("CLOUD_RUN_TASK_COUNT", "1");
    }

    @Test
    void callThatFailsInPassing_isMadeAgain() throws InterruptedException {
        cloud.fault("POST .*:run").answer(503, "later").first(2);
        cloud.fault("GET .*").answer(503, "later").first(2);
        cloud.fault("GET .*/tasks").answer(429, "later");
        Executions run = run();

        assertThat(end(run, start(run)).kind()).isEqualTo(TaskEnd.Kind.SUCCEEDED);
        assertThat(cloud.executions()).isEqualTo(1);
    }

    @Test
    void lostReply_startsNothingTwice() throws InterruptedException {
        cloud.pageSize(1);
        Executions other = run();
        start(other);
        cloud.fault("POST .*:run").loseReply();
        Executions run = run();
        String execution = start(run);
        start(run());

        assertThat(end(run, execution).kind()).isEqualTo(TaskEnd.Kind.SUCCEEDED);
        assertThat(execution).endsWith("-x2");
        assertThat(run.twin(execution, NONE)).isEmpty();
        assertThat(cloud.executions()).isEqualTo(3);
    }

    @Test
    void replyThatDoesNotCome_startsNothingTwice() throws InterruptedException {
        cloud.fault("POST .*:run").hang(Duration.ofSeconds(2));
        Executions run = run(LoopbackRun.JOB, Duration.ofMillis(300));
        String execution = start(run);

        assertThat(end(run, execution).kind()).isEqualTo(TaskEnd.Kind.SUCCEEDED);
    }

    @Test
    void serviceThatStaysAway_isUnavailable() {
        cloud.fault("POST .*:run").answer(503, "no").always();

        assertThatThrownBy(() -> start(run()))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("kept failing");
    }

    @Test
    void killedContainer_isOutOfMemory() throws InterruptedException {
        cloud.killContainersWith(137);
        Executions run = run();
        TaskEnd end = end(run, start(run));

        assertThat(end.kind()).isEqualTo(TaskEnd.Kind.OUT_OF_MEMORY);
        assertThat(end.exitCode()).isEqualTo(137);
    }

    @Test
    void containerThatExits_tellsItsCode() throws InterruptedException {
        cloud.killContainersWith(3);
        Executions run = run();

        assertThat(end(run, start(run)))
                .extracting(TaskEnd::kind, TaskEnd::exitCode)
                .containsExactly(TaskEnd.Kind.EXITED, 3);
    }

    @Test
    void taskThatTakesTooLong_isTimedOut() throws InterruptedException {
        containers = () -> new ScriptedContainer(true);
        Executions run = run();
        String execution = run.start(List.of(), 1, Duration.ofSeconds(1), NONE);

        assertThat(end(run, execution).kind()).isEqualTo(TaskEnd.Kind.TIMED_OUT);
    }

    @Test
    void cancelAll_endsWhatWasStartedAndKeepsTheInterrupt() throws InterruptedException {
        containers = () -> new ScriptedContainer(true);
        Executions run = run();
        String execution = start(run);
        Thread.currentThread().interrupt();

        assertThat(run.cancelAll(Duration.ofSeconds(15))).isEmpty();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(cloud.running()).isZero();
        assertThat(run.ends(execution, 1, NONE).get(0).kind()).isEqualTo(TaskEnd.Kind.CANCELLED);
    }

    @Test
    void cancelAll_findsWhatALostReplyStarted() throws InterruptedException {
        containers = () -> new ScriptedContainer(true);
        cloud.fault("POST .*:run").loseReply();
        cloud.fault("GET .*/executions").answer(403, "no").first(1);
        Executions run = run();

        assertThatThrownBy(() -> start(run)).isInstanceOf(StrategyUnavailableException.class);
        assertThat(cloud.running()).isEqualTo(1);
        assertThat(run.cancelAll(Duration.ofSeconds(15))).isEmpty();
        assertThat(cloud.running()).isZero();
    }

    @Test
    void cancelAll_namesWhatDoesNotEndInTime() throws InterruptedException {
        containers = () -> new ScriptedContainer(false);
        Executions run = run();
        String execution = start(run);

        assertThat(run.cancelAll(Duration.ofMillis(500))).containsExactly(execution);
    }

    @Test
    void cancelAll_leavesOthersAlone() throws InterruptedException {
        containers = () -> new ScriptedContainer(true);
        Executions other = run();
        String theirs = start(other);
        Executions run = run();
        start(run);
        run.cancelAll(Duration.ofSeconds(15));

        assertThat(other.hasEnded(theirs, NONE)).isFalse();
    }
}
