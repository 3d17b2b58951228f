/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import dev.marquetry.CostEstimate;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.MemorySize;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.limits.SystemProbe.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Holds what a merge is predicted to need against its limits and against what system and heap have, before anything is
 * done. Every check is made, so that all that is amiss is shown together. Immutable and thread-safe.
 */
public final class Preflight {
    /** A merge that may take less time than this has no chance, whatever is predicted: {@value} ms. */
    public static final long LEAST_MILLIS = 10;

    /** Predicted time is uncertain: only a limit that is this many times too short is a breach. */
    private static final int TIME_TOLERANCE = 10;

    /**
     * What a merge is predicted to need.
     *
     * @param peakMemoryBytes the most memory it takes at once, working as it would within its limits
     * @param leastMemoryBytes the most it takes at once when it works in the smallest way it can
     * @param heapBytes how much of {@code peakMemoryBytes} is Java heap
     * @param scratchBytes what it writes beside the output
     * @param outputBytes the size of the output
     * @param elapsed how long it takes
     */
    public record Need(
            long peakMemoryBytes,
            long leastMemoryBytes,
            long heapBytes,
            long scratchBytes,
            long outputBytes,
            Duration elapsed) {
        /** Checks that nothing is null. */
        public Need {
            Objects.requireNonNull(elapsed, "elapsed");
        }
    }

    private final ResourceLimits limits;
    private final SystemProbe probe;
    private final HeapRoom heap;
    private final Path outputFolder;

