/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal;

import dev.marquetry.MemorySize;
import dev.marquetry.ResourceLimits;
import dev.marquetry.cloudrun.internal.run.JobDefinition;
import java.time.Duration;

/**
 * What a merge may take in a job's container. Its memory is split between the Java heap, which holds a merge's buffers, and
 * all else: the JVM itself, threads, and files, which count as memory there. Immutable and thread-safe.
 *
 * @param memoryBytes the container's memory
 * @param processors its processors
 */
record Container(long memoryBytes, int processors) {
    /** How much of the container's memory is Java heap, in hundredths; the image's JVM is told the same. */
    static final int HEAP_PERCENT = 75;

    /** What a JVM takes beside its heap: code, classes, stacks, buffers of sockets. */
    private static final long JVM_BYTES = 192L << 20;

    /** What of the heap is no merge's buffers: the engine's own allowance. */
    private static final long ALLOWANCE_BYTES = 32L << 20;

    /** Free memory below which a merge gives up with a breach, before the container is killed without a word. */
    private static final MemorySize FLOOR = MemorySize.mib(16);

    private static final Duration MOST_MARGIN = Duration.ofSeconds(15);

    static Container of(JobDefinition job) {
        return new Container(job.memoryBytes(), job.processors());
    }

    /** Returns the bytes of buffers that a merge may take: four fifths of the heap, as a collector needs room to work in. */
    long bufferBytes() {
        return Math.max(1, (memoryBytes / 100 * HEAP_PERCENT - ALLOWANCE_BYTES) / 5 * 4);
    }

    /** Returns the bytes of files that fit beside heap and JVM. */
    long fileBytes() {
        return Math.max(0, memoryBytes - memoryBytes / 100 * HEAP_PERCENT - JVM_BYTES);
    }

    /** Returns the limits for the worker: it ends by itself, and tells why, a little before its task's time is up. */
    ResourceLimits limits(ResourceLimits here, Duration timeout) {
        Duration tenth = timeout.dividedBy(10);
        return ResourceLimits.builder()
                .maxMemory(MemorySize.bytes(bufferBytes()))
                .minFreeSystemMemory(FLOOR)
                .maxElapsed(timeout.minus(tenth.compareTo(MOST_MARGIN) < 0 ? tenth : MOST_MARGIN))
                .maxStall(here.maxStall())
                .threads(Math.min(processors, 256))
                .build();
    }
}
