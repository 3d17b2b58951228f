/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.loopback;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Containers that are tasks of one Java process, which stays: starting a JVM takes longer than most merges of the kit. A
 * task gets arguments and environment as a container does, and an interrupt in place of SIGTERM; SIGKILL ends the process,
 * and with it all tasks. Thread-safe.
 */
public final class WarmContainers implements ContainerHost, AutoCloseable {
    private static final String SEPARATOR = "\u001f";
    private static final int KILLED = 137;

    private final Process process;
    private final Writer orders;
    private final AtomicInteger next = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Integer>> open = new ConcurrentHashMap<>();

    /** Starts the process: {@code main}, which reads orders as {@link WarmWorker} does, in a heap of that size. */
    public WarmContainers(String main, String heap, File log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xmx" + heap, "-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start();
        orders = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "warm-containers");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(" ", 2);
                open.remove(Integer.valueOf(parts[0])).complete(Integer.valueOf(parts[1]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            open.values().forEach(task -> task.complete(KILLED));
        }
    }

    private void send(String... words) {
        synchronized (orders) {
            try {
                orders.write(String.join(SEPARATOR, words) + "\n");
                orders.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public Container start(List<String> arguments, Map<String, String> environment) {
        int id = next.incrementAndGet();
        CompletableFuture<Integer> task = new CompletableFuture<>();
        open.put(id, task);
        List<String> words = new ArrayList<>(List.of("run", "" + id, "" + arguments.size()));
        words.addAll(arguments);
        environment.forEach((name, value) -> words.add(name + "=" + value));
        send(words.toArray(String[]::new));
        return new Container() {
            @Override
            public OptionalInt await(Duration time) throws InterruptedException {
                try {
                    return OptionalInt.of(task.get(time.toNanos(), TimeUnit.NANOSECONDS));
                } catch (TimeoutException e) {
                    return OptionalInt.empty();
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void terminate() {
                send("stop", "" + id);
            }

            @Override
            public void kill() {
                process.destroyForcibly();
            }
        };
    }

    static List<String> words(String line) {
        return List.of(Pattern.compile(SEPARATOR, Pattern.LITERAL).split(line));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
