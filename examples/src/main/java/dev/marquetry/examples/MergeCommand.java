/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.CostEstimate;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.OutputBackup;
import dev.marquetry.ResourceLimits;
import dev.marquetry.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    @Mixin
    private final FallbackOptions fallbackOptions = new FallbackOptions();

    @Mixin
    private final IsolatedOption isolatedOption = new IsolatedOption();

    @Mixin
    private final BackupOptions backupOptions = new BackupOptions();

    @Mixin
    private final ReportOptions reportOptions = new ReportOptions();

    MergeCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        return reportOptions.reporting(console, this::merge);
    }

    private int merge() {
        options.applyVerbosity();
        boolean bar = console.terminal();
        ResourceLimits limits = options.limits();
        isolatedOption.check(options.files());
        MergeRequest request = options.request();
        Optional<OutputBackup> backup = backupOptions.backup(engine, List.of(request));
        List<CloudFallback> fallbacks = fallbackOptions.fallbacks(limits);
        MergeStrategy first = isolatedOption.within(engine, limits, options.progressEveryFiles(bar));
        CostEstimate estimate = reportOptions.around(first).estimate(request);
        Reports.checks(estimate).forEach(console.err()::println);
        if (fallbacks.isEmpty() || !estimate.inputProblems().isEmpty()) {
            Reports.refuseUnlessFits(estimate);
        }
        MergeStrategy strategy = fallbackOptions.chain(
                first, fallbacks.stream().map(engine::fallback).toList(), console.err());
        MergeResult result;
        try (ProgressView view = ProgressView.on(console.err(), bar)) {
            result = reportOptions.around(strategy).merge(request, view);
        }
        ResourceLimits kept = fallbacks.stream() // of the strategy that made the output
                .filter(fallback -> fallback.strategy().equals(result.strategy()))
                .map(CloudFallback::limits)
                .findFirst()
                .orElse(limits);
        Optional<BackupReport> copied =
                backup.map(copier -> BackupReport.of(reportOptions.around(copier), request, result));
        ExitCode exitCode = copied.map(BackupReport::exitCode).orElse(ExitCode.DONE);
        if (options.json()) {
            Map<String, Object> map = Reports.toMap(result, kept);
            copied.ifPresent(report -> report.addTo(map));
            console.out().println(Json.write(map));
        } else {
            Reports.summary(result, kept).forEach(console.out()::println);
            if (!fallbacks.isEmpty()) {
                Reports.attemptLines(result.attempts()).forEach(console.out()::println);
                result.costItems().forEach(item -> console.out().println("    " + item));
            }
            copied.ifPresent(report -> console.out().println("  " + report.line()));
        }
        return exitCode.code();
    }
}
