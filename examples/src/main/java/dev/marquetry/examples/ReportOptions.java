/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.BatchResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.OutputBackup;
import dev.marquetry.report.MergeRecorder;
import dev.marquetry.report.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option of {@code merge} and {@code pairs} that asks for reports, and what is recorded for them. */
@SuppressWarnings("NullAway.Init") // set by picocli
final class ReportOptions {
    private static final String HTML = ".html";
    private static final String JSON = ".json";

    private final MergeRecorder recorder = new MergeRecorder();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Write a report, also of a failure: FILE.html is a page, FILE.json has the same. Can be repeated.")
    private List<String> files = List.of();

    /** Returns {@code merger}, recorded if a report is asked for. */
    MergeStrategy around(MergeStrategy merger) {
        return files.isEmpty() ? merger : recorder.around(merger);
    }

    /** Returns {@code copier}, recorded if a report is asked for. */
    OutputBackup around(OutputBackup copier) {
        return files.isEmpty() ? copier : recorder.around(copier);
    }

    void ended(BatchResult result) {
        recorder.ended(result);
    }

    /**
     * Merges, then writes the reports, whether the merge succeeds or throws.
     *
     * @return the exit code of {@code merging}, unless that is 0 and a report can not be written
     */
    int reporting(Console console, IntSupplier merging) {
        List<Path> reports = reports();
        int exitCode;
        try {
            exitCode = merging.getAsInt();
        } catch (RuntimeException | Error e) {
            recorder.ended(e);
            write(reports, console);
            throw e;
        }
        boolean written = write(reports, console);
        return exitCode == ExitCode.DONE.code() && !written ? ExitCode.FAILED.code() : exitCode;
    }

    /** Returns the files; one that could not be written, or whose name may be that of data, is a usage error. */
    private List<Path> reports() {
        List<Path> reports = new ArrayList<>();
        for (String text : files) {
            if (!isNamed(text, HTML) && !isNamed(text, JSON)) {
                throw usage("must end in .html or .json", text);
            }
            try {
                Path file = Path.of(text).toAbsolutePath();
                if (file.getParent() == null || !Files.isDirectory(file.getParent())) {
                    throw usage("its folder is not there", text);
                } else if (Files.isDirectory(file)) {
                    throw usage("is a folder", text);
                }
                reports.add(file);
            } catch (InvalidPathException e) {
                throw usage(e.getReason(), text);
            }
        }
        return reports;
    }

    private boolean write(List<Path> reports, Console console) {
        boolean written = true;
        RunReport report = recorder.report();
        for (Path file : reports) {
            try {
                if (isNamed(file.toString(), JSON)) {
                    report.writeJson(file);
                } else {
                    report.writeHtml(file);
                }
            } catch (IOException e) {
                written = false;
                console.err().println("marquetry: Cannot write report " + file + ": " + e);
            }
        }
        return written;
    }

    private static boolean isNamed(String file, String ending) {
        return file.toLowerCase(Locale.ROOT).endsWith(ending);
    }

    private ParameterException usage(String what, String text) {
        return new ParameterException(
                spec.commandLine(), "Invalid value for option '--report': " + what + ": '" + text + "'");
    }
}
