/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal;

import dev.marquetry.CostItem;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.OutcomeUnknownException;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.Resource;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.cloudrun.internal.call.RunId;
import dev.marquetry.cloudrun.internal.cost.Costs;
import dev.marquetry.cloudrun.internal.run.Executions;
import dev.marquetry.cloudrun.internal.run.JobDefinition;
import dev.marquetry.cloudrun.internal.run.TaskEnd;
import dev.marquetry.cloudrun.worker.CloudRunWorker;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.local.remote.HostSession;
import dev.marquetry.local.remote.HostedOutput;
import dev.marquetry.local.remote.RemoteHost;
import dev.marquetry.spi.wire.WorkEvent;
import dev.marquetry.spi.wire.WorkOrder;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One merge's way through Cloud Run: send what is here, tell the worker, run the job, follow it, fetch the output, and
 * delete all that was made. Used once.
 */
public final class CloudRunHost implements RemoteHost {
    private static final Logger LOG = LoggerFactory.getLogger(CloudRunHost.class);

    /** How long cancelling may take, which gives a container ten seconds, and how long deleting may. */
    private static final Duration CLEANING = Duration.ofSeconds(20);

    private final Settings settings;
    private final String strategy;
    private final RunId run = RunId.at(Instant.now(), new SecureRandom());
    private final Staging staging;
    private final Executions executions;
    private final TaskFolder task;
    private final Transfers transfers;
    private JobDefinition job;
    private Duration ran = Duration.ZERO;
    private Phase lastPhase = Phase.PREFLIGHT;
    private long inputBytes;
    private long outputBytes;
    private List<CostItem> costs = List.of();

    /** Prepares a run of {@code strategy}; nothing is called yet. */
    public CloudRunHost(Settings settings, String strategy) {
        this.settings = settings;
        this.strategy = strategy;
        staging = new Staging(settings.storage(), settings.staging(), settings.calls(), settings.kmsKey());
        executions = new Executions(settings.run(), settings.jobName(), run, settings.calls(), settings.poll());
        task = new TaskFolder(run.folder() + TaskFolder.of(0));
        transfers = new Transfers(settings);
        job = JobDefinition.UNKNOWN;
    }

    /** Asks what the job offers; needed before the merge. */
    public JobDefinition look(Checkpoint checkpoint) throws InterruptedException {
        job = executions.definition(checkpoint);
        return job;
    }

    /** Returns what the run has cost, in US dollars; known once it has ended. */
    public BigDecimal cost() {
        return CostItem.sum(costs);
    }

    @Override
    public HostedOutput merge(HostSession session) throws IOException, InterruptedException {
        session.takeMemory(settings.transferMemory().bytes());
        long begin = System.nanoTime();
        try {
            List<URI> inputs = send(session);
            session.refuseChangedInputs();
            URI wanted = session.request().output();
            boolean comesHere = "file".equals(wanted.getScheme());
            URI output = comesHere ? staging.uri(run.folder() + "out/" + MergeRequest.fileName(wanted)) : wanted;
            staging.put(task.order(), order(session, inputs, output).toLine(), session::check);
            MergeResult there = run(session, comesHere);
            inputBytes = there.inputBytes();
            outputBytes = there.outputBytes();
            tell(session, allMoved(there));
            if (!comesHere) {
                return new HostedOutput(there, OptionalInt.empty());
            }
            session.report(Phase.FETCH, "fetching " + output);
            return new HostedOutput(there, transfers.fetch(session, output));
        } finally {
            cleanUp(session);
            costs = new Costs(settings.prices())
                    .of(new Costs.Use(
                            job.milliCpus(),
                            job.memoryBytes(),
                            ran,
                            transfers.sentBytes() + transfers.fetchedBytes(),
                            Duration.ofNanos(System.nanoTime() - begin),
                            session.inputs().size(),
                            inputBytes,
                            outputBytes,
                            ran.toSeconds(),
                            transfers.fetchedBytes()));
            costs.forEach(session::paid);
        }
    }

