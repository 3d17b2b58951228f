/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

/**
 * Keeps this process small without a JVM flag: left alone, the collector lets garbage fill a share of the machine's memory
 * before it runs. A command owns its process and may ask for a collection; a library must not, so this is here and not in
 * the engine. The engine makes so little garbage that a collection is asked for every few seconds at most, each of some
 * ten milliseconds.
 */
final class SmallHeap implements AutoCloseable {
    /** Garbage that may gather before a collection is asked for, in bytes (32 MiB). */
    static final long GARBAGE_BYTES = 32L << 20;

    private static final long LOOK_EVERY_MILLIS = 50;

    private final Thread thread = new Thread(this::watch, "marquetry-small-heap");
    private long liveBytes;

    private SmallHeap() {
        thread.setDaemon(true);
    }

    /** Begins to watch. */
    static SmallHeap keep() {
        SmallHeap heap = new SmallHeap();
        heap.thread.start();
        return heap;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_EVERY_MILLIS);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void look() {
        long used = usedBytes();
        if (used > liveBytes + GARBAGE_BYTES) {
            System.gc();
            liveBytes = usedBytes();
        } else {
            liveBytes = Math.min(liveBytes, used);
        }
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
