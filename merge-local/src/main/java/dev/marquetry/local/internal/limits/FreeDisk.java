/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The free space where a merge writes, for those who only want to know. It is looked at once a second, by a thread of its
 * own: a file system that hangs takes that thread and not the guard. Asked by one thread at a time.
 */
final class FreeDisk {
    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SystemProbe probe;
    private final Path folder;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile long bytes = SystemProbe.UNKNOWN;
    private boolean everLooked;
    private long lookedNanos;

    FreeDisk(SystemProbe probe, Path folder) {
        this.probe = probe;
        this.folder = folder;
    }

    /** Notes what somebody else has seen at {@code nanos}. */
    void seen(long freeBytes, long nanos) {
        bytes = freeBytes;
        everLooked = true;
        lookedNanos = nanos;
    }

    /** Returns what was seen last, and looks again if that was a second before {@code nanos}; the first time it waits. */
    long bytes(long nanos) {
        if (!everLooked) {
            look();
        } else if (nanos - lookedNanos < LOOK_EVERY_NANOS || !looking.compareAndSet(false, true)) {
            return bytes;
        } else {
            Thread thread = new Thread(null, this::look, "marquetry-disk", 0, false);
            thread.setDaemon(true);
            thread.start();
        }
        everLooked = true;
        lookedNanos = nanos;
        return bytes;
    }

    private void look() {
        try {
            bytes = probe.freeDiskBytes(folder);
        } catch (IOException | RuntimeException e) {
            bytes = SystemProbe.UNKNOWN;
        } finally {
            looking.set(false);
        }
    }
}
