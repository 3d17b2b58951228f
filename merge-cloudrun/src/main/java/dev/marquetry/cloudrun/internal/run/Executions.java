/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.run;

import com.google.cloud.run.v2.CancelExecutionRequest;
import com.google.cloud.run.v2.Container;
import com.google.cloud.run.v2.EnvVar;
import com.google.cloud.run.v2.Execution;
import com.google.cloud.run.v2.GetExecutionRequest;
import com.google.cloud.run.v2.GetJobRequest;
import com.google.cloud.run.v2.ListExecutionsRequest;
import com.google.cloud.run.v2.ListExecutionsResponse;
import com.google.cloud.run.v2.ListTasksRequest;
import com.google.cloud.run.v2.ListTasksResponse;
import com.google.cloud.run.v2.RunJobRequest;
import com.google.cloud.run.v2.RunJobRequest.Overrides;
import com.google.cloud.run.v2.RunJobRequest.Overrides.ContainerOverride;
import com.google.cloud.run.v2.Task;
import com.google.longrunning.Operation;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.cloudrun.internal.call.RunId;
import dev.marquetry.gcs.call.CallException;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Failure.Kind;
import dev.marquetry.gcs.call.Pace;
import dev.marquetry.gcs.call.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a job: starts its execution once, follows it and ends it.
 *
 * <p>Cloud Run takes no id for an execution that is to be started, so an answer that is lost leaves open whether one was.
 * Each run therefore has a variable of its own in its containers' environment, by which its executions are found again; the
 * worker sees to it that of two, should the first come late after all, only one merges. Used by one thread at a time.
 */
public final class Executions {
    private static final Logger LOG = LoggerFactory.getLogger(Executions.class);
    private static final int PAGE = 100;

    private final RunClients clients;
    private final String job;
    private final RunId run;
    private final Calls calls;
    private final Pace poll;
    private boolean mayRun;

    /**
     * Creates it; nothing is called yet.
     *
     * @param job the job's full name, such as {@code projects/p/locations/us-central1/jobs/merge}
     * @param poll how often to ask whether an execution that is cancelled has ended
     */
    public Executions(RunClients clients, String job, RunId run, Calls calls, Pace poll) {
        this.clients = clients;
        this.job = job;
        this.run = run;
        this.calls = calls;
        this.poll = poll;
    }

    /**
     * Returns what the job offers.
     *
     * @throws StrategyUnavailableException if there is none, or it may not be read
     */
    public JobDefinition definition(Checkpoint checkpoint) throws InterruptedException {
        GetJobRequest get = GetJobRequest.newBuilder().setName(job).build();
        Request request = request("read", "run.jobs.get");
        try {
            return JobDefinition.of(calls.make(
                    request, checkpoint, () -> clients.jobs().getJobCallable().call(get)));
        } catch (CallException e) {
            if (e.is(Kind.ABSENT)) {
                throw new StrategyUnavailableException(
                        "Cannot " + request.doing() + ": " + job + " is not there: " + e.getMessage(), e.getCause());
            }
            throw e.toMergeException();
        }
    }

