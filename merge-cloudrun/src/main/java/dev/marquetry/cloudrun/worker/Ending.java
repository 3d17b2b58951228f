/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Cancels the work of a thread when the process is asked to end, and gives it a little time to clean up and tell. */
final class Ending implements AutoCloseable {
    /** Cloud Run kills a container ten seconds after SIGTERM. */
    private static final long MOST_SECONDS = 9;

    private final CountDownLatch done = new CountDownLatch(1);

    private Ending() {}

    /** Begins to watch over the thread that calls. */
    static Ending ofThisThread() {
        Ending ending = new Ending();
        Thread working = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ending.end(working), "marquetry-ending"));
        return ending;
    }

    private void end(Thread working) {
        if (done.getCount() == 0) {
            return;
        }
        working.interrupt();
        try {
            boolean inTime = done.await(MOST_SECONDS, TimeUnit.SECONDS);
            if (!inTime) {
                System.err.println("marquetry: the merge did not end within " + MOST_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says that the work is done. */
    @Override
    public void close() {
        done.countDown();
    }
}
