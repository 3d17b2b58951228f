/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Turns SIGTERM and Ctrl-C into an interrupt of the child's main thread, and gives it time to clean up and tell. */
public final class Ending implements AutoCloseable {
    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final Thread hook;

    private Ending(Thread main) {
        hook = new Thread(
                () -> {
                    main.interrupt();
                    awaitCleanUp();
                },
                "marquetry-ending");
    }

    /** Begins to turn signals into an interrupt of the calling thread, until closed. */
    public static Ending ofThisThread() {
        Ending ending = new Ending(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(ending.hook);
        return ending;
    }

    private void awaitCleanUp() {
        try {
            if (!cleanedUp.await(OrderLines.CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("marquetry: clean-up took more than " + OrderLines.CLEAN_UP_SECONDS + " s");
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
