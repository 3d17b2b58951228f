/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.run;

import com.google.cloud.run.v2.Condition;
import com.google.cloud.run.v2.Condition.ExecutionReason;
import com.google.cloud.run.v2.Execution;
import com.google.cloud.run.v2.Task;
import com.google.cloud.run.v2.TaskAttemptResult;
import dev.marquetry.cloudrun.internal.run.TaskEnd.Kind;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads from Cloud Run's answers how tasks ended. */
final class TaskEnds {
    private static final String COMPLETED = "Completed";
    private static final int KILLED = 137; // 128 and SIGKILL
    private static final int SIGKILL = 9;
    private static final Pattern TIMEOUT = Pattern.compile("timeout|timed out|deadline");
    private static final Pattern MEMORY = Pattern.compile("memory limit|out of memory|oom");

    private TaskEnds() {}

    /** Returns whether an execution has ended, and no task of it will run any more. */
    static boolean hasEnded(Execution execution) {
        return execution.hasCompletionTime() && execution.getRunningCount() == 0;
    }

    /**
     * Returns how a task ended.
     *
     * @param execution what it is of, which has ended
     * @param task what is known of it; empty if there never was one
     */
    static TaskEnd of(Execution execution, Optional<Task> task) {
        Optional<Condition> completed = completed(execution);
        String said = task.flatMap(TaskEnds::completed)
                .map(Condition::getMessage)
                .filter(text -> !text.isBlank())
                .or(() -> completed.map(Condition::getMessage))
                .orElse("");
        if (completed
                        .map(Condition::getExecutionReason)
                        .filter(TaskEnds::isCancelled)
                        .isPresent()
                || execution.getCancelledCount() > 0) {
            return new TaskEnd(Kind.CANCELLED, 0, said);
        }
        boolean succeeded = completed.map(Condition::getState).orElse(Condition.State.STATE_UNSPECIFIED)
                == Condition.State.CONDITION_SUCCEEDED;
        if (succeeded) {
            return new TaskEnd(Kind.SUCCEEDED, 0, said);
        }
        if (task.isEmpty()) {
            return new TaskEnd(Kind.LOST, 0, said);
        }
        if (task.flatMap(TaskEnds::completed).map(Condition::getState).orElse(Condition.State.STATE_UNSPECIFIED)
                == Condition.State.CONDITION_SUCCEEDED) {
            return new TaskEnd(Kind.SUCCEEDED, 0, said);
        }
        return failed(task.get().getLastAttemptResult(), said);
    }

    private static TaskEnd failed(TaskAttemptResult attempt, String said) {
        String status = attempt.getStatus().getMessage();
        String message = status.isBlank() ? said : status;
        String words = (said + " " + status).toLowerCase(Locale.ROOT);
        int code = attempt.getExitCode();
        if (MEMORY.matcher(words).find()) {
            return new TaskEnd(Kind.OUT_OF_MEMORY, code, message);
        }
        if (TIMEOUT.matcher(words).find()) {
            return new TaskEnd(Kind.TIMED_OUT, code, message);
        }
        if (code == KILLED || attempt.getTermSignal() == SIGKILL) {
            return new TaskEnd(Kind.OUT_OF_MEMORY, code, message); // nobody else kills so; a timeout says what it is
        }
        if (attempt.getTermSignal() != 0) {
            return new TaskEnd(Kind.EXITED, 128 + attempt.getTermSignal(), message);
        }
        return new TaskEnd(code == 0 ? Kind.LOST : Kind.EXITED, code, message);
    }

    private static boolean isCancelled(ExecutionReason reason) {
        return reason == ExecutionReason.CANCELLED
                || reason == ExecutionReason.CANCELLING
                || reason == ExecutionReason.DELETED;
    }

    private static Optional<Condition> completed(Execution execution) {
        return execution.getConditionsList().stream()
                .filter(condition -> condition.getType().equals(COMPLETED))
                .findFirst();
    }

    private static Optional<Condition> completed(Task task) {
        return task.getConditionsList().stream()
                .filter(condition -> condition.getType().equals(COMPLETED))
                .findFirst();
    }
}
