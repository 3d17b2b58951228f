/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.CostEstimate;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code marquetry merge}: checks, merges, tells how it went. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        versionProvider = Marquetry.Version.class,
        sortOptions = false,
        description = "Adds the columns of feature files to the rows of the spine and publishes one wide file.")
final class MergeCommand implements Callable<Integer> {
    private final Console console;
    private final Engine engine;

    @Mixin
    private final MergeOptions options = new MergeOptions();

    MergeCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        options.applyVerbosity();
        boolean bar = console.terminal();
        ResourceLimits limits = options.limits();
        MergeRequest request = options.request();
        MergeStrategy strategy = engine.within(limits, options.progressEveryFiles(bar));
        CostEstimate estimate = strategy.estimate(request);
        Reports.checks(estimate).forEach(console.err()::println);
        Reports.refuseUnlessFits(estimate);
        MergeResult result;
        try (ProgressView view = ProgressView.on(console.err(), bar)) {
            result = strategy.merge(request, view);
        }
        if (options.json()) {
            console.out().println(Json.write(Reports.toMap(result, limits)));
        } else {
            Reports.summary(result, limits).forEach(console.out()::println);
        }
        return ExitCode.DONE.code();
    }
}