    /**
     * Starts an execution and returns its full name. An answer that was lost is looked for, and asked for again only where
     * nothing was started.
     *
     * @param arguments the worker's arguments
     * @param tasks how many tasks it has
     * @param timeout how long a task may take
     * @throws MergeException if it failed; what may have been started is known to {@link #cancelAll}
     */
    public String start(List<String> arguments, int tasks, Duration timeout, Checkpoint checkpoint)
            throws InterruptedException {
        RunJobRequest order = RunJobRequest.newBuilder()
                .setName(job)
                .setOverrides(Overrides.newBuilder()
                        .setTaskCount(tasks)
                        .setTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(timeout.toSeconds()))
                        .addContainerOverrides(ContainerOverride.newBuilder()
                                .addAllArgs(arguments)
                                .addEnv(EnvVar.newBuilder()
                                        .setName(RunId.VARIABLE)
                                        .setValue(run.text()))))
                .build();
        for (int failures = 0; ; ) {
            mayRun = true;
            try {
                Operation accepted = calls.once(
                        request("run", "run.jobs.runWithOverrides"),
                        checkpoint,
                        () -> clients.jobs().runJobCallable().call(order));
                return accepted.getMetadata().unpack(Execution.class).getName();
            } catch (InvalidProtocolBufferException e) {
                throw new MergeFailedException("Cannot run job " + job + ": its answer names no execution", e);
            } catch (CallException e) {
                if (!e.is(Kind.PASSING)) {
                    mayRun = failures > 0;
                    throw e.toMergeException();
                }
                LOG.debug("Could not tell whether job {} runs: {}", job, e.getMessage());
                if (++failures >= calls.pace().tries()) {
                    throw e.toMergeException();
                }
                calls.pace().await(failures - 1, checkpoint);
            }
            List<Execution> started = executions(checkpoint);
            if (!started.isEmpty()) {
                return started.get(0).getName();
            }
        }
    }

    /** Returns whether the execution has ended; one that is not there any more has. */
    public boolean hasEnded(String execution, Checkpoint checkpoint) throws InterruptedException {
        Optional<Execution> found = find(execution, checkpoint);
        boolean ended = found.isEmpty() || TaskEnds.hasEnded(found.get());
        if (ended) {
            mayRun = false;
        }
        return ended;
    }

    /** Returns the full name of another execution of this run than {@code execution}, if there is one. */
    public Optional<String> twin(String execution, Checkpoint checkpoint) throws InterruptedException {
        Optional<String> other = executions(checkpoint).stream()
                .map(Execution::getName)
                .filter(name -> !name.equals(execution))
                .findFirst();
        mayRun = mayRun || other.isPresent();
        return other;
    }

    /** Returns how the tasks of an execution ended that has, by their index. */
    public List<TaskEnd> ends(String execution, int tasks, Checkpoint checkpoint) throws InterruptedException {
        Optional<Execution> found = find(execution, checkpoint);
        if (found.isEmpty()) {
            TaskEnd gone = new TaskEnd(TaskEnd.Kind.LOST, 0, execution + " is not there any more");
            return java.util.Collections.nCopies(tasks, gone);
        }
        List<Task> known = tasks(execution, checkpoint);
        List<TaskEnd> ends = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            int index = i;
            Optional<Task> task =
                    known.stream().filter(each -> each.getIndex() == index).findFirst();
            ends.add(TaskEnds.of(found.get(), task));
        }
        return ends;
    }

    /**
     * Cancels whatever execution of this run may still be running and sees it end, within a time and whether or not the
     * thread is interrupted, which it stays. Throws nothing.
     *
     * @return what may still be running
     */
    public List<String> cancelAll(Duration within) {
        if (!mayRun) {
            return List.of();
        }
        boolean interrupted = Thread.interrupted();
        List<String> running = new ArrayList<>(List.of(job));
        try {
            long end = System.nanoTime() + within.toNanos();
            Checkpoint inTime = () -> {
                if (System.nanoTime() - end >= 0) {
                    throw new StrategyUnavailableException("no time left");
                }
            };
            for (int waits = 0; !running.isEmpty(); waits++) {
                List<Execution> open = executions(inTime).stream()
                        .filter(execution -> !TaskEnds.hasEnded(execution))
                        .toList();
                running.clear();
                for (Execution execution : open) {
                    running.add(execution.getName());
                    if (waits == 0) {
                        cancel(execution.getName(), inTime);
                    }
                }
                if (!running.isEmpty()) {
                    poll.await(waits, inTime);
                }
            }
            mayRun = false;
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (MergeException e) {
            LOG.warn("Cannot cancel {}: {}", running, e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return running;
    }

    private void cancel(String execution, Checkpoint checkpoint) throws InterruptedException {
        CancelExecutionRequest cancel =
                CancelExecutionRequest.newBuilder().setName(execution).build();
        try {
            calls.make(
                    request("cancel execution " + execution + " of", "run.executions.cancel"),
                    checkpoint,
                    () -> clients.executions().cancelExecutionCallable().call(cancel));
        } catch (CallException | MergeFailedException e) {
            LOG.debug("Could not cancel {}; it may have ended: {}", execution, e.getMessage());
        }
    }

    private Optional<Execution> find(String execution, Checkpoint checkpoint) throws InterruptedException {
        GetExecutionRequest get =
                GetExecutionRequest.newBuilder().setName(execution).build();
        try {
            return Optional.of(calls.make(
                    request("follow", "run.executions.get"),
                    checkpoint,
                    () -> clients.executions().getExecutionCallable().call(get)));
        } catch (CallException e) {
            if (e.is(Kind.ABSENT)) {
                return Optional.empty();
            }
            throw e.toMergeException();
        }
    }

    /** Returns this run's executions. */
    private List<Execution> executions(Checkpoint checkpoint) throws InterruptedException {
        List<Execution> found = new ArrayList<>();
        String page = "";
        do {
            ListExecutionsRequest list = ListExecutionsRequest.newBuilder()
                    .setParent(job)
                    .setPageSize(PAGE)
                    .setPageToken(page)
                    .build();
            ListExecutionsResponse answer = calls.makeOrFail(
                    request("list executions of", "run.executions.list"),
                    checkpoint,
                    () -> clients.executions().listExecutionsCallable().call(list));
            answer.getExecutionsList().stream().filter(this::isOfThisRun).forEach(found::add);
            page = answer.getNextPageToken();
        } while (!page.isEmpty());
        return found;
    }

    private boolean isOfThisRun(Execution execution) {
        for (Container container : execution.getTemplate().getContainersList()) {
            for (EnvVar variable : container.getEnvList()) {
                if (variable.getName().equals(RunId.VARIABLE)
                        && variable.getValue().equals(run.text())) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<Task> tasks(String execution, Checkpoint checkpoint) throws InterruptedException {
        List<Task> found = new ArrayList<>();
        String page = "";
        do {
            ListTasksRequest list = ListTasksRequest.newBuilder()
                    .setParent(execution)
                    .setPageSize(PAGE)
                    .setPageToken(page)
                    .build();
            ListTasksResponse answer = calls.makeOrFail(
                    request("list tasks of", "run.tasks.list"),
                    checkpoint,
                    () -> clients.tasks().listTasksCallable().call(list));
            found.addAll(answer.getTasksList());
            page = answer.getNextPageToken();
        } while (!page.isEmpty());
        return found;
    }

    private Request request(String doing, String permission) {
        return new Request(doing + " job " + job.substring(job.lastIndexOf('/') + 1), permission, job);
    }
}
