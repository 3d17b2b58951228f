/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal;

import dev.marquetry.CostEstimate;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.cloudrun.internal.cost.Costs;
import dev.marquetry.cloudrun.internal.run.JobDefinition;
import dev.marquetry.local.remote.HostForecast;
import dev.marquetry.local.remote.HostNeed;
import java.time.Duration;

/** What a merge in a job of Cloud Run will take, from footers and the job's definition alone. Immutable and thread-safe. */
public final class CloudRunForecast implements HostForecast {
    /** A line of 400 Mbit/s each way; lines differ by far more than any other figure here. */
    private static final long BYTES_PER_SECOND = 50_000_000;

    private static final Duration START = Duration.ofSeconds(20);

    private final Settings settings;
    private final JobDefinition job;
    private final Container container;
    private final boolean outputComesHere;

    /** Forecasts merges of {@code request} in {@code job}. */
    public CloudRunForecast(Settings settings, JobDefinition job, MergeRequest request) {
        this.settings = settings;
        this.job = job;
        container = Container.of(job);
        outputComesHere = "file".equals(request.output().getScheme());
    }

    @Override
    public long bufferBytes() {
        return container.bufferBytes();
    }

    @Override
    public int threads() {
        return container.processors();
    }

    @Override
    public long bytesHere() {
        return settings.transferMemory().bytes();
    }

    @Override
    public Duration elapsed(HostNeed need) {
        long bytes = need.bytesHere() + (outputComesHere ? need.outputBytes() : 0);
        return START.plus(need.elapsed()).plusSeconds(bytes / BYTES_PER_SECOND);
    }

    @Override
    public void addTo(CostEstimate.Builder estimate, HostNeed need) {
        job.problems().forEach(problem -> estimate.refusal("job " + settings.job() + " can not serve: " + problem));
        estimate.check(
                "job",
                job.problems().isEmpty(),
                job.problems().isEmpty() ? job.toString() : String.join("; ", job.problems()));
        if (!job.problems().isEmpty()) {
            return;
        }
        checkMemory(estimate, need);
        checkFiles(estimate, need);
        Duration task = START.plus(need.elapsed());
        new Costs(settings.prices())
                .of(new Costs.Use(
                        job.milliCpus(),
                        job.memoryBytes(),
                        task,
                        need.bytesHere() + (outputComesHere ? need.outputBytes() : 0),
                        elapsed(need),
                        need.files(),
                        need.inputBytes(),
                        need.outputBytes(),
                        task.toSeconds(),
                        outputComesHere ? need.outputBytes() : 0))
                .forEach(estimate::costItem);
    }

    private void checkMemory(CostEstimate.Builder estimate, HostNeed need) {
        boolean fits = need.leastMemoryBytes() <= bufferBytes();
        estimate.check(
                "container memory",
                fits,
                "needs " + MemorySize.bytes(need.leastMemoryBytes()) + " of buffers at least and "
                        + MemorySize.bytes(need.peakMemoryBytes()) + " as planned; of the container's "
                        + MemorySize.bytes(job.memoryBytes()) + ", " + MemorySize.bytes(bufferBytes())
                        + " are left for them by JVM and collector");
        if (!fits) {
            estimate.predictedBreach(new LimitBreach(
                    Resource.MEMORY,
                    bufferBytes(),
                    need.leastMemoryBytes(),
                    Basis.PREDICTED,
                    Phase.PREFLIGHT,
                    "in the container of job " + settings.job()));
        }
    }

    private void checkFiles(CostEstimate.Builder estimate, HostNeed need) {
        boolean fits = need.scratchBytes() <= container.fileBytes();
        estimate.check(
                "container files",
                fits,
                "writes " + MemorySize.bytes(need.scratchBytes())
                        + " of row maps and footers, which count as memory there, of "
                        + MemorySize.bytes(container.fileBytes()) + " beside the heap");
        if (!fits) {
            estimate.predictedBreach(new LimitBreach(
                    Resource.MEMORY,
                    container.fileBytes(),
                    need.scratchBytes(),
                    Basis.PREDICTED,
                    Phase.PREFLIGHT,
                    "for files in the container of job " + settings.job()));
        }
    }
}
