/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ResourceSample;
import java.util.OptionalLong;

/**
 * What a merge took from the machine in a stretch of time. Amounts are in bytes; empty where they are not known.
 *
 * @param beginMillis when the stretch begins, since the merge began
 * @param endMillis when it ends, which is when the last of its samples was taken
 * @param attempt which of a policy's tries it belongs to, from 0
 * @param phase the step at its end
 * @param memoryBytes the most of the merge's own memory
 * @param memoryLimitBytes the limit on it
 * @param processBytes the most resident memory of the process
 * @param heapBytes the most of the Java heap
 * @param freeMemoryBytes the least free memory of the system
 * @param freeDiskBytes the least free disk
 * @param bytesMoved the bytes moved at its end, by that try
 */
record SamplePoint(
        long beginMillis,
        long endMillis,
        int attempt,
        Phase phase,
        long memoryBytes,
        OptionalLong memoryLimitBytes,
        OptionalLong processBytes,
        OptionalLong heapBytes,
        OptionalLong freeMemoryBytes,
        OptionalLong freeDiskBytes,
        long bytesMoved) {
    static SamplePoint of(ResourceSample sample, long atMillis, int attempt) {
        return new SamplePoint(
                atMillis,
                atMillis,
                attempt,
                sample.phase(),
                sample.memoryBytes(),
                sample.memoryLimitBytes(),
                sample.processBytes(),
                OptionalLong.of(sample.heapBytes()),
                sample.freeMemoryBytes(),
                sample.freeDiskBytes(),
                sample.bytesMoved());
    }

    /** An event tells of the merge's own memory only. */
    static SamplePoint of(Progress event, long atMillis, int attempt) {
        return new SamplePoint(
                atMillis,
                atMillis,
                attempt,
                event.phase(),
                event.memoryBytes(),
                event.memoryLimitBytes(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                event.bytesDone());
    }

    /** Returns both as one: the highest use, the least that was free, the last of what grows. */
    SamplePoint and(SamplePoint next) {
        return new SamplePoint(
                beginMillis,
                next.endMillis,
                next.attempt,
                next.phase,
                Math.max(memoryBytes, next.memoryBytes),
                most(memoryLimitBytes, next.memoryLimitBytes),
                most(processBytes, next.processBytes),
                most(heapBytes, next.heapBytes),
                least(freeMemoryBytes, next.freeMemoryBytes),
                least(freeDiskBytes, next.freeDiskBytes),
                next.bytesMoved);
    }

    private static OptionalLong most(OptionalLong a, OptionalLong b) {
        return a.isPresent() && b.isPresent()
                ? OptionalLong.of(Math.max(a.getAsLong(), b.getAsLong()))
                : a.isPresent() ? a : b;
    }

    private static OptionalLong least(OptionalLong a, OptionalLong b) {
        return a.isPresent() && b.isPresent()
                ? OptionalLong.of(Math.min(a.getAsLong(), b.getAsLong()))
                : a.isPresent() ? a : b;
    }
}
