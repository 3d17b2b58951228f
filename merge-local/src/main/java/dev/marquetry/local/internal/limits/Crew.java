/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one merge. Each job is run by all of them at once while the caller waits, so that the caller can be
 * interrupted whatever they do. The first failure stops all.
 */
public final class Crew {
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

    private boolean join(Thread thread, List<Thread> all) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
                control.stop(new MergeCancelledException("Merge was interrupted"));
                all.forEach(Thread::interrupt);
            }
        }
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
