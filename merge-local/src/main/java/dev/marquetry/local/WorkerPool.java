/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.local.internal.worker.WorkerProcess;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Worker processes that are kept for the next merge, so that a batch starts a JVM once and not for each merge. Strategies
 * may share a pool; a worker serves those that would have started it with the same command line. One that was cancelled, or
 * died, is not kept.
 *
 * <p>Thread-safe. Whoever makes a pool closes it; idle workers also end with this process.
 */
public final class WorkerPool implements AutoCloseable {
    private final int mostIdle;
    private final Deque<WorkerProcess> idle = new ArrayDeque<>();
    private boolean closed;

    private WorkerPool(int mostIdle) {
        this.mostIdle = mostIdle;
    }

    /**
     * Returns a pool that keeps {@code workers} idle ones at most; each holds its memory.
     *
     * @throws IllegalArgumentException if {@code workers} is negative
     */
    public static WorkerPool keeping(int workers) {
        if (workers < 0) {
            throw new IllegalArgumentException("idle workers must not be negative but was " + workers);
        }
        return new WorkerPool(workers);
    }

    /** Starts a worker. */
    interface Starter {
        WorkerProcess start() throws IOException;
    }

    /** Returns an idle worker that was started with {@code command}, else one that is started now. */
    WorkerProcess take(List<String> command, Starter starter) throws IOException {
        synchronized (idle) {
            for (Iterator<WorkerProcess> each = idle.iterator(); each.hasNext(); ) {
                WorkerProcess worker = each.next();
                if (worker.command().equals(command)) {
                    each.remove();
                    if (worker.isAlive()) {
                        return worker;
                    }
                    worker.dismiss();
                }
            }
        }
        return starter.start();
    }

    /** Keeps {@code worker}, or the one that was idle longest in place of it, or lets it end. */
    void give(WorkerProcess worker) {
        WorkerProcess surplus = null;
        synchronized (idle) {
            if (closed || mostIdle == 0) {
                surplus = worker;
            } else {
                idle.addFirst(worker);
                if (idle.size() > mostIdle) {
                    surplus = idle.removeLast();
                }
            }
        }
        if (surplus != null) {
            surplus.dismiss();
        }
    }

    /** Ends idle workers, and from now on each that becomes idle. Merges that run are not touched. */
    @Override
    public void close() {
        List<WorkerProcess> surplus;
        synchronized (idle) {
            closed = true;
            surplus = new ArrayList<>(idle);
            idle.clear();
        }
        surplus.forEach(WorkerProcess::dismiss);
    }
}
