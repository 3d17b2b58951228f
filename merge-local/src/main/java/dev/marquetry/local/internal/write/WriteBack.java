/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.local.internal.scratch.Output;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Has the system write the output to disk while it comes about, so that the disk works from the beginning and the last
 * sync finds little left. Left alone, Linux begins when a tenth of the memory waits to be written.
 */
final class WriteBack implements AutoCloseable {
    private static final long STRETCH_BYTES = 128 << 20;

    private final Output output;
    private final Thread thread;
    private @Nullable IOException failure;
    private long announced;
    private boolean ended;

    /** Begins to watch {@code output}. */
    WriteBack(Output output) {
        this.output = output;
        thread = new Thread(this::run, "marquetry-syncing");
        thread.setDaemon(true);
        thread.start();
    }

    /** Tells that the output has grown to {@code bytes}. */
    synchronized void reached(long bytes) {
        if (bytes - announced >= STRETCH_BYTES) {
            announced = bytes;
            notifyAll();
        }
    }

    private void run() {
        long done = 0;
        try {
            while (true) {
                synchronized (this) {
                    while (announced == done && !ended) {
                        wait();
                    }
                    if (ended) {
                        return;
                    }
                    done = announced;
                }
                output.writeBack();
            }
        } catch (IOException e) {
            synchronized (this) {
                failure = e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Stops, once what is being written is on disk.
     *
     * @throws IOException if something could not be written; the system tells so once only
     */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }
}
