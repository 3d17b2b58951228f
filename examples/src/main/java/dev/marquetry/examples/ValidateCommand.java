/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeRequest;
import dev.marquetry.ResourceLimits;
import dev.marquetry.ValidationReport;
import dev.marquetry.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code marquetry validate}: compares a finished output with its inputs. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        versionProvider = Marquetry.Version.class,
        sortOptions = false,
        description =
                "Compares a finished output with the files it was made of, and tells what is not as it should be.")
final class ValidateCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final ValidateOptions options = new ValidateOptions();

    ValidateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        options.applyVerbosity();
        boolean bar = console.terminal();
        ResourceLimits limits = options.limits();
        MergeRequest request = options.request();
        ValidationReport report;
        try (ProgressView view = ProgressView.on(console.err(), bar)) {
            report = LocalEngine.validator(limits, options.progressEveryFiles(bar))
                    .validate(request, options.depth(), view);
        }
        ExitCode exitCode = report.valid() ? ExitCode.DONE : ExitCode.INVALID_OUTPUT;
        if (options.json()) {
            console.out().println(Json.write(ValidationText.toMap(report, exitCode)));
        } else {
            ValidationText.lines(report).forEach(console.out()::println);
        }
        return exitCode.code();
    }
}
