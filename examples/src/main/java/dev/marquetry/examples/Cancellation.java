/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Turns Ctrl-C into an interrupt of the merging thread, and gives it time to clean up before the JVM ends. */
final class Cancellation implements AutoCloseable {
    private static final long CLEAN_UP_SECONDS = 30;

    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final Thread hook;

    private Cancellation(Thread worker) {
        hook = new Thread(
                () -> {
                    worker.interrupt();
                    awaitCleanUp();
                },
                "marquetry-cancel");
    }

    /** Begins to turn Ctrl-C into an interrupt of the calling thread, until closed. */
    static Cancellation ofThisThread() {
        Cancellation cancellation = new Cancellation(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(cancellation.hook);
        return cancellation;
    }

    private void awaitCleanUp() {
        try {
            if (!cleanedUp.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("marquetry: clean-up took more than " + CLEAN_UP_SECONDS + " s; leaving it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        cleanedUp.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is on its way down: the hook is what brought us here.
        }
    }
}