    /** Prepares checks of a merge that writes output and scratch in {@code outputFolder}. */
    public Preflight(ResourceLimits limits, SystemProbe probe, HeapRoom heap, Path outputFolder) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.probe = Objects.requireNonNull(probe, "probe");
        this.heap = Objects.requireNonNull(heap, "heap");
        this.outputFolder = Objects.requireNonNull(outputFolder, "outputFolder");
    }

    /**
     * Adds to {@code estimate} the amounts of {@code need}, the checks {@code limits}, {@code memory budget}, {@code heap},
     * {@code free memory}, {@code free disk} and {@code time}, and a predicted breach for each of them that fails. A figure
     * the system does not tell fails no check.
     */
    public void addTo(CostEstimate.Builder estimate, Need need) {
        Sample sample = sample();
        checkLimits(estimate, sample);
        checkBudget(estimate, need);
        checkHeap(estimate, need);
        checkFreeMemory(estimate, need, sample);
        checkFreeDisk(estimate, need);
        checkTime(estimate, need);
    }

    private Sample sample() {
        try {
            return probe.sample();
        } catch (RuntimeException e) {
            return Sample.unknown(e.toString());
        }
    }

    private void checkLimits(CostEstimate.Builder estimate, Sample sample) {
        StringBuilder detail = new StringBuilder("max memory ").append(limits.maxMemory());
        limits.minFreeSystemMemory()
                .ifPresent(floor -> detail.append(", min free system memory ").append(floor));
        limits.minFreeDisk()
                .ifPresent(floor -> detail.append(", min free disk ").append(floor));
        limits.maxElapsed().ifPresent(time -> detail.append(", max elapsed ").append(time(time)));
        detail.append(", max stall ").append(time(limits.maxStall()));
        limits.threads().ifPresent(count -> detail.append(", threads ").append(count));
        long ceiling = sample.ceilingBytes();
        if (ceiling != SystemProbe.UNKNOWN && limits.maxMemory().bytes() > ceiling) {
            detail.append("; warning: max memory is more than the ").append(size(ceiling));
            detail.append(" there are (").append(sample.ceilingSource()).append(')');
        }
        if (limits.maxMemory().bytes() > heap.bufferBytes()) {
            detail.append("; warning: max memory is more than the ").append(size(heap.bufferBytes()));
            detail.append(" that the Java heap can hold");
        }
        estimate.check("limits", true, detail.toString());
    }

    private void checkBudget(CostEstimate.Builder estimate, Need need) {
        long limit = limits.maxMemory().bytes();
        boolean passed = need.leastMemoryBytes <= limit;
        estimate.amount(Resource.MEMORY, need.peakMemoryBytes);
        estimate.check(
                "memory budget",
                passed,
                "needs " + size(need.leastMemoryBytes) + " at least and " + size(need.peakMemoryBytes)
                        + " as planned, of max memory " + limits.maxMemory());
        if (!passed) {
            breach(estimate, Resource.MEMORY, limit, need.leastMemoryBytes, "in the smallest way there is");
        }
    }

    private void checkHeap(CostEstimate.Builder estimate, Need need) {
        long wanted = HeapRoom.heapFor(need.heapBytes);
        boolean passed = wanted <= heap.maxBytes();
        estimate.check(
                "heap",
                passed,
                "needs " + size(wanted) + " (" + size(need.heapBytes)
                        + " of buffers and room to collect garbage) of at most " + size(heap.maxBytes()) + ", "
                        + size(heap.usedBytes()) + " in use, garbage included");
        if (!passed) {
            String advice = "on the Java heap: raise -Xmx to " + size(wanted) + " or lower max memory to "
                    + size(heap.bufferBytes());
            breach(estimate, Resource.MEMORY, heap.maxBytes(), wanted, advice);
        }
    }

    private void checkFreeMemory(CostEstimate.Builder estimate, Need need, Sample sample) {
        long offHeap = Math.max(0, need.peakMemoryBytes - need.heapBytes);
        long taken = offHeap + heap.fromSystem(need.heapBytes, sample.rssAnonBytes());
        estimate.amount(Resource.SYSTEM_MEMORY, taken);
        checkFloor(
                estimate,
                "free memory",
                Resource.SYSTEM_MEMORY,
                sample.availableBytes(),
                taken,
                limits.minFreeSystemMemory().orElse(MemorySize.bytes(0)).bytes(),
                sample.availableSource());
    }

    private void checkFreeDisk(CostEstimate.Builder estimate, Need need) {
        long written = need.scratchBytes + need.outputBytes;
        estimate.amount(Resource.DISK, written);
        long free;
        String source;
        try {
            free = probe.freeDiskBytes(outputFolder);
            source = "at " + outputFolder;
        } catch (IOException | RuntimeException e) {
            free = SystemProbe.UNKNOWN;
            source = e.toString();
        }
        long floor = limits.minFreeDisk().orElse(MemorySize.bytes(0)).bytes();
        checkFloor(estimate, "free disk", Resource.DISK, free, written, floor, source);
    }

    private static void checkFloor(
            CostEstimate.Builder estimate,
            String name,
            Resource resource,
            long free,
            long taken,
            long floor,
            String source) {
        if (free == SystemProbe.UNKNOWN) {
            estimate.check(name, true, "takes " + size(taken) + "; what is free can not be told (" + source + ")");
            return;
        }
        long left = free - taken;
        boolean passed = left >= floor;
        String outcome = left < 0 ? size(-left) + " too little" : "leaves " + size(left);
        estimate.check(
                name,
                passed,
                "takes " + size(taken) + " of " + size(free) + " free (" + source + "): " + outcome + ", must leave "
                        + size(floor));
        if (!passed) {
            breach(estimate, resource, floor, left, "(" + source + ")");
        }
    }

    private void checkTime(CostEstimate.Builder estimate, Need need) {
        long predicted = millis(need.elapsed);
        estimate.amount(Resource.ELAPSED, predicted);
        if (limits.maxElapsed().isEmpty()) {
            estimate.check("time", true, "about " + time(need.elapsed) + ", no limit");
            return;
        }
        Duration limit = limits.maxElapsed().get();
        boolean passed = limit.compareTo(Duration.ofMillis(LEAST_MILLIS)) >= 0
                && limit.compareTo(need.elapsed.dividedBy(TIME_TOLERANCE)) >= 0;
        String detail = "about " + time(need.elapsed) + " of at most " + time(limit);
        boolean tight = passed && limit.compareTo(need.elapsed) < 0;
        estimate.check("time", passed, tight ? detail + "; warning: may not be enough" : detail);
        if (!passed) {
            breach(estimate, Resource.ELAPSED, millis(limit), Math.max(predicted, LEAST_MILLIS), "");
        }
    }

    private static void breach(
            CostEstimate.Builder estimate, Resource resource, long limit, long observed, String where) {
        estimate.predictedBreach(new LimitBreach(resource, limit, observed, Basis.PREDICTED, Phase.PREFLIGHT, where));
    }

    private static long millis(Duration time) {
        return time.toSeconds() < Long.MAX_VALUE / 1000 ? time.toMillis() : Long.MAX_VALUE;
    }

    private static String size(long bytes) {
        return MemorySize.bytes(bytes).toString();
    }

    private static String time(Duration time) {
        return Resource.ELAPSED.format(millis(time));
    }
}