    /** Returns the inputs' addresses in the cloud, once they are there; their names stay, which messages and columns may carry. */
    private List<URI> send(HostSession session) {
        List<URI> targets = new ArrayList<>();
        List<URI> inputs = session.inputs();
        for (int i = 0; i < inputs.size(); i++) {
            URI input = inputs.get(i);
            targets.add(
                    "file".equals(input.getScheme())
                            ? staging.uri(run.folder() + "in/" + i + "/" + MergeRequest.fileName(input))
                            : input);
        }
        transfers.send(session, inputs, targets);
        return targets;
    }

    private WorkOrder order(HostSession session, List<URI> inputs, URI output) {
        MergeRequest there = session.request()
                .withFiles(inputs.get(0), inputs.subList(1, inputs.size()))
                .withOutput(output);
        return new WorkOrder(
                WorkOrder.Task.MERGE,
                Optional.of(strategy),
                there,
                Optional.of(Container.of(job).limits(settings.limits(), timeout())),
                WorkOrder.DEFAULT_REPORT_EVERY_FILES);
    }

    private Duration timeout() {
        return settings.taskTimeout()
                .or(() -> settings.limits().maxElapsed().map(time -> time.plusSeconds(60)))
                .orElse(job.timeout());
    }

    private MergeResult run(HostSession session, boolean comesHere) throws InterruptedException {
        try {
            return run(session);
        } catch (MergeException | InterruptedException e) {
            if (!comesHere) {
                refuseIfPublished(session.request().output(), e);
            }
            throw e;
        }
    }

