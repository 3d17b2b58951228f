/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.CostEstimate;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.json.Json;
import java.util.ArrayList;
import java.util.List;
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

    @Mixin
    private final FallbackOptions fallbackOptions = new FallbackOptions();

    PlanCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        options.applyVerbosity();
        ResourceLimits limits = options.limits();
        MergeRequest request = options.request();
        List<CloudFallback> fallbacks = fallbackOptions.fallbacks(limits);
        List<CostEstimate> estimates = new ArrayList<>();
        estimates.add(engine.within(limits, options.progressEveryFiles(false)).estimate(request));
        for (CloudFallback fallback : fallbacks) {
            if (mayFallBack(estimates.get(estimates.size() - 1))) {
                estimates.add(estimate(fallbackOptions.affordable(engine.fallback(fallback)), request));
            }
        }
        ExitCode exitCode = exitCode(estimates);
        if (options.json()) {
            console.out().println(Json.write(Reports.toMap(estimates, exitCode)));
        } else {
            for (CostEstimate estimate : estimates) {
                Reports.checks(estimate).forEach(console.out()::println);
                Reports.estimate(estimate).forEach(console.out()::println);
            }
        }
        return exitCode.code();
    }

    private static boolean mayFallBack(CostEstimate estimate) {
        return !estimate.fits() && estimate.inputProblems().isEmpty();
    }

    /** A strategy that can not be reached is one more that does not fit. */
    private static CostEstimate estimate(MergeStrategy strategy, MergeRequest request) {
        try {
            return strategy.estimate(request);
        } catch (StrategyUnavailableException e) {
            return CostEstimate.by(strategy.name())
                    .refusal(String.valueOf(e.getMessage()))
                    .build();
        }
    }

    /** As the merge would end: by the last if that fits, else a breach of any of them comes before a refusal. */
    private static ExitCode exitCode(List<CostEstimate> estimates) {
        CostEstimate last = estimates.get(estimates.size() - 1);
        if (last.fits() || !last.inputProblems().isEmpty()) {
            return exitCode(last);
        }
        boolean breached = estimates.stream()
                .anyMatch(estimate -> !estimate.predictedBreaches().isEmpty());
        return breached ? ExitCode.BREACHED : ExitCode.FAILED;
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
