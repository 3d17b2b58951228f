/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.worker;

import dev.marquetry.MergeException;
import dev.marquetry.cloudrun.internal.Staging;
import dev.marquetry.cloudrun.internal.TaskFolder;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.spi.wire.WorkEvent;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts events of a merge into objects: the last of progress in one, not more often than Cloud Storage lets an object be
 * written, and the last of all in another. No merge waits for its progress to be told.
 */
final class EventObjects implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventObjects.class);

    /** An object may be written once a second. */
    private static final long PAUSE_MILLIS = 1_100;

    private static final long JOIN_MILLIS = 2_000;

    private final Staging folder;
    private final BlockingQueue<WorkEvent> newest = new ArrayBlockingQueue<>(1);
    private final Thread writer = new Thread(this::write, "marquetry-progress");

    EventObjects(Staging folder) {
        this.folder = folder;
        writer.setDaemon(true);
        writer.start();
    }

    /** Takes an event; the last of all is written before this returns, whether or not the thread is interrupted. */
    void accept(WorkEvent event) {
        if (event instanceof WorkEvent.Progressed) {
            newest.poll();
            newest.offer(event);
        } else if (!(event instanceof WorkEvent.Sampled)) {
            boolean interrupted = Thread.interrupted();
            close();
            put(TaskFolder.RESULT, event);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void write() {
        try {
            while (true) {
                WorkEvent event = newest.take();
                try {
                    folder.put(TaskFolder.PROGRESS, event.toLine(), Calls::throwIfInterrupted);
                } catch (MergeException e) {
                    LOG.warn("Cannot tell how far the merge is: {}", e.getMessage());
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the merge has ended
        }
    }

    private void put(String name, WorkEvent event) {
        try {
            folder.put(name, event.toLine(), Checkpoint.none());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the telling of progress. */
    @Override
    public void close() {
        writer.interrupt();
        try {
            writer.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
