/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one merge. Each job is run by all of them at once while the caller waits, so that the caller can be
 * interrupted whatever they do. The first failure stops all; a thread that hangs in the file system where no interrupt
 * reaches it is left behind after five seconds, for the caller must not hang with it.
 */
public final class Crew {
    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);
    private static final long LOOK_EVERY_MILLIS = 100;
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final int threads;
    private final MergeControl control;
    private final @Nullable Guard guard;

    /** What each thread does; it takes its share from something shared until nothing is left. */
    @FunctionalInterface
    public interface Job {
        /** Does one thread's share, telling {@code place} where it is. */
        void run(Place place) throws IOException, InterruptedException;
    }

    /** Makes a crew of {@code threads}, watched by {@code guard} if there is one yet. */
    public Crew(int threads, MergeControl control, @Nullable Guard guard) {
        this.threads = threads;
        this.control = control;
        this.guard = guard;
    }

    /** Returns a crew of {@code others} threads for the same merge. */
    public Crew of(int others) {
        return new Crew(others, control, guard);
    }

    /**
     * Runs {@code job} on every thread and returns once all have ended.
     *
     * @throws MergeException the first reason to stop; {@link MergeCancelledException} if the caller was interrupted, whose
     *     interrupt flag is set again then
     */
    public void run(Phase phase, Job job) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Place place = new Place(phase);
            Thread thread = new Thread(() -> work(place, job, failure), "marquetry-" + phase.verb() + "-" + i);
            thread.setDaemon(true);
            started.add(thread);
            thread.start();
        }
        boolean interrupted = false;
        for (Thread thread : started) {
            interrupted |= join(thread, started);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable thrown = failure.get();
        if (thrown instanceof RuntimeException unchecked && !(thrown instanceof MergeException)) {
            throw unchecked;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        MergeException why = control.stopReason();
        if (why != null) {
            throw why;
        }
    }

    /** Waits for {@code thread}, but not for ever for one that hangs where nothing can wake it. Returns if interrupted. */
    private boolean join(Thread thread, List<Thread> all) {
        boolean interrupted = false;
        long stopSeen = 0;
        while (thread.isAlive()) {
            try {
                thread.join(LOOK_EVERY_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
                control.stop(new MergeCancelledException("Merge was interrupted"));
                all.forEach(Thread::interrupt);
            }
            if (control.stopReason() != null) {
                stopSeen = stopSeen == 0 ? System.nanoTime() : stopSeen;
                if (System.nanoTime() - stopSeen > GRACE_NANOS) {
                    LOG.warn(
                            "Thread {} does not stop and is left behind: {}", thread.getName(), thread.getStackTrace());
                    return interrupted;
                }
            }
        }
        return interrupted;
    }

    private void work(Place place, Job job, AtomicReference<@Nullable Throwable> failure) {
        if (guard != null) {
            guard.register(Thread.currentThread(), place);
        }
        try {
            job.run(place);
        } catch (MergeException e) {
            control.stop(e);
        } catch (IOException e) {
            String where = place.where().isEmpty() ? "" : " " + place.where();
            control.stop(new MergeFailedException(
                    "Cannot go on while " + place.phase().verb() + where + ": " + e.getMessage(), e));
        } catch (InterruptedException e) {
            control.stop(new MergeCancelledException("Merge was interrupted"));
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
            control.stop(new MergeFailedException(
                    "Merge failed while " + place.phase().verb() + " " + place.where(), e));
        } finally {
            if (guard != null) {
                guard.unregister(Thread.currentThread());
            }
        }
    }
}
