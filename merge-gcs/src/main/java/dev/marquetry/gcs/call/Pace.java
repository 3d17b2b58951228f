/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs.call;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before trying again, and how often to try. The wait doubles from time to time and varies by half, so
 * that threads that failed together do not come back together. Immutable and thread-safe.
 *
 * @param first the first wait
 * @param longest the longest wait
 * @param tries how often to try at most, the first time included
 */
public record Pace(Duration first, Duration longest, int tries) {
    /** Between tries of a call that failed: half a second to 32 seconds, eight tries; about two minutes in all. */
    public static final Pace RETRY = new Pace(Duration.ofMillis(500), Duration.ofSeconds(32), 8);

    /** Between questions whether a job has ended: a quarter of a second to ten seconds, without end. */
    public static final Pace POLL = new Pace(Duration.ofMillis(250), Duration.ofSeconds(10), Integer.MAX_VALUE);

    private static final long SLICE_MILLIS = 200;
    private static final int DOUBLINGS_AT_MOST = 20;

    /** Checks the figures. */
    public Pace {
        if (first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("waits must not shrink but were " + first + " and " + longest);
        }
        if (tries < 1) {
            throw new IllegalArgumentException("tries must be positive but was " + tries);
        }
    }

    /** Returns how long to wait after {@code waits} earlier waits. */
    public Duration pause(int waits) {
        long full = Math.min(longest.toMillis(), first.toMillis() << Math.min(waits, DOUBLINGS_AT_MOST));
        long half = full / 2;
        return Duration.ofMillis(
                full - half + (half == 0 ? 0 : ThreadLocalRandom.current().nextLong(half + 1)));
    }

    /**
     * Waits as long as {@link #pause} says, asking {@code checkpoint} several times a second.
     *
     * @throws InterruptedException if the thread was interrupted
     */
    public void await(int waits, Checkpoint checkpoint) throws InterruptedException {
        long end = System.nanoTime() + pause(waits).toNanos();
        checkpoint.check();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            Thread.sleep(Math.min(SLICE_MILLIS, Duration.ofNanos(left).toMillis() + 1));
            checkpoint.check();
        }
    }
}
