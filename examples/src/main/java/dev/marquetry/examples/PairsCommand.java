/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.BatchMerge;
import dev.marquetry.BatchResult;
import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.OutputBackup;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code marquetry pairs}: merges a folder of files for each pair, and goes on where it was stopped. */
@Command(
        name = "pairs",
        mixinStandardHelpOptions = true,
        versionProvider = Marquetry.Version.class,
        sortOptions = false,
        description = "Merges one folder of files for each pair into one wide file each, and keeps a journal of it.")
final class PairsCommand implements Callable<Integer> {
    private final Console console;
    private final Engine engine;

    @Mixin
    private final PairsOptions options = new PairsOptions();

    @Mixin
    private final FallbackOptions fallbackOptions = new FallbackOptions();

    @Mixin
    private final IsolatedOption isolatedOption = new IsolatedOption();

    @Mixin
    private final BackupOptions backupOptions = new BackupOptions();

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    PairsCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        return reportOptions.reporting(console, this::merge);
    }

    private int merge() {
        options.applyVerbosity();
        ResourceLimits limits = options.limits();
        int parallel = options.parallel();
        List<CloudFallback> fallbacks = new ArrayList<>();
        for (CloudFallback asked : fallbackOptions.fallbacks(limits)) {
            fallbacks.add(asked.within(BatchMerge.share(asked.limits(), parallel)));
        }
        int everyFiles = options.progressEveryFiles(console.terminal());
        Map<String, MergeRequest> requests = options.requests();
        PairsView view = PairsView.on(console.err(), console.terminal(), requests.size());
        BatchMerge.Builder batch = BatchMerge.within(limits, share -> strategy(share, everyFiles, fallbacks))
                .parallel(parallel)
                .journal(options.journal())
                .listener(view);
        options.canary(requests).ifPresent(canary -> batch.canary(canary, engine.check(limits)));
        Optional<OutputBackup> backup = backupOptions.backup(engine, requests.values());
        backup.ifPresent(batch::backup);
        options.maxTotalCost(!fallbacks.isEmpty()).ifPresent(batch::maxCost);
        requests.forEach(batch::merge);
        BatchResult result;
        try (view) {
            result = batch.build().run();
        }
        reportOptions.ended(result);
        ExitCode exitCode = result.allDone() ? ExitCode.DONE : ExitCode.NOT_ALL_DONE;
        if (options.json()) {
            console.out().println(Json.write(PairsReport.toMap(result, backup, exitCode)));
        } else {
            PairsReport.table(result, backup).forEach(console.out()::println);
        }
        return exitCode.code();
    }

    private MergeStrategy strategy(ResourceLimits share, int everyFiles, List<CloudFallback> fallbacks) {
        MergeStrategy first = isolatedOption.within(engine, share, everyFiles);
        MergeStrategy all = fallbackOptions.chain(
                first, fallbacks.stream().map(engine::fallback).toList(), console.err());
        return reportOptions.around(options.anyNumber() ? new WithFeatures(all) : all);
    }

    /** A pair without feature files is a slip, unless none is what was expected. */
    private record WithFeatures(MergeStrategy merger) implements MergeStrategy {
        @Override
        public String name() {
            return merger.name();
        }

        @Override
        public CostEstimate estimate(MergeRequest request) {
            return merger.estimate(request);
        }

        @Override
        public MergeResult merge(MergeRequest request, ProgressListener progress) {
            if (request.featureFiles().isEmpty()) {
                throw new InvalidInputException("Cannot find any feature file beside " + request.spine());
            }
            return merger.merge(request, progress);
        }
    }
}
