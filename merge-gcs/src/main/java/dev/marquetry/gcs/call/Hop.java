/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs.call;

import dev.marquetry.gcs.call.Calls.Call;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls on other threads, which nobody interrupts: an interrupt while Google's clients wait for an answer is lost
 * in it, without an exception or the flag, and its wait can not be cut short.
 */
final class Hop {
    private static final long SLICE_MILLIS = 200;
    private static final long SETTLING_MILLIS = 1_000;

    private static final Executor THREADS =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                Thread thread = new Thread(work, "marquetry-call");
                thread.setDaemon(true);
                return thread;
            });

    private Hop() {}

    /**
     * Returns what {@code call} returns and throws what it throws, or an exception if there is no answer {@code within} a
     * time; null waits for ever.
     */
    static <T extends @Nullable Object> T over(Call<T> call, @Nullable Duration within, Checkpoint checkpoint)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        FutureTask<T> task = new FutureTask<>(call::make);
        THREADS.execute(task);
        boolean settled = false;
        try {
            while (true) {
                try {
                    T result = task.get(SLICE_MILLIS, TimeUnit.MILLISECONDS);
                    settled = true;
                    return result;
                } catch (TimeoutException e) {
                    checkpoint.check();
                    if (within != null && System.nanoTime() - begin >= within.toNanos()) {
                        throw new IOException("no answer within " + within.toSeconds() + " s", e);
                    }
                } catch (ExecutionException e) {
                    settled = true;
                    throw thrown(e.getCause());
                }
            }
        } finally {
            if (!settled) {
                settle(task);
            }
        }
    }

    /** Gives a call that is not waited for any more a little time: what it does should not come after cleaning up. */
    private static void settle(FutureTask<?> task) {
        boolean interrupted = Thread.interrupted();
        try {
            task.get(SETTLING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ExecutionException | TimeoutException e) {
            // Nobody waits for its result.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException thrown(@Nullable Throwable cause) throws IOException {
        if (cause instanceof IOException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        if (cause instanceof RuntimeException e) {
            return e;
        }
        return new IllegalStateException(cause);
    }
}
