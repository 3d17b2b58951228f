/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.worker;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeResult;
import dev.marquetry.Phase;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.local.internal.limits.WorkerDeath;
import dev.marquetry.spi.GuardedListener;
import dev.marquetry.spi.wire.WorkEvent;
import dev.marquetry.spi.wire.WorkOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One order to one worker process: tells it, passes its events on, on the caller's thread, and puts in order what it leaves
 * if it dies or has to be stopped. Used once, by one thread.
 */
public final class IsolatedOrder {
    /** How long a worker has to tell of a limit that it crossed before it is stopped. */
    private static final Duration TO_TELL = Duration.ofSeconds(2);

    /** How long a worker has to cancel its merge before it is killed. */
    private static final Duration TO_CANCEL = Duration.ofSeconds(3);

    private final WorkOrder order;
    private final String line;
    private final ResourceLimits limits;
    private final long ceilingBytes;
    private final WorkerProcess worker;
    private final ProgressListener listener;
    private final Aftermath aftermath;
    private final long begin;
    private Phase phase = Phase.PREFLIGHT;
    private long seenBytes;
    private boolean answered;

    /**
     * Prepares {@code order}.
     *
     * @param line {@code order} as it is sent
     * @param ceilingBytes what the worker can take at most
     * @param begin when the merge was asked for, in {@link System#nanoTime}
     */
    public IsolatedOrder(
            WorkOrder order,
            String line,
            ResourceLimits limits,
            long ceilingBytes,
            WorkerProcess worker,
            ProgressListener listener,
            long begin) {
        this.order = order;
        this.line = line;
        this.limits = limits;
        this.ceilingBytes = ceilingBytes;
        this.worker = worker;
        this.listener = new GuardedListener(listener);
        this.begin = begin;
        aftermath = Aftermath.of(order.request());
    }

    /** Returns whether the worker answered, and so can take another order. If not, it has ended. */
    public boolean isAnswered() {
        return answered;
    }

    /**
     * Returns the worker's answer: a result or an estimate.
     *
     * @throws MergeException if it is a failure, or there is none
     */
    public WorkEvent run() {
        try {
            WorkEvent answer = converse();
            if (answer instanceof WorkEvent.Failed failed && failed.failure() instanceof MergeCancelledException) {
                return stopped(death -> new MergeFailedException(told("was told to end by somebody else")));
            }
            answered = true;
            if (answer instanceof WorkEvent.Failed failed) {
                throw failed.failure();
            }
            return answer;
        } catch (InterruptedException e) {
            try {
                return stopped(death -> new MergeCancelledException(
                        "Merge was interrupted while " + phase.verb() + " in worker process " + worker.pid()));
            } finally {
                Thread.currentThread().interrupt();
            }
        } finally {
            if (!answered) {
                worker.stop(TO_CANCEL); // nothing to do any more, unless a listener threw an error
                aftermath.reclaim(worker.pid());
            }
        }
    }

    private WorkEvent converse() throws InterruptedException {
        try {
            worker.send(line);
            while (true) {
                String next = worker.next(nanosLeft());
                if (next == null) {
                    return stopped(death -> late());
                } else if (next.equals(WorkerProcess.END)) {
                    return stopped(this::died);
                }
                WorkEvent event = WorkEvent.read(next);
                if (event instanceof WorkEvent.Progressed progressed) {
                    phase = progressed.progress().phase();
                    seenBytes = Math.max(seenBytes, progressed.progress().memoryBytes());
                    listener.onProgress(progressed.progress());
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    worker.send(OrderLines.GO_ON);
                } else if (event instanceof WorkEvent.Sampled sampled) {
                    phase = sampled.sample().phase();
                    seenBytes =
                            Math.max(seenBytes, sampled.sample().processBytes().orElse(seenBytes));
                    listener.onSample(sampled.sample());
                } else if (!(event instanceof WorkEvent.Ready)) {
                    return event;
                }
            }
        } catch (IOException e) { // it does not listen any more
            return stopped(this::died);
        } catch (InvalidInputException e) { // of its line; its failures are events
            return stopped(death -> new MergeFailedException(told("can not be understood"), e));
        }
    }

    private long nanosLeft() {
        Duration time = limits.maxElapsed().orElse(Duration.ofDays(10_000));
        long nanos = time.compareTo(Duration.ofDays(10_000)) >= 0
                ? Long.MAX_VALUE >> 1
                : time.plus(TO_TELL).toNanos();
        return Math.max(0, nanos - (System.nanoTime() - begin));
    }

    /** Ends the worker and cleans up; returns what it did after all, else throws what {@code why} makes of its death. */
    private WorkEvent stopped(Function<WorkerDeath, MergeException> why) {
        worker.stop(TO_CANCEL);
        WorkEvent last = lastEvent();
        if (last instanceof WorkEvent.Merged || last instanceof WorkEvent.Estimated) {
            return last;
        }
        aftermath.reclaim(worker.pid());
        MergeException failure = why.apply(worker.death());
        if (order.task() == WorkOrder.Task.MERGE) {
            Optional<MergeResult> published = aftermath.published(
                    order.strategy().orElseThrow(),
                    Duration.ofNanos(System.nanoTime() - begin),
                    String.valueOf(failure.getMessage()));
            if (published.isPresent()) {
                return new WorkEvent.Merged(published.get());
            }
        }
        throw failure;
    }

    /** Returns the last event that the worker, which has ended, wrote and nobody has read; null if there is none. */
    private @Nullable WorkEvent lastEvent() {
        WorkEvent last = null;
        try {
            String next = worker.next(0);
            while (next != null && !next.equals(WorkerProcess.END)) {
                last = WorkEvent.read(next);
                next = worker.next(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (InvalidInputException e) {
            return null; // cut off in the middle of a line
        }
        return last;
    }

    private MergeException died(WorkerDeath death) {
        if (death.isOfMemory()) {
            return new LimitBreachException(death.breach(ceilingBytes, seenBytes, phase, worker.pid()));
        }
        return worker.wasReady()
                ? new MergeFailedException(told(death.how()))
                : new StrategyUnavailableException("Cannot start a worker process: it " + death.how() + saying());
    }

    private MergeException late() {
        return new LimitBreachException(WorkerDeath.late(
                limits.maxElapsed().orElseThrow().toMillis(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin),
                phase,
                worker.pid()));
    }

    private String told(String what) {
        return "Worker process " + worker.pid() + " " + what + " while " + phase.verb() + saying();
    }

    private String saying() {
        String words = worker.lastWords();
        return words.isEmpty() ? "" : ", saying: " + words;
    }
}
