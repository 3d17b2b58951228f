/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.Resource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The ledger of a merge's own memory: asked before every buffer, with a hard ceiling. Amounts are in bytes. Thread-safe.
 */
public final class MemoryBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();

    /** Opens a ledger in which at most {@code limit} bytes are in use at any time. */
    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    /**
     * Takes {@code bytes}, or fails without taking any.
     *
     * @throws LimitBreachException if the ceiling would be crossed; it names {@code place}
     */
    public void take(long bytes, Place place) {
        if (!tryTake(bytes)) {
            throw new LimitBreachException(new LimitBreach(
                    Resource.MEMORY, limit, used.get() + bytes, Basis.MEASURED, place.phase(), place.where()));
        }
    }

    /** Takes {@code bytes} and returns true, or returns false if the ceiling would be crossed. */
    public boolean tryTake(long bytes) {
        long before;
        do {
            before = used.get();
            if (bytes > limit - before) {
                return false;
            }
        } while (!used.compareAndSet(before, before + bytes));
        peak.accumulateAndGet(before + bytes, Math::max);
        return true;
    }

    /** Gives {@code bytes} back. */
    public void give(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Returns the bytes in use. */
    public long used() {
        return used.get();
    }

    /** Returns the most bytes that were ever in use. */
    public long peak() {
        return peak.get();
    }

    /** Returns the ceiling. */
    public long limit() {
        return limit;
    }
}
