/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs processes one at a time, with the clock and an eye on their memory. */
final class TimedProcess {
    private static final int LOOK_EVERY_MILLIS = 10;
    private static final int MAX_MESSAGE = 120;
    private static final int SIGNAL = 128;
    private static final Pattern OUT_OF_MEMORY =
            Pattern.compile("out ?of ?memory|could not allocate|memory allocation of", Pattern.CASE_INSENSITIVE);
    private static final Pattern PREFIX =
            Pattern.compile("^\\s*(Exception in thread \"[^\"]*\" )?([\\w.$]+(Exception|Error): )*");
    private static final Pattern TELLING = Pattern.compile("error|exception|cannot|panic", Pattern.CASE_INSENSITIVE);

    private final Path log;
    private final Duration limit;

    /**
     * Prepares to run processes.
     *
     * @param log where their standard output and error go, one overwriting the other's
     * @param limit longest time for each
     */
    TimedProcess(Path log, Duration limit) {
        this.log = log;
        this.limit = limit;
    }

    /** Runs {@code command}, then syncs {@code output} within the time taken. */
    Outcome run(List<String> command, Path output) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        long begin = System.nanoTime();
        Process process = builder.start();
        ProcessTree tree = new ProcessTree(process.toHandle());
        Thread killer = new Thread(tree::kill);
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                tree.look();
                if (System.nanoTime() - begin > limit.toNanos()) {
                    return new Outcome(
                            "stopped after " + limit.toSeconds() + " s", limit.toSeconds(), tree.peakBytes());
                }
            }
            String failure = process.exitValue() == 0 ? "" : failure(process.exitValue());
            if (failure.isEmpty() && Files.notExists(output)) {
                failure = "failed: wrote nothing";
            }
            if (failure.isEmpty()) {
                new ProcessBuilder("sync", output.toString()).start().waitFor();
            }
            return new Outcome(failure, (System.nanoTime() - begin) / 1e9, tree.peakBytes());
        } finally {
            tree.kill();
            Runtime.getRuntime().removeShutdownHook(killer);
        }
    }

    /** Runs {@code command} and returns what it prints, the clock aside. */
    static String textOf(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("Cannot run " + String.join(" ", command) + ": " + text);
        }
        return text;
    }

    private String failure(int exitValue) throws IOException {
        String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        if (OUT_OF_MEMORY.matcher(text).find()) {
            return "failed: out of memory";
        }
        List<String> lines =
                new ArrayList<>(text.lines().filter(line -> !line.isBlank()).toList());
        String line = lines.stream()
                .filter(TELLING.asPredicate())
                .findFirst()
                .orElse(lines.isEmpty() ? "" : lines.get(lines.size() - 1));
        String reason =
                line.isBlank() ? "exit code " + exitValue : PREFIX.matcher(line).replaceFirst("");
        return shortened("failed: " + (exitValue > SIGNAL ? "signal " + (exitValue - SIGNAL) : reason));
    }

    /** Makes one cell of a table. */
    private static String shortened(String text) {
        String plain = text.replaceAll("/\\S+/", "").replace('|', '/').strip();
        return plain.length() <= MAX_MESSAGE ? plain : plain.substring(0, MAX_MESSAGE - 1) + "…";
    }
}
