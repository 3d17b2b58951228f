/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.CostEstimate;
import dev.marquetry.ResourceLimits;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code marquetry plan}: tells what a merge would need and changes nothing. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        versionProvider = Marquetry.Version.class,
        sortOptions = false,
        description = "Checks what merge would check and predicts what it would need. Changes nothing.")
final class PlanCommand implements Callable<Integer> {
    private final Console console;
    private final Engine engine;

    @Mixin
    private final MergeOptions options = new MergeOptions();

    PlanCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        options.applyVerbosity();
        ResourceLimits limits = options.limits();
        CostEstimate estimate =
                engine.within(limits, options.progressEveryFiles(false)).estimate(options.request());
        ExitCode exitCode = exitCode(estimate);
        if (options.json()) {
            console.out().println(Json.write(Reports.toMap(estimate, exitCode)));
        } else {
            Reports.checks(estimate).forEach(console.out()::println);
            Reports.estimate(estimate).forEach(console.out()::println);
        }
        return exitCode.code();
    }

    private static ExitCode exitCode(CostEstimate estimate) {
        if (!estimate.inputProblems().isEmpty()) {
            return ExitCode.USAGE_OR_INPUT;
        } else if (!estimate.predictedBreaches().isEmpty()) {
            return ExitCode.BREACHED;
        }
        return estimate.fits() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
