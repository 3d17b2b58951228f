/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.OutcomeUnknownException;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;

/**
 * Why a command did not succeed, and the exit code for it.
 *
 * @param type the exception's simple name, {@code UsageError} for a command line that makes no sense
 */
record Failure(ExitCode exitCode, String type, String message, Throwable cause) {
    /** Returns the failure for a command line that makes no sense. */
    static Failure usage(CommandLine.ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return new Failure(ExitCode.USAGE_OR_INPUT, "UsageError", message + " (see " + command + " --help)", e);
    }

    /** Returns the failure for what a command threw. */
    static Failure of(Throwable e) {
        String message = Objects.requireNonNullElse(e.getMessage(), "no message");
        String type = e.getClass().getSimpleName();
        if (e instanceof InterruptedException) {
            return new Failure(ExitCode.FAILED, type, "Interrupted; what was written is gone again", e);
        }
        if (!(e instanceof MergeException merge)) {
            return new Failure(ExitCode.FAILED, type, type + ": " + message, e);
        }
        return new Failure(exitCode(merge), type, message, e);
    }

    private static ExitCode exitCode(MergeException e) {
        if (e instanceof LimitBreachException) {
            return ExitCode.BREACHED;
        } else if (e instanceof InvalidInputException) {
            return ExitCode.USAGE_OR_INPUT;
        } else if (e instanceof StrategyUnavailableException
                || e instanceof MergeCancelledException
                || e instanceof OutcomeUnknownException
                || e instanceof MergeFailedException) {
            return ExitCode.FAILED;
        }
        throw new IllegalStateException("no exit code for " + e.getClass(), e);
    }

    /** Tells the user and returns the exit code. The stack trace is for {@code verbose} eyes only. */
    int report(Console console, boolean json, boolean verbose) {
        if (json) {
            console.out().println(Json.write(toMap()));
        } else {
            console.err().println("marquetry: " + message);
            if (cause instanceof MergeException merge && merge.attempts().size() > 1) {
                Reports.attemptLines(merge.attempts()).forEach(console.err()::println);
            }
        }
        if (verbose) {
            cause.printStackTrace(console.err());
        }
        return exitCode.code();
    }

    private Map<String, Object> toMap() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("type", type);
        error.put("message", message);
        if (cause instanceof InvalidInputException invalid) {
            error.put("problems", invalid.problems());
        }
        if (cause instanceof LimitBreachException breach) {
            error.put("breach", breach(breach.breach()));
        }
        if (cause instanceof MergeException merge && !merge.attempts().isEmpty()) {
            error.put("attempts", Reports.attempts(merge.attempts()));
        }
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("status", "failed");
        map.put("exitCode", exitCode.code());
        map.put("error", error);
        return map;
    }

    static Map<String, Object> breach(LimitBreach breach) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("resource", breach.resource().name());
        map.put("limit", breach.limit());
        map.put("observed", breach.observed());
        map.put("basis", breach.basis().name());
        map.put("phase", breach.phase().name());
        map.put("where", breach.where());
        return map;
    }
}
