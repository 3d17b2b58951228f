/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The child's ear: reads the host's lines, each an order or {@link #GO_ON}. When they end, for the host closed them or is
 * dead, the child's main thread is interrupted, and the process ended if it has not ended by itself in time.
 */
public final class OrderLines {
    /** The host has taken an event of progress; the merge may go on. */
    public static final String GO_ON = "go on";

    /** How long a child has to cancel its merge and clean up before it is ended: {@value} s. */
    public static final long CLEAN_UP_SECONDS = 10;

    private final InputStream in;
    private final Thread main;
    private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();
    private final Semaphore leave = new Semaphore(0);

    private OrderLines(InputStream in, Thread main) {
        this.in = in;
        this.main = main;
    }

    /** Begins to read {@code in} for the calling thread. */
    public static OrderLines of(InputStream in) {
        OrderLines lines = new OrderLines(in, Thread.currentThread());
        Thread reader = new Thread(lines::read, "marquetry-orders");
        reader.setDaemon(true);
        reader.start();
        return lines;
    }

    /** Returns the next order. */
    public String next() throws InterruptedException {
        String order = orders.take();
        leave.drainPermits(); // what an order that was given up did not wait for
        return order;
    }

    /** Waits until the host has taken an event. A merge that is stopped meanwhile does not wait. */
    public void awaitGoOn() {
        try {
            leave.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(GO_ON)) {
                    leave.release();
                } else if (!line.isEmpty()) {
                    orders.add(line);
                }
            }
        } catch (IOException e) {
            // as good as an end
        }
        main.interrupt();
        try {
            main.join(TimeUnit.SECONDS.toMillis(CLEAN_UP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1); // nobody is left to hear anything; a main thread that ended in time has exited
    }
}
