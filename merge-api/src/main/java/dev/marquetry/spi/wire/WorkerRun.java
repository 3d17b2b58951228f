/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi.wire;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceSample;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A worker's core: fulfils orders, wherever they come from and wherever their events go. Interrupting the thread that
 * runs an order cancels it. Thread-safe if what it was given is.
 */
public final class WorkerRun {
    /** The order was fulfilled: {@value}. */
    public static final int DONE = 0;

    /** Anything that is not one of the others: {@value}. */
    public static final int FAILED = 1;

    /** The order or an input is wrong: {@value}. */
    public static final int BAD_INPUT = 2;

    /** A limit was, or would be, breached: {@value}. */
    public static final int BREACHED = 3;

    private final Function<WorkOrder, MergeStrategy> strategies;
    private final Consumer<WorkEvent> events;

    /**
     * Prepares to fulfil orders.
     *
     * @param strategies makes the strategy for an order
     * @param events takes events, from the merge's threads, one progress event or sample at a time; a merge waits for it
     */
    public WorkerRun(Function<WorkOrder, MergeStrategy> strategies, Consumer<WorkEvent> events) {
        this.strategies = Objects.requireNonNull(strategies, "strategies");
        this.events = Objects.requireNonNull(events, "events");
    }

    /** Fulfils the order that {@code line} is, tells how it ended, and returns the exit code for it. */
    public int run(String line) {
        try {
            return run(WorkOrder.read(line));
        } catch (InvalidInputException e) { // of the order itself; run tells its own failures
            return failed(e);
        }
    }

    /** Fulfils {@code order}, tells how it ended, and returns the exit code for it. */
    public int run(WorkOrder order) {
        WorkEvent last;
        try {
            MergeStrategy strategy = strategies.apply(order);
            last = switch (order.task()) {
                case MERGE -> new WorkEvent.Merged(strategy.merge(order.request(), new Teller(events)));
                case ESTIMATE -> new WorkEvent.Estimated(strategy.estimate(order.request()));
            };
        } catch (MergeException e) {
            return failed(e);
        } catch (RuntimeException e) {
            return failed(new MergeFailedException("Cannot fulfil the order, a fault of this library: " + e, e));
        }
        events.accept(last);
        return DONE;
    }

    private int failed(MergeException failure) {
        events.accept(new WorkEvent.Failed(failure));
        if (failure instanceof LimitBreachException) {
            return BREACHED;
        }
        return failure instanceof InvalidInputException ? BAD_INPUT : FAILED;
    }

    private record Teller(Consumer<WorkEvent> events) implements ProgressListener {
        @Override
        public void onProgress(Progress progress) {
            events.accept(new WorkEvent.Progressed(progress));
        }

        @Override
        public void onSample(ResourceSample sample) {
            events.accept(new WorkEvent.Sampled(sample));
        }
    }
}
