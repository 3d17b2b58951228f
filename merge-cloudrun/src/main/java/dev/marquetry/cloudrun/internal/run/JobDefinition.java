/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.run;

import com.google.cloud.run.v2.Condition;
import com.google.cloud.run.v2.Container;
import com.google.cloud.run.v2.Job;
import com.google.cloud.run.v2.TaskTemplate;
import dev.marquetry.MemorySize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a job of Cloud Run offers to a merge. An execution can change neither memory nor processors nor image, so a merge
 * must fit what is here. Immutable and thread-safe.
 *
 * @param name its full name
 * @param image the container's image
 * @param memoryBytes the container's memory, files in it included; zero if the job does not say
 * @param milliCpus its processors, in thousandths; zero if the job does not say
 * @param timeout how long a task may take unless an execution says otherwise
 * @param serviceAccount whom the container acts for; empty for the project's default
 * @param problems why no merge can run in it, one line each
 */
public record JobDefinition(
        String name,
        String image,
        long memoryBytes,
        long milliCpus,
        Duration timeout,
        String serviceAccount,
        List<String> problems) {
    /** Stands for a job that was not looked at. */
    public static final JobDefinition UNKNOWN = new JobDefinition("", "", 0, 0, Duration.ZERO, "", List.of());

    /** Copies. */
    public JobDefinition {
        problems = List.copyOf(problems);
    }

    static JobDefinition of(Job job) {
        TaskTemplate template = job.getTemplate().getTemplate();
        List<String> problems = new ArrayList<>();
        if (job.getTerminalCondition().getState() == Condition.State.CONDITION_FAILED) {
            problems.add("it is not ready: " + job.getTerminalCondition().getMessage());
        }
        if (template.getContainersCount() != 1) {
            problems.add("it has " + template.getContainersCount() + " containers: give it one, the worker's");
        }
        if (template.getMaxRetries() != 0) {
            problems.add("it tries a failed task " + template.getMaxRetries()
                    + " times more, which would pay for one failure several times: deploy it with --max-retries=0");
        }
        Container container =
                template.getContainersCount() == 0 ? Container.getDefaultInstance() : template.getContainers(0);
        long memory = amount(container, "memory", problems) / 1_000;
        long cpus = amount(container, "cpu", problems);
        return new JobDefinition(
                job.getName(),
                container.getImage(),
                memory,
                cpus,
                Duration.ofSeconds(template.getTimeout().getSeconds()),
                template.getServiceAccount(),
                problems);
    }

    private static long amount(Container container, String what, List<String> problems) {
        String text = container.getResources().getLimitsOrDefault(what, "");
        long amount = Quantity.thousandths(text).orElse(0);
        if (amount <= 0) {
            problems.add("its " + what + " is not known but '" + text + "': deploy it with --" + what);
        }
        return amount;
    }

    /** Returns how many processors the container sees, at least one. */
    public int processors() {
        return Math.toIntExact(Math.max(1, (milliCpus + 999) / 1_000));
    }

    /** Returns what it offers in one line, such as {@code 4 vCPU, 16.0 GiB, 3600 s a task}. */
    @Override
    public String toString() {
        String cpus = milliCpus % 1_000 == 0 ? "" + milliCpus / 1_000 : "" + milliCpus / 1e3;
        return cpus + " vCPU, " + MemorySize.bytes(memoryBytes) + ", " + timeout.toSeconds() + " s a task";
    }
}
