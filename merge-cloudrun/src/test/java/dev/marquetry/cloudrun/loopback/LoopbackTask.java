/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.loopback;

import com.google.cloud.run.v2.Condition;
import com.google.cloud.run.v2.EnvVar;
import com.google.cloud.run.v2.Task;
import com.google.cloud.run.v2.TaskAttemptResult;
import com.google.rpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One task: a container with what Cloud Run puts in its environment, its time, and how it ended. Thread-safe. */
final class LoopbackTask {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(10);
    private static final int SIGNALS = 128;

    private final LoopbackExecution execution;
    private final int index;
    private final int count;
    private final ContainerHost host;
    private final @Nullable Integer killedWith;
    private volatile @Nullable Integer exitCode;
    private volatile boolean timedOut;
    private volatile boolean stopping;
    private volatile boolean killing;

    LoopbackTask(LoopbackExecution execution, int index, int count, ContainerHost host, @Nullable Integer killedWith) {
        this.execution = execution;
        this.index = index;
        this.count = count;
        this.host = host;
        this.killedWith = killedWith;
    }

    void start() {
        Thread thread = new Thread(this::run, "loopback-task-" + index);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            if (killedWith != null) {
                exitCode = killedWith;
                return;
            }
            com.google.cloud.run.v2.Container template = execution.template().getContainers(0);
            Container container = host.start(template.getArgsList(), environment(template));
            exitCode = look(container);
        } catch (IOException e) {
            exitCode = 127; // the shell's word for a command that can not be started
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int look(Container container) throws InterruptedException {
        long end = System.nanoTime() + execution.timeout().toNanos();
        long graceEnds = Long.MAX_VALUE;
        while (true) {
            OptionalInt ended = container.await(TICK);
            if (ended.isPresent()) {
                return ended.getAsInt();
            }
            if (graceEnds == Long.MAX_VALUE && (stopping || System.nanoTime() - end >= 0)) {
                timedOut = !stopping;
                graceEnds = System.nanoTime() + GRACE.toNanos();
                container.terminate();
            }
            if (killing || graceEnds != Long.MAX_VALUE && System.nanoTime() - graceEnds >= 0) {
                container.kill();
            }
        }
    }

    private Map<String, String> environment(com.google.cloud.run.v2.Container template) {
        Map<String, String> environment = new HashMap<>();
        for (EnvVar variable : template.getEnvList()) {
            environment.put(variable.getName(), variable.getValue());
        }
        environment.put("CLOUD_RUN_JOB", last(execution.job()));
        environment.put("CLOUD_RUN_EXECUTION", last(execution.name()));
        environment.put("CLOUD_RUN_TASK_INDEX", "" + index);
        environment.put("CLOUD_RUN_TASK_COUNT", "" + count);
        environment.put("CLOUD_RUN_TASK_ATTEMPT", "0");
        return environment;
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    void stop() {
        stopping = true;
    }

    void kill() {
        killing = true;
    }

    boolean hasEnded() {
        return exitCode != null;
    }

    boolean succeeded() {
        Integer code = exitCode;
        return code != null && code == 0 && !timedOut;
    }

    Task describe() {
        Task.Builder task = Task.newBuilder()
                .setName(execution.name() + "/tasks/" + last(execution.name()) + "-task" + index)
                .setExecution(execution.name())
                .setJob(execution.job())
                .setIndex(index);
        Integer code = exitCode;
        if (code == null) {
            return task.build();
        }
        Condition.Builder completed = Condition.newBuilder().setType("Completed");
        TaskAttemptResult.Builder attempt = TaskAttemptResult.newBuilder();
        if (timedOut) {
            attempt.setStatus(Status.newBuilder().setCode(4).setMessage("The configured timeout was reached."));
            completed.setState(Condition.State.CONDITION_FAILED).setMessage("The configured timeout was reached.");
        } else if (code == 0) {
            completed.setState(Condition.State.CONDITION_SUCCEEDED);
        } else {
            attempt.setExitCode(code).setTermSignal(code > SIGNALS ? code - SIGNALS : 0);
            completed.setState(Condition.State.CONDITION_FAILED).setMessage("The container exited with an error.");
        }
        return task.setLastAttemptResult(attempt).addConditions(completed).build();
    }
}