    /** A worker that was cancelled, or could not be followed, may have published before it was stopped. */
    private void refuseIfPublished(URI output, Exception cause) {
        boolean interrupted = Thread.interrupted();
        try {
            List<String> running = executions.cancelAll(CLEANING);
            Optional<String> told = staging.text(task.result(), Checkpoint.none());
            if (!running.isEmpty()
                    || told.map(WorkEvent::read)
                            .filter(WorkEvent.Merged.class::isInstance)
                            .isPresent()) {
                throw new OutcomeUnknownException(
                        "Cannot tell whether the output was published: the merge was given up while job "
                                + settings.job() + " made it; look at " + output,
                        cause);
            }
        } catch (StrategyUnavailableException e) {
            throw new OutcomeUnknownException(
                    "Cannot tell whether the output was published: " + e.getMessage() + "; look at " + output, cause);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private MergeResult run(HostSession session) throws InterruptedException {
        session.report(Phase.JOIN, "starting job " + settings.job());
        String folder = staging.uri(run.folder()).toString();
        String execution = executions.start(List.of(folder), 1, timeout(), session::check);
        long started = System.nanoTime();
        try {
            TaskEnd end = follow(session, execution);
            if (end.exitCode() == CloudRunWorker.CLAIMED) {
                Optional<String> other = executions.twin(execution, session::check);
                if (other.isPresent()) {
                    end = follow(session, other.get());
                }
            }
            return result(session, end);
        } finally {
            ran = Duration.ofNanos(System.nanoTime() - started);
        }
    }

    /** Tells how far the worker is until its task has ended. */
    private TaskEnd follow(HostSession session, String execution) throws InterruptedException {
        Duration within = timeout().plus(settings.startWithin());
        long begin = System.nanoTime();
        String seen = "";
        for (int waits = 0; ; waits++) {
            boolean ended = executions.hasEnded(execution, session::check);
            String now = staging.text(task.progress(), session::check).orElse(seen);
            if (!now.equals(seen)) {
                seen = now;
                report(session, now);
            }
            if (ended) {
                return executions.ends(execution, 1, session::check).get(0);
            }
            Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
            if (elapsed.compareTo(within) > 0) {
                throw late(within, elapsed, execution + " did not end");
            }
            settings.poll().await(waits, session::check);
        }
    }

    private void report(HostSession session, String line) {
        if (WorkEvent.read(line) instanceof WorkEvent.Progressed event) {
            tell(session, event.progress());
        }
    }

    /** Tells how far the worker is, beginning with the steps it has passed since it told last, which is seldom. */
    private void tell(HostSession session, Progress there) {
        for (Phase passed : List.of(Phase.ALIGN, Phase.MOVE)) {
            if (lastPhase.compareTo(passed) < 0 && passed.compareTo(there.phase()) < 0) {
                session.report(Progress.in(passed).build());
            }
        }
        lastPhase = there.phase();
        session.report(there);
    }

    /** The last that the worker told may have been long before it was done. */
    private static Progress allMoved(MergeResult there) {
        int files = there.featureMatches().size() + 1;
        return Progress.in(Phase.MOVE)
                .files(files, files)
                .columns(there.columns(), there.columns())
                .bytes(Long.MAX_VALUE, Long.MAX_VALUE)
                .build();
    }

    private MergeResult result(HostSession session, TaskEnd end) throws InterruptedException {
        Optional<String> told = staging.text(task.result(), session::check);
        if (told.isPresent()) {
            WorkEvent event = WorkEvent.read(told.get());
            if (event instanceof WorkEvent.Merged merged) {
                return merged.result();
            }
            if (event instanceof WorkEvent.Failed failed && !(failed.failure() instanceof MergeCancelledException)) {
                throw failed.failure();
            }
        }
        throw failure(end);
    }

    /** Returns what a task's end means that told nothing of its merge. */
    private MergeException failure(TaskEnd end) {
        String said = end.message().isBlank() ? "" : ": " + end.message();
        String what = "Cannot merge in job " + settings.job() + ": its task ";
        return switch (end.kind()) {
            case OUT_OF_MEMORY -> outOfMemory("its container was killed", end);
            case TIMED_OUT -> late(timeout(), timeout(), "its task was ended" + said);
            case CANCELLED -> new MergeFailedException(what + "was cancelled by somebody else" + said);
            case SUCCEEDED ->
                new MergeFailedException(
                        what + "ended well but told no result: is its image the worker's? It is " + job.image());
            case LOST -> new MergeFailedException(what + "did not run, or Cloud Run lost it" + said);
            case EXITED ->
                isOfMemory(end.exitCode())
                        ? outOfMemory("its JVM ended", end)
                        : new MergeFailedException(what + "ended with exit code " + end.exitCode() + said);
        };
    }

    /** A JVM that is refused memory aborts (134), or ends with 3 when its heap is full and it was told to end then. */
    private static boolean isOfMemory(int exitCode) {
        return exitCode == 3 || exitCode == 134;
    }

    private LimitBreachException outOfMemory(String how, TaskEnd end) {
        return new LimitBreachException(new LimitBreach(
                Resource.MEMORY,
                job.memoryBytes(),
                job.memoryBytes(),
                Basis.MEASURED,
                lastPhase,
                "in job " + settings.job() + ", where " + how + " (exit code " + end.exitCode()
                        + ") for taking more than all of it"));
    }

    private LimitBreachException late(Duration limit, Duration elapsed, String how) {
        return new LimitBreachException(new LimitBreach(
                Resource.ELAPSED,
                limit.toMillis(),
                elapsed.toMillis(),
                Basis.MEASURED,
                lastPhase,
                "in job " + settings.job() + ", where " + how));
    }

    /** Ends and deletes all that the run made, whatever became of it. */
    private void cleanUp(HostSession session) {
        List<String> left = new ArrayList<>(executions.cancelAll(CLEANING));
        left.addAll(staging.delete(run.folder(), CLEANING));
        if (!left.isEmpty()) {
            String text = "Could not end or delete " + String.join(", ", left)
                    + ": do so, or sweep the staging area once run " + run + " is old enough";
            LOG.warn("{}", text);
            session.warn(text);
        }
    }
}
