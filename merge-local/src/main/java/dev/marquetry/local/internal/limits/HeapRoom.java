/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

/**
 * What the Java heap can hold for a merge, whose buffers live there. Immutable and thread-safe.
 *
 * @param maxBytes the size the heap may grow to
 * @param committedBytes the size it has
 * @param freeBytes what of that size is unused
 */
public record HeapRoom(long maxBytes, long committedBytes, long freeBytes) {
    /** What a merge needs of the heap beside its buffers, classes and the host's own objects: {@value} bytes (32 MiB). */
    public static final long ALLOWANCE_BYTES = 32L << 20;

    /** Resident memory of a process that is not heap: code, class data, stacks. */
    private static final long NON_HEAP_BYTES = 64L << 20;

    /** Returns the heap as it is. */
    public static HeapRoom current() {
        Runtime runtime = Runtime.getRuntime();
        return new HeapRoom(runtime.maxMemory(), runtime.totalMemory(), runtime.freeMemory());
    }

    /**
     * Returns the bytes of buffers that fit: four fifths of the heap less {@link #ALLOWANCE_BYTES}, as a collector needs
     * room to work in; at least zero. A merge whose budget is no more than this does not meet an OutOfMemoryError of its
     * own making.
     */
    public long bufferBytes() {
        return Math.max(0, (maxBytes - ALLOWANCE_BYTES) / 5 * 4);
    }

    /** Returns the size of heap in which {@code buffers} bytes fit. */
    public static long heapFor(long buffers) {
        return buffers + buffers / 4 + ALLOWANCE_BYTES;
    }

    /**
     * Returns how much memory the heap will at most take from the system to hold {@code buffers} more bytes. Heap that is
     * resident already, as after an earlier merge, is not taken twice.
     *
     * @param rssAnonBytes resident memory of the process, or {@link SystemProbe#UNKNOWN}
     */
    public long fromSystem(long buffers, long rssAnonBytes) {
        long resident = Math.min(committedBytes, Math.max(0, rssAnonBytes - NON_HEAP_BYTES));
        long unusedResident = Math.min(freeBytes, Math.max(0, resident - (committedBytes - freeBytes)));
        return Math.max(0, Math.min(buffers - unusedResident, maxBytes - resident));
    }

    /** Returns the bytes in use, garbage included. */
    public long usedBytes() {
        return committedBytes - freeBytes;
    }
}
