/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import dev.marquetry.MergeException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The stop signal of one merge and its pulse. Whoever finds a reason to stop says so here; every worker asks between
 * pages, and each answer counts as progress for the stall watchdog. Thread-safe.
 */
public final class MergeControl {
    private final AtomicReference<@Nullable MergeException> reason = new AtomicReference<>();
    private final AtomicLong pulse = new AtomicLong();

    /** Asks the merge to stop for {@code why}; the first reason given stands. */
    public void stop(MergeException why) {
        reason.compareAndSet(null, why);
    }

    /**
     * Counts a step of progress.
     *
     * @throws MergeException if the merge has been asked to stop
     */
    public void check() {
        pulse.incrementAndGet();
        MergeException why = reason.get();
        if (why != null) {
            throw why;
        }
    }

    /** Returns why the merge was asked to stop, or null. */
    public @Nullable MergeException stopReason() {
        return reason.get();
    }

    /** Returns a number that grows with every step of progress. */
    public long pulse() {
        return pulse.get();
    }
}
