/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/compare.sh}: compares marquetry with other tools and writes the tables of docs/BENCHMARKS.md. */
@Command(
        name = "bench/compare.sh",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true,
        description = "Times whole merges beside cat and other tools, checks what they wrote, and writes the tables of"
                + " docs/BENCHMARKS.md.")
@SuppressWarnings("NullAway.Init") // picocli sets what has a default
public final class Compare implements Callable<Integer> {
    /** A tool that {@code --peers} can name. */
    enum Tool {
        MARQUETRY,
        DUCKDB,
        PARQUET_JAVA,
        POLARS
    }

    @Option(names = "--root", hidden = true, required = true)
    private Path root;

    @Option(
            names = "--suites",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "sizes",
            description = "Tables to make: ${COMPLETION-CANDIDATES}.")
    private List<Suite> suites;

    @Option(
            names = "--sizes",
            paramLabel = "N",
            split = ",",
            defaultValue = "25,50,200",
            description = "Feature files; frugal and threads take the largest.")
    private List<Integer> sizes;

    @Option(
            names = "--shapes",
            paramLabel = "SHAPE",
            split = ",",
            defaultValue = "aligned,gappy,shuffled",
            description = "Shapes of the feature files.")
    private List<String> shapes;

    @Option(
            names = "--peers",
            paramLabel = "TOOL",
            split = ",",
            description =
                    "Tools beside cat: ${COMPLETION-CANDIDATES}; all for sizes, marquetry for other tables, unless given.")
    private @Nullable List<Tool> tools;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "3", description = "Runs of each; the best counts.")
    private int runs;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "256MB", description = "marquetry's --memory.")
    private String memory;

    @Option(
            names = "--duckdb-memory",
            paramLabel = "SIZE",
            split = ",",
            defaultValue = "256MB,4GB",
            description = "DuckDB's memory_limit; a run for each.")
    private List<String> duckDbMemory;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "Longest time for one run of one tool.")
    private int timeoutSeconds;

    @Option(
            names = "--check-columns",
            paramLabel = "N",
            defaultValue = "500",
            description = "Most columns whose values are compared, in all rows.")
    private int maxColumns;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "/tmp/marquetry-bench",
            description = "Where samples, which stay, and outputs, which do not, are written.")
    private Path folder;

    @Option(names = "--delete-samples", description = "Delete a job's sample once no later job needs it.")
    private boolean deletesSamples;

    @Option(
            names = "--document",
            paramLabel = "FILE",
            description = "Page whose tables are replaced (default docs/BENCHMARKS.md).")
    private @Nullable Path document;

    @Option(names = "--print-only", description = "Replace no table, print only.")
    private boolean printsOnly;

    private final PrintStream out = System.out;
    private final PrintStream progress = System.err;

    private Compare() {}

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        CommandLine command = new CommandLine(new Compare()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Installation installation = new Installation(root, Files.createDirectories(folder));
        Document page = new Document(document == null ? root.resolve("docs/BENCHMARKS.md") : document);
        List<Job> left = new ArrayList<>();
        suites.forEach(suite -> left.addAll(Job.of(suite, sizes, shapes, memory)));
        for (Suite suite : suites) {
            StringBuilder notes = new StringBuilder();
            List<Peer> peers = peers(suite, installation, notes);
            CatPeer floor = new CatPeer();
            StringBuilder table = new StringBuilder(Row.HEAD);
            List<Job> jobs = Job.of(suite, sizes, shapes, memory);
            for (Job job : jobs) {
                left.remove(job);
                for (Row row : compare(job, installation, floor, peers, notes)) {
                    table.append(row.text());
                }
                deleteUnlessNeeded(job, left);
            }
            String text = head(jobs.get(0), floor, peers) + "\n" + table + notes;
            out.print(text);
            if (!printsOnly) {
                page.replace(suite.text(), text);
            }
        }
        return 0;
    }

    private List<Peer> peers(Suite suite, Installation installation, StringBuilder notes) throws InterruptedException {
        List<Tool> wanted = tools;
        if (wanted == null) {
            wanted = suite.hasPeers() ? List.of(Tool.values()) : List.of(Tool.MARQUETRY);
        }
        List<Peer> peers = new ArrayList<>();
        for (Tool tool : wanted) {
            switch (tool) {
                case MARQUETRY -> peers.add(new MarquetryPeer(installation));
                case DUCKDB -> duckDbMemory.forEach(limit -> peers.add(new DuckDbPeer(installation, limit)));
                case PARQUET_JAVA -> peers.add(new RewriterPeer(installation));
                case POLARS -> {
                    try {
                        peers.add(PolarsPeer.install(installation));
                    } catch (IOException e) {
                        progress.println("Polars is left out: " + e.getMessage());
                        notes.append("\nPolars was left out: it could not be installed there.\n");
                    }
                }
            }
        }
        return peers;
    }

    private List<Row> compare(Job job, Installation installation, CatPeer floor, List<Peer> peers, StringBuilder notes)
            throws IOException, InterruptedException {
        Path samples = folder.resolve(job.sample().folderName());
        if (!Inputs.areIn(samples)) {
            List<String> arguments = new ArrayList<>(List.of("sample", samples.toString()));
            arguments.addAll(job.sample().options());
            progress.println(TimedProcess.textOf(installation.marquetry(arguments)));
        }
        Inputs inputs = Inputs.in(samples);
        TimedProcess process = new TimedProcess(folder.resolve("log.txt"), Duration.ofSeconds(timeoutSeconds));
        Comparison comparison = new Comparison(folder, process, progress, runs, maxColumns);
        try {
            List<Row> rows = comparison.run(job, inputs, floor, peers);
            if (job.measuresCodec()) {
                notes.append('\n')
                        .append(CodecSpeed.of(inputs.features().get(0)).text(inputs.bytes()))
                        .append('\n');
            }
            return rows;
        } finally {
            comparison.clear();
        }
    }

    private void deleteUnlessNeeded(Job job, List<Job> left) throws IOException {
        if (deletesSamples && left.stream().noneMatch(later -> later.sample().equals(job.sample()))) {
            Comparison.delete(folder.resolve(job.sample().folderName()));
        }
    }

    private String head(Job job, CatPeer floor, List<Peer> peers) throws IOException, InterruptedException {
        List<String> versions = new ArrayList<>(List.of(floor.version()));
        for (Peer peer : peers) {
            if (!versions.contains(peer.version())) {
                versions.add(peer.version());
            }
        }
        return String.format(
                Locale.ROOT,
                "%s. `--memory %s`, best of %d. %s.%n",
                Machine.text(folder),
                job.memory(),
                runs,
                String.join("; ", versions));
    }
}
