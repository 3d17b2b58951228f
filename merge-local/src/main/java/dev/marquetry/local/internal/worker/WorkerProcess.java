/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.worker;

import dev.marquetry.OutcomeUnknownException;
import dev.marquetry.local.internal.limits.WorkerDeath;
import dev.marquetry.spi.wire.WorkEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process that takes orders, as its host sees it. Two daemon threads read what it writes until it ends. Used by one
 * thread at a time.
 */
public final class WorkerProcess {
    /** In place of a line: there will be no more. */
    public static final String END = "";

    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    /** A child's JVM is told what to do by its command line alone. */
    private static final List<String> JVM_VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private static final Duration TO_DIE = Duration.ofSeconds(30);
    private static final int KEPT_WORDS = 12;
    private static final int LONGEST_WORD = 500;
    private static final int LEAST_LINE = 1 << 20;

    /** Events that wait for a listener at work; samples beyond are left out. */
    private static final int MOST_WAITING = 200;

    private static final List<String> WORDS_OF_MEMORY = List.of(
            "OutOfMemoryError", "insufficient memory", "Could not reserve enough space", "Cannot allocate memory");

    private final List<String> command;
    private final MemoryCeiling ceiling;
    private final Process process;
    private final OutputStream orders;
    private final Thread events;
    private final Thread words;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Deque<String> lastWords = new ArrayDeque<>();
    private boolean saidOutOfMemory;
    private boolean ready;

    private WorkerProcess(List<String> command, MemoryCeiling ceiling, Process process) {
        this.command = command;
        this.ceiling = ceiling;
        this.process = process;
        orders = process.getOutputStream();
        events = reader("events", this::readEvents);
        words = reader("words", this::readWords);
    }

    /**
     * Starts {@code command}, held down by {@code ceiling}, which goes with the process.
     *
     * @throws IOException if the system does not start it
     */
    public static WorkerProcess start(List<String> command, MemoryCeiling ceiling) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(ceiling.over(command));
        builder.environment().keySet().removeAll(JVM_VARIABLES);
        try {
            WorkerProcess worker = new WorkerProcess(command, ceiling, builder.start());
            worker.events.start();
            worker.words.start();
            return worker;
        } catch (IOException e) {
            ceiling.close();
            throw e;
        }
    }

    private Thread reader(String what, Runnable reading) {
        Thread thread = new Thread(reading, "marquetry-worker-" + what + "-" + process.pid());
        thread.setDaemon(true);
        return thread;
    }

    /** Returns what was started. */
    public List<String> command() {
        return command;
    }

    /** Returns what holds its memory down. */
    public MemoryCeiling ceiling() {
        return ceiling;
    }

    /** Returns its number. */
    public long pid() {
        return process.pid();
    }

    /** Returns whether it runs and can be heard; of a death the one or the other is known first. */
    public boolean isAlive() {
        return process.isAlive() && events.isAlive();
    }

    /** Returns whether it ever was ready to take orders. */
    public boolean wasReady() {
        return ready;
    }

    /**
     * Writes {@code line}.
     *
     * @throws IOException if it does not listen any more
     */
    public void send(String line) throws IOException {
        orders.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        orders.flush();
    }

    /**
     * Returns the next line that may be an event, {@link #END} if there will be no more, or null if there is none in time.
     *
     * @param nanos how long to wait
     */
    public @Nullable String next(long nanos) throws InterruptedException {
        String line = lines.poll(nanos, TimeUnit.NANOSECONDS);
        ready |= line != null && !line.equals(END);
        return line;
    }

    private void readEvents() {
        long most = Math.max(LEAST_LINE, Runtime.getRuntime().maxMemory() / 16);
        try (BoundedLines out = new BoundedLines(process.getInputStream(), most)) {
            for (String line = out.next(); line != null; line = out.next()) {
                if (!line.startsWith(WorkEvent.lineStart())) {
                    log(line);
                } else if (lines.size() < MOST_WAITING || !WorkEvent.isSample(line)) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            LOG.debug("Worker process {} can not be read: {}", pid(), e.toString());
        }
        lines.add(END);
    }

    private void readWords() {
        try (BoundedLines err = new BoundedLines(process.getErrorStream(), LONGEST_WORD)) {
            for (String line = err.next(); line != null; line = err.next()) {
                log(line);
                keep(line);
            }
        } catch (IOException e) {
            LOG.debug("Worker process {} can not be read: {}", pid(), e.toString());
        }
    }

    private void log(String line) {
        if (line.startsWith("WARN ") || line.startsWith("ERROR ")) {
            LOG.warn("Worker process {}: {}", pid(), line);
        } else if (!line.isBlank()) {
            LOG.debug("Worker process {}: {}", pid(), line);
        }
    }

    private synchronized void keep(String line) {
        saidOutOfMemory |= WORDS_OF_MEMORY.stream().anyMatch(line::contains);
        if (!line.isBlank() && lastWords.size() < KEPT_WORDS) { // a JVM says why first, and then all about itself
            lastWords.add(line);
        }
    }

    /** Returns what it said beside its events, in one line; empty if nothing. */
    public synchronized String lastWords() {
        return String.join("; ", lastWords);
    }

    /** Returns how it died; to be asked after {@link #stop}. */
    public synchronized WorkerDeath death() {
        return new WorkerDeath(process.exitValue(), saidOutOfMemory);
    }

    /** Lets an idle child end, and returns once it has. */
    public void dismiss() {
        closeOrders();
        if (!endsWithin(Duration.ofSeconds(OrderLines.CLEAN_UP_SECONDS))) {
            process.toHandle().destroyForcibly();
        }
        settle();
    }

    /**
     * Tells it to cancel, kills it if it has not ended within {@code grace}, and returns once it has and all that it wrote
     * is read. An interrupt does not cut this short.
     *
     * @throws OutcomeUnknownException if not even killing ends it
     */
    public void stop(Duration grace) {
        closeOrders();
        if (!endsWithin(Duration.ofMillis(Math.min(100, grace.toMillis())))) {
            if (process.supportsNormalTermination()) {
                process.toHandle().destroy(); // Process.destroy would also throw away what it still has to say
            }
            if (!endsWithin(grace)) {
                process.toHandle().destroyForcibly();
            }
        }
        settle();
    }

    private void settle() {
        if (!endsWithin(TO_DIE)) {
            throw new OutcomeUnknownException("Cannot tell whether the output was or will be published: worker process "
                    + pid() + " was killed and still runs");
        }
        uninterrupted(() -> {
            events.join(TO_DIE.toMillis());
            words.join(TO_DIE.toMillis());
            return true;
        });
        ceiling.close();
    }

    private void closeOrders() {
        try {
            orders.close();
        } catch (IOException e) {
            LOG.debug("Worker process {} does not listen any more: {}", pid(), e.toString());
        }
    }

    private boolean endsWithin(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        return uninterrupted(() -> process.waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
    }

    private interface Wait {
        boolean done() throws InterruptedException;
    }

    private static boolean uninterrupted(Wait wait) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.done();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
