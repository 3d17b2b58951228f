/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.Codec;
import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeRequest.NameClash;
import dev.marquetry.ResourceLimits;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that merges: key, rules, limits and what is said. What to merge is the subclass's. */
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
abstract class CommonOptions {
    /** The place in the help of what to merge: before all that stands here. */
    static final int FIRST = -2;

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*");
    private static final int ANY_EVENT = 1;

    /** What the address of an object begins with. */
    static final String OBJECT = "gs://";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--key",
            order = FIRST,
            required = true,
            paramLabel = "COLUMN",
            description = "Key column; repeat for more.")
    private List<String> keys;

    @Option(names = "--expect", paramLabel = "N", description = "Refuse unless there are N feature files.")
    private @Nullable Integer expect;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = Values.Size.class,
            description = "Most memory the merge itself takes, such as 256MB (default 512MiB).")
    private @Nullable MemorySize memory;

    @Option(
            names = "--min-free-memory",
            paramLabel = "SIZE",
            converter = Values.Size.class,
            description = "Least memory that stays free in the system.")
    private @Nullable MemorySize minFreeMemory;

    @Option(
            names = "--min-free-disk",
            paramLabel = "SIZE",
            converter = Values.Size.class,
            description = "Least space that stays free where the output is written.")
    private @Nullable MemorySize minFreeDisk;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Values.Time.class,
            description = "Longest time for the merge: 1ms, 30s, 20m, 2h.")
    private @Nullable Duration timeout;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that move columns (default: processors).")
    private @Nullable Integer threads;

    @Option(
            names = "--codec",
            paramLabel = "NAME",
            converter = Values.CodecName.class,
            description = "as-input (default), uncompressed, snappy, gzip, zstd or lz4-raw.")
    private @Nullable Codec codec;

    @Option(
            names = "--on-duplicate",
            paramLabel = "RULE",
            description = "Key twice in a feature file: reject (default), first or last.")
    private @Nullable DuplicateKeys onDuplicate;

    @Option(
            names = "--on-clash",
            paramLabel = "RULE",
            description = "Same column name in several files: reject (default) or prefix.")
    private @Nullable NameClash onClash;

    @Option(names = "--overwrite", description = "Replace the output if it is there.")
    private boolean overwrite;

    @Option(names = "--json", description = "Print one JSON object on standard output instead of text.")
    private boolean json;

    @Option(
            names = "--progress-every",
            paramLabel = "N",
            description = "Files between two lines of progress (default 50).")
    private @Nullable Integer progressEvery;

    @Option(names = "--verbose", description = "Log more, and print stack traces.")
    private boolean verbose;

    final boolean json() {
        return json;
    }

    /** Must run before anything logs: the logger reads its level once. */
    final void applyVerbosity() {
        applyVerbosity(verbose);
    }

    static void applyVerbosity(boolean verbose) {
        if (verbose) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
        }
    }

    /** Returns the files between two progress events; a bar wants all of them. */
    final int progressEveryFiles(boolean bar) {
        int files = Objects.requireNonNullElse(progressEvery, bar ? ANY_EVENT : 50);
        if (files < 1) {
            throw usage("Invalid value for option '--progress-every': must be positive but was " + files);
        }
        return files;
    }

    /** Returns the limits; bad ones are usage errors. */
    final ResourceLimits limits() {
        ResourceLimits.Builder limits = ResourceLimits.builder();
        try {
            if (memory != null) {
                limits.maxMemory(memory);
            }
            if (minFreeMemory != null) {
                limits.minFreeSystemMemory(minFreeMemory);
            }
            if (minFreeDisk != null) {
                limits.minFreeDisk(minFreeDisk);
            }
            if (timeout != null) {
                limits.maxElapsed(timeout);
            }
            if (threads != null) {
                limits.threads(threads);
            }
            return limits.build();
        } catch (IllegalArgumentException e) {
            throw usage("Invalid limit: " + e.getMessage());
        }
    }

    /** Begins a request with the key; a contradictory one throws {@link IllegalArgumentException}. */
    final MergeRequest.KeyStage onKey() {
        return MergeRequest.onKey(keys.get(0), keys.subList(1, keys.size()).toArray(String[]::new));
    }

    /** Tells {@code request} the rules. */
    final void rules(MergeRequest.Builder request) {
        if (expect != null) {
            request.expectFeatureFiles(expect);
        }
        if (onDuplicate != null) {
            request.onDuplicateKey(onDuplicate);
        }
        if (onClash != null) {
            request.onNameClash(onClash);
        }
        if (codec != null) {
            request.codec(codec);
        }
        if (replaces()) {
            request.onExistingOutput(ExistingOutput.REPLACE);
        }
    }

    /** Returns whether an output that is there is no obstacle. */
    boolean replaces() {
        return overwrite;
    }

    /** Returns whether it was left open how many feature files there must be. */
    final boolean anyNumber() {
        return expect == null;
    }

    final void checkGlob(String option, String text, String glob) {
        try {
            Path.of("").getFileSystem().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw usage("Invalid value for option '" + option + "': " + e.getDescription() + ": " + text);
        }
    }

    final Path path(String option, String text) {
        if (text.isEmpty() && !option.equals("--features")) {
            throw usage("Invalid value for option '" + option + "': must name a file");
        }
        if (SCHEME.matcher(text).matches()) {
            throw usage("Invalid value for option '" + option + "': only files of this machine can be merged: " + text);
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw usage("Invalid value for option '" + option + "': " + e.getMessage());
        }
    }

    /** Returns the address of a file of this machine, or of an object in {@code gs://}. */
    final URI address(String option, String text) {
        if (!text.startsWith(OBJECT)) {
            return path(option, text).toAbsolutePath().normalize().toUri();
        }
        int slash = text.indexOf('/', OBJECT.length());
        if (slash <= OBJECT.length() || slash == text.length() - 1) {
            throw usage("Invalid value for option '" + option + "': must be like gs://bucket/name but was " + text);
        }
        return object(option, text.substring(OBJECT.length(), slash), text.substring(slash));
    }

    final URI object(String option, String bucket, String path) {
        try {
            return new URI("gs", bucket, path, null);
        } catch (URISyntaxException e) {
            throw usage("Invalid value for option '" + option + "': " + e.getMessage());
        }
    }

    final ParameterException usage(String message) {
        CommandLine command = spec.commandLine();
        return new ParameterException(command, message);
    }
}
