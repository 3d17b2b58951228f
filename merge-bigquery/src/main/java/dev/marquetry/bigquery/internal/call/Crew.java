/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Cleans up within a time, on daemon threads of its own: the caller's may be interrupted, and a service that hangs must
 * not hold it. Thread-safe.
 */
public final class Crew {
    private final String name;
    private final long deadline;

    /** Creates it for work that must end {@code within} a time from here on; {@code name} is that of its threads. */
    public Crew(String name, Duration within) {
        this.name = name;
        deadline = System.nanoTime() + within.toNanos();
    }

    /** Returns the milliseconds left; zero or less when there are none. */
    public long millisLeft() {
        return Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    }

    /** Runs {@code work} on that many threads at once and returns when all are done or the time is up. */
    public void run(int threads, Runnable work) {
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(work, "marquetry-" + name + "-" + i);
            thread.setDaemon(true);
            thread.start();
            started.add(thread);
        }
        boolean interrupted = false;
        for (Thread thread : started) {
            while (thread.isAlive() && millisLeft() > 0) {
                try {
                    thread.join(millisLeft());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits on one of its threads, but not longer than there is time. */
    public void pause(Duration time) {
        try {
            Thread.sleep(Math.max(1, Math.min(millisLeft(), time.toMillis())));
        } catch (InterruptedException e) {
            // Nobody interrupts these threads; if somebody does, the time left is spent without pauses.
            Thread.currentThread().interrupt();
        }
    }
}
