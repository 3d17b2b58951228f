/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.source;

import dev.marquetry.local.internal.limits.MemoryBudget;
import java.util.TreeSet;

/**
 * The part of a merge's memory that holds what was read before it is used. Nobody fails for want of it: who gets none reads
 * straight to where the bytes go. Thread-safe.
 */
final class Room {
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final MemoryBudget budget;
    private final long most;
    private final TreeSet<Integer> waiting = new TreeSet<>();
    private long used;
    private boolean closed;

    Room(MemoryBudget budget) {
        this.budget = budget;
        most = most(budget.limit());
    }

    /** Returns how many bytes of a budget of {@code budget} it may be at most: an eighth, up to 64 MiB. */
    static long most(long budget) {
        return Math.min(64 << 20, budget / 8);
    }

    long most() {
        return most;
    }

    /** Takes {@code bytes} if there is room. */
    synchronized boolean tryTake(long bytes) {
        if (closed || used + bytes > most || !budget.tryTake(bytes)) {
            return false;
        }
        used += bytes;
        return true;
    }

    /** Waits for {@code bytes} behind all with a lower {@code turn}; returns false if there is no room any more. */
    synchronized boolean take(int turn, long bytes) throws InterruptedException {
        waiting.add(turn);
        try {
            while (!closed) {
                if (waiting.first() == turn && tryTake(bytes)) {
                    return true;
                }
                wait(LOOK_AGAIN_MILLIS);
            }
            return false;
        } finally {
            waiting.remove(turn);
            notifyAll();
        }
    }

    synchronized void give(long bytes) {
        used -= bytes;
        budget.give(bytes);
        notifyAll();
    }

    /** Gives nobody any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
