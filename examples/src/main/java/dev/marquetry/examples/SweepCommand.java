/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code marquetry sweep}: deletes what killed merges left in Google Cloud. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        versionProvider = Marquetry.Version.class,
        sortOptions = false,
        description =
                "Deletes what merges left in BigQuery and Cloud Storage whose process died. Touches no run that may"
                        + " be alive, and nothing but runs.")
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
final class SweepCommand implements Callable<Integer> {
    private final Console console;
    private final Engine engine;

    @Spec
    private CommandSpec spec;

    @Option(names = "--project", required = true, paramLabel = "ID", description = "Google Cloud project of the runs.")
    private String project;

    @Option(
            names = "--staging",
            required = true,
            paramLabel = "URI",
            description = "Where their files lay, such as gs://bucket/folder.")
    private String staging;

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            converter = Values.Time.class,
            description = "Only runs that began longer ago (default 24h).")
    private Duration olderThan = Duration.ofHours(24);

    @Option(names = "--json", description = "Print one JSON object on standard output instead of text.")
    private boolean json;

    @Option(names = "--verbose", description = "Log more, and print stack traces.")
    private boolean verbose;

    SweepCommand(Console console, Engine engine) {
        this.console = console;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        CommonOptions.applyVerbosity(verbose);
        if (!FallbackOptions.isStaging(staging)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--staging': must be like gs://bucket/folder but was '" + staging + "'");
        }
        Sweep.Report report = engine.sweep(new Sweep(project, staging, olderThan));
        ExitCode exitCode = report.left().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
        if (json) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("status", exitCode == ExitCode.DONE ? "done" : "not all deleted");
            map.put("exitCode", exitCode.code());
            map.put("deleted", report.deleted());
            map.put("left", report.left());
            map.put("alive", report.alive());
            console.out().println(Json.write(map));
        } else {
            tell("deleted ", report.deleted());
            tell("could not delete ", report.left());
            tell("let be, as it may be alive: ", report.alive());
            console.out()
                    .println(report.deleted().size() + " deleted, "
                            + report.left().size() + " left, " + report.alive().size() + " runs let be");
        }
        return exitCode.code();
    }

    private void tell(String what, List<String> names) {
        names.forEach(name -> console.out().println(what + name));
    }
}
