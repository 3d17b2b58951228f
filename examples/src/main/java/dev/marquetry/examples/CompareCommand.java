/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.ResourceLimits;
import dev.marquetry.examples.Comparison.Merge;
import dev.marquetry.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code marquetry compare}: tells what each way to merge would take and cost, calls nobody and changes nothing. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        versionProvider = Marquetry.Version.class,
        sortOptions = false,
        description = "Sets side by side what merging here and in BigQuery would take and cost, for one merge or for"
                + " pairs. Needs no credentials, calls nobody, bills and changes nothing.")
final class CompareCommand implements Callable<Integer> {
    private final Console console;
    private final Engine engine;

    @Mixin
    private final CompareOptions options = new CompareOptions();

    @Mixin
    private final FallbackOptions fallbackOptions = new FallbackOptions();

    CompareCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        options.applyVerbosity();
        ResourceLimits limits = options.limits();
        int runs = options.runsPerMonth();
        ResourceLimits share = options.shareOf(limits);
        BigQueryFallback asked = fallbackOptions.compared(limits);
        BigQueryFallback cloud = asked.within(options.shareOf(asked.limits()));
        Map<String, MergeRequest> requests = options.requests();
        List<Tier> tiers = new ArrayList<>();
        for (Tier tier : engine.tiers(share, cloud)) {
            tiers.add(tier.with(fallbackOptions.affordable(tier.strategy())));
        }
        List<Merge> merges = new ArrayList<>();
        requests.forEach((name, request) -> merges.add(look(name, request, tiers)));
        Comparison comparison = new Comparison(tiers, merges, runs, options.kept());
        ExitCode exitCode = comparison.bad().isEmpty() ? ExitCode.DONE : ExitCode.NOT_ALL_DONE;
        if (options.json()) {
            console.out().println(Json.write(ComparisonReport.toMap(comparison, exitCode)));
        } else {
            ComparisonReport.lines(comparison).forEach(console.out()::println);
        }
        return exitCode.code();
    }

    /** Of many merges one that can not be looked at is told of; a single one that can not is what is thrown. */
    private Merge look(String name, MergeRequest request, List<Tier> tiers) {
        if (!options.batch()) {
            Merge merge = Merge.of(name, request, tiers);
            if (!merge.problems().isEmpty()) {
                throw new InvalidInputException(merge.problems());
            }
            return merge;
        }
        try {
            if (options.anyNumber() && request.featureFiles().isEmpty()) {
                return Merge.bad(name, List.of("Cannot find any feature file beside " + request.spine()));
            }
            return Merge.of(name, request, tiers);
        } catch (InvalidInputException e) {
            return Merge.bad(name, e.problems());
        } catch (MergeFailedException e) {
            return Merge.bad(name, List.of(String.valueOf(e.getMessage())));
        }
    }
}
