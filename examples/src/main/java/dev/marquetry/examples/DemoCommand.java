/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.CostEstimate;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.examples.sample.SampleCheck;
import dev.marquetry.examples.sample.SampleSpec;
import dev.marquetry.examples.sample.Sampler;
import dev.marquetry.examples.sample.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code marquetry demo}: samples, plans, merges within 256 MB, checks the result, cleans up. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Marquetry.Version.class,
        sortOptions = false,
        description = "Samples 60 feature files, merges them within 256 MB, checks the result and cleans up.")
final class DemoCommand implements Callable<Integer> {
    private static final String MEMORY = "256MB";
    private static final long SEED = 42;
    private static final int COLUMNS = 25;
    private static final int COLUMNS_CHECKED = 6;
    private static final int TELL_EVERY_FILES = 20;

    private final Console console;
    private final Engine engine;

    @Option(names = "--files", hidden = true, defaultValue = "60")
    private int files;

    @Option(names = "--rows", hidden = true, defaultValue = "100000")
    private int rows;

    DemoCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("marquetry-demo-");
        try {
            SampleSpec sample =
                    SampleSpec.of(files, COLUMNS, rows, List.of(Shape.ALIGNED, Shape.GAPPY, Shape.SHUFFLED), SEED);
            sample(sample, folder);
            Path wide = Files.createDirectory(folder.resolve("out")).resolve("wide.parquet");
            merge(sample, folder, wide);
            check(sample, wide);
        } finally {
            delete(folder);
        }
        return ExitCode.DONE.code();
    }

    private void sample(SampleSpec sample, Path folder) throws IOException, InterruptedException {
        step(String.format(
                Locale.ROOT,
                "1. Sample %,d feature files × %,d columns × %,d rows: aligned, gappy and shuffled in turn",
                sample.files(),
                sample.columns(),
                sample.rows()));
        long bytes = Sampler.write(sample, folder, done -> {});
        console.out().println("  " + new MemorySize(bytes) + " in " + folder);
    }

    private void merge(SampleSpec sample, Path folder, Path wide) {
        ResourceLimits limits =
                ResourceLimits.builder().maxMemory(MemorySize.parse(MEMORY)).build();
        MergeRequest request = MergeRequest.onKey(SampleSpec.KEY)
                .spine(folder.resolve(SampleSpec.SPINE))
                .features(folder, "feat_*.parquet")
                .expectFeatureFiles(sample.files())
                .writeTo(wide);
        MergeStrategy strategy = engine.within(limits, console.terminal() ? 1 : TELL_EVERY_FILES);
        step("2. Plan");
        CostEstimate estimate = strategy.estimate(request);
        Reports.checks(estimate).forEach(line -> console.out().println("  " + line));
        Reports.estimate(estimate).forEach(line -> console.out().println("  " + line));
        Reports.refuseUnlessFits(estimate);
        step("3. Merge within " + MEMORY);
        MergeResult result;
        try (ProgressView view = ProgressView.on(console.err(), console.terminal())) {
            result = strategy.merge(request, view);
        }
        Reports.summary(result, limits).forEach(line -> console.out().println("  " + line));
    }

    private void check(SampleSpec sample, Path wide) throws IOException {
        step("4. Check against the functions the sample was made by");
        SampleCheck check = SampleCheck.check(sample, wide, COLUMNS_CHECKED);
        if (!check.problems().isEmpty()) {
            throw new MergeFailedException("The merged file " + String.join("; ", check.problems()));
        }
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "  right: %,d rows × %,d columns; %,d values of %,d columns compared",
                        check.rows(),
                        check.columns(),
                        check.valuesCompared(),
                        check.columnsCompared()));
    }

    private void step(String text) {
        console.out().println(text);
    }

    private static void delete(Path folder) throws IOException {
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(folder)) {
            entries = new ArrayList<>(walk.toList());
        }
        Collections.reverse(entries);
        for (Path entry : entries) {
            Files.deleteIfExists(entry);
        }
    }
}
