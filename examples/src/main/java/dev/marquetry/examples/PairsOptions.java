/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code pairs}. */
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
final class PairsOptions extends CommonOptions {
    static final List<String> ALL = List.of("all");
    private static final String JOURNAL = "pairs.journal";

    @Option(
            names = "--checkpoints",
            order = FIRST,
            required = true,
            paramLabel = "DIR",
            description = "Folder with one folder of files for each pair.")
    private String checkpoints;

    @Option(
            names = "--output-dir",
            order = FIRST,
            required = true,
            paramLabel = "DIR",
            description = "Where training_<pair>.parquet and pairs.journal are written.")
    private String outputFolder;

    @Option(
            names = "--pairs",
            order = FIRST,
            split = ",",
            paramLabel = "NAME",
            description = "Pairs to merge, such as audusd,eurusd (default: all).")
    private List<String> pairs = ALL;

    @Option(
            names = "--spine",
            order = FIRST,
            paramLabel = "NAME",
            description = "Name of the file in each pair's folder whose rows the output has (default targets.parquet).")
    private String spine = "targets.parquet";

    @Option(
            names = "--pattern",
            order = FIRST,
            paramLabel = "GLOB",
            description = "Feature files in each pair's folder (default '*.parquet').")
    private String pattern = "*.parquet";

    @Option(
            names = "--parallel",
            order = FIRST,
            paramLabel = "N",
            description = "Merges side by side, which share --memory and --threads (default 1).")
    private int parallel = 1;

    @Option(names = "--resume", order = FIRST, description = "Go on by the journal: skip pairs that are done.")
    private boolean resume;

    @Option(
            names = "--canary",
            order = FIRST,
            paramLabel = "NAME",
            description =
                    "Pair that is merged first and alone; the others only if every value of it is as in its inputs.")
    private @Nullable String canary;

    @Option(
            names = "--max-total-cost",
            order = FIRST,
            paramLabel = "DOLLARS",
            converter = Values.Dollars.class,
            description =
                    "Most that all pairs of this run may cost by their estimates; a pair above what is left is not begun.")
    private @Nullable BigDecimal maxTotalCost;

    /** Returns how many merges run side by side. */
    int parallel() {
        return parallel(this, parallel);
    }

    static int parallel(CommonOptions options, int parallel) {
        if (parallel < 1 || parallel > 256) {
            throw options.usage("Invalid value for option '--parallel': must be between 1 and 256 but was " + parallel);
        }
        return parallel;
    }

    /** Returns the most that the batch may cost; without a fallback nothing costs anything. */
    Optional<BigDecimal> maxTotalCost(boolean fallsBack) {
        if (maxTotalCost != null && !fallsBack) {
            throw usage("Options need --fallback bigquery: --max-total-cost");
        }
        return Optional.ofNullable(maxTotalCost);
    }

    /** Returns the journal; one that is there already is refused unless it is to be gone on with. */
    Path journal() {
        Path journal = path("--output-dir", outputFolder).resolve(JOURNAL);
        if (!resume && Files.exists(journal)) {
            throw usage("Journal is there already: " + journal + "; give --resume to go on with it, or remove it");
        }
        return journal;
    }

    /** Returns the pair that goes first; it must be one of {@code requests}. */
    Optional<String> canary(Map<String, MergeRequest> requests) {
        if (canary != null && !requests.containsKey(canary)) {
            throw usage("Invalid value for option '--canary': must be one of the pairs " + requests.keySet()
                    + " but was '" + canary + "'");
        }
        return Optional.ofNullable(canary);
    }

    /** Returns a request for each pair, by name. */
    Map<String, MergeRequest> requests() {
        return requests(this, checkpoints, path("--output-dir", outputFolder), pairs, spine, pattern);
    }

    /** Returns a request for each pair by the rules of {@code options}, by name. */
    static Map<String, MergeRequest> requests(
            CommonOptions options, String checkpoints, Path outputs, List<String> pairs, String spine, String pattern) {
        Path folder = options.path("--checkpoints", checkpoints);
        options.checkGlob("--pattern", pattern, pattern);
        Map<String, MergeRequest> requests = new LinkedHashMap<>();
        for (String pair : pairs.equals(ALL) ? everyPair(folder, outputs) : named(options, folder, pairs)) {
            try {
                Path inputs = folder.resolve(pair);
                MergeRequest.Builder request = options.onKey()
                        .spine(inputs.resolve(options.path("--spine", spine)))
                        .features(inputs, pattern);
                options.rules(request);
                requests.put(pair, request.writeTo(outputs.resolve("training_" + pair + ".parquet")));
            } catch (IllegalArgumentException e) {
                throw options.usage("Invalid request: " + e.getMessage());
            }
        }
        return requests;
    }

    private static List<String> named(CommonOptions options, Path folder, List<String> pairs) {
        for (String pair : pairs) {
            boolean isName = !pair.isEmpty() && Path.of(pair).getNameCount() == 1 && !pair.startsWith(".");
            if (!isName || !Files.isDirectory(folder.resolve(pair))) {
                throw options.usage(
                        "Invalid value for option '--pairs': no folder of that name in " + folder + ": '" + pair + "'");
            }
        }
        return pairs;
    }

    private static List<String> everyPair(Path folder, Path outputs) {
        Path apart = outputs.toAbsolutePath().normalize();
        try (Stream<Path> entries = Files.list(folder)) {
            List<String> found = entries.filter(Files::isDirectory)
                    .filter(entry -> !entry.toAbsolutePath().normalize().equals(apart))
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new InvalidInputException("[" + folder + "] Cannot find any pair: it has no folders");
            }
            return found;
        } catch (IOException e) {
            throw new InvalidInputException("[" + folder + "] Cannot list pairs: give a readable folder", e);
        }
    }
}
