/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.BatchMerge;
import dev.marquetry.MergeRequest;
import dev.marquetry.ResourceLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code compare}: those of {@code merge} for one merge, those of {@code pairs} for many. */
final class CompareOptions extends CommonOptions {
    /** What can stay in Cloud Storage from one run to the next. */
    enum Kept {
        OUTPUTS,
        INPUTS
    }

    @Option(
            names = "--spine",
            order = FIRST,
            paramLabel = "FILE",
            description = "File whose rows the output has; with --checkpoints its name (default targets.parquet).")
    private @Nullable String spine;

    @Option(
            names = "--features",
            order = FIRST,
            arity = "1..*",
            paramLabel = "DIR_OR_GLOB",
            description = "As for merge.")
    private List<String> features = List.of();

    @Option(names = "--output", order = FIRST, paramLabel = "FILE", description = "File that would be published.")
    private @Nullable String output;

    @Option(
            names = "--checkpoints",
            order = FIRST,
            paramLabel = "DIR",
            description = "Compares for each pair: folder with one folder of files for each.")
    private @Nullable String checkpoints;

    @Option(names = "--output-dir", order = FIRST, paramLabel = "DIR", description = "As for pairs.")
    private @Nullable String outputFolder;

    @Option(
            names = "--pairs",
            order = FIRST,
            split = ",",
            paramLabel = "NAME",
            description = "Pairs to compare for (default: all).")
    private List<String> pairs = PairsOptions.ALL;

    @Option(
            names = "--pattern",
            order = FIRST,
            paramLabel = "GLOB",
            description = "As for pairs (default '*.parquet').")
    private String pattern = "*.parquet";

    @Option(names = "--parallel", order = FIRST, paramLabel = "N", description = "As for pairs (default 1).")
    private int parallel = 1;

    @Option(
            names = "--runs-per-month",
            order = FIRST,
            paramLabel = "N",
            description = "Runs that a month and a year are reckoned with (default 30: every night).")
    private int runsPerMonth = 30;

    @Option(
            names = "--keep",
            order = FIRST,
            split = ",",
            paramLabel = "WHAT",
            description = "What is kept in Cloud Storage between runs: outputs, inputs (default: nothing).")
    private Set<Kept> kept = Set.of();

    /** Returns whether many merges are compared. */
    boolean batch() {
        return checkpoints != null;
    }

    int runsPerMonth() {
        if (runsPerMonth < 1 || runsPerMonth > 100_000) {
            throw usage("Invalid value for option '--runs-per-month': must be between 1 and 100000 but was "
                    + runsPerMonth);
        }
        return runsPerMonth;
    }

    Set<Kept> kept() {
        return kept;
    }

    /** Returns what each merge may take of {@code limits}. */
    ResourceLimits shareOf(ResourceLimits limits) {
        return BatchMerge.share(limits, PairsOptions.parallel(this, parallel));
    }

    /** Returns a request for each merge, by name; one merge is called like its output. */
    Map<String, MergeRequest> requests() {
        if (checkpoints == null) {
            Path file = path("--output", required("--output", output));
            refuse("--output-dir", outputFolder);
            if (features.isEmpty()) {
                throw usage("Missing option: --features, or --checkpoints for many merges");
            }
            Path inThere = existing(file.toAbsolutePath().getParent()).resolve(file.getFileName());
            return Map.of(
                    file.getFileName().toString(),
                    InputOptions.request(
                            this,
                            required("--spine", spine),
                            features,
                            inThere.normalize().toUri()));
        }
        refuse("--output", output);
        if (!features.isEmpty()) {
            throw usage("Options exclude each other: --features, --checkpoints");
        }
        Path folder = path("--output-dir", required("--output-dir", outputFolder));
        return PairsOptions.requests(
                this,
                checkpoints,
                existing(folder.toAbsolutePath()),
                pairs,
                Objects.requireNonNullElse(spine, "targets.parquet"),
                pattern);
    }

    /** An output of an earlier run is no obstacle: nothing is written here. */
    @Override
    boolean replaces() {
        return true;
    }

    /** A folder that the merge would make is not made here: what counts is the disk it would be on. */
    private static Path existing(@Nullable Path folder) {
        Path found = Objects.requireNonNull(folder, "folder");
        while (!Files.isDirectory(found) && found.getParent() != null) {
            found = found.getParent();
        }
        return found;
    }

    private String required(String option, @Nullable String value) {
        if (value == null) {
            throw usage("Missing option: " + option + (batch() ? "" : ", or --checkpoints for many merges"));
        }
        return value;
    }

    private void refuse(String option, @Nullable String value) {
        if (value != null) {
            throw usage("Option makes no sense " + (batch() ? "with" : "without") + " --checkpoints: " + option);
        }
    }
}
