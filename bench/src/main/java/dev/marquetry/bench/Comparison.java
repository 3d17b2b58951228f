/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import dev.marquetry.bench.OutputCheck.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Runs one job with every tool, turn by turn. Not thread-safe. */
final class Comparison {
    private final Path folder;
    private final TimedProcess process;
    private final PrintStream progress;
    private final int runs;
    private final int maxColumns;

    /**
     * Prepares a comparison.
     *
     * @param folder where outputs go and are deleted
     * @param runs how often each tool runs
     * @param maxColumns the most columns that a check compares
     */
    Comparison(Path folder, TimedProcess process, PrintStream progress, int runs, int maxColumns) {
        this.folder = folder;
        this.process = process;
        this.progress = progress;
        this.runs = runs;
        this.maxColumns = maxColumns;
    }

    /** Returns a row for each of {@code peers}; the floor runs first in every turn. */
    List<Row> run(Job job, Inputs inputs, CatPeer floor, List<Peer> peers) throws IOException, InterruptedException {
        Map<Peer, Outcome> best = new LinkedHashMap<>();
        Map<Peer, String> results = new LinkedHashMap<>();
        List<Peer> inTurn = new ArrayList<>(List.of(floor));
        inTurn.addAll(peers);
        for (int run = 1; run <= runs; run++) {
            for (Peer peer : List.copyOf(inTurn)) {
                Outcome outcome = run(peer, job, inputs);
                best.merge(peer, outcome, Comparison::better);
                if (outcome.isDone() && peer != floor && !results.containsKey(peer)) {
                    results.put(peer, verdict(inputs).text());
                }
                progress.printf(
                        Locale.ROOT,
                        "%s, run %d, %s: %.2f s, %d MiB %s%s%n",
                        job.name(),
                        run,
                        peer.name(),
                        outcome.seconds(),
                        outcome.rssAnonBytes() >> 20,
                        outcome.failure(),
                        results.getOrDefault(peer, ""));
                if (!outcome.isDone()) {
                    inTurn.remove(peer);
                }
                clear();
            }
        }
        Outcome cat = best.get(floor);
        if (cat == null || !cat.isDone()) {
            throw new IOException("Cannot compare: cat itself " + (cat == null ? "never ran" : cat.failure()));
        }
        List<Row> rows = new ArrayList<>();
        for (Peer peer : peers) {
            Outcome outcome = best.getOrDefault(peer, cat);
            rows.add(new Row(
                    job.name(), inputs.bytes(), cat.seconds(), peer.name(), outcome, results.getOrDefault(peer, "")));
        }
        return rows;
    }

    /** Returns the faster of two runs with the memory of the one that took more; a failure outweighs both. */
    static Outcome better(Outcome one, Outcome other) {
        long rssAnonBytes = Math.max(one.rssAnonBytes(), other.rssAnonBytes());
        if (!one.isDone() || !other.isDone()) {
            return new Outcome(one.isDone() ? other.failure() : one.failure(), 0, rssAnonBytes);
        }
        return new Outcome("", Math.min(one.seconds(), other.seconds()), rssAnonBytes);
    }

    private Outcome run(Peer peer, Job job, Inputs inputs) throws IOException, InterruptedException {
        clear();
        Path scratch = Files.createDirectories(scratch());
        TimedProcess.textOf(List.of("sync", "-f", folder.toString()));
        inputs.warm();
        return process.run(peer.command(job, inputs, output(), scratch), output());
    }

    private Verdict verdict(Inputs inputs) throws IOException {
        return new OutputCheck(inputs, maxColumns).check(output(), Files.createDirectories(scratch()));
    }

    private Path output() {
        return folder.resolve("out.parquet");
    }

    private Path scratch() {
        return folder.resolve("scratch");
    }

    /** Deletes whatever the last run wrote. */
    void clear() throws IOException {
        Files.deleteIfExists(output());
        delete(scratch());
    }

    /** Deletes {@code folder} and what is in it. */
    static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(folder)) {
            entries = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path entry : entries) {
            Files.delete(entry);
        }
    }
}
