/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MemorySize;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code merge} and {@code plan} that say what to do when a limit of this machine would be crossed. */
@SuppressWarnings("NullAway.Init") // set by picocli
final class FallbackOptions {
    /** What can be fallen back on. */
    enum Fallback {
        BIGQUERY
    }

    private static final Pattern STAGING = Pattern.compile("gs://[a-z0-9][a-z0-9._-]+(/[^?#]*)?");

    /** As long as a project's id may be, so that statements with it are as long as they may get. */
    private static final String UNNAMED = "x".repeat(30);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--fallback",
            paramLabel = "NAME",
            description = "When a limit was or would be breached, merge in: bigquery. Bills the project.")
    private @Nullable Fallback fallback;

    @Option(names = "--project", paramLabel = "ID", description = "Google Cloud project that is billed.")
    private @Nullable String project;

    @Option(
            names = "--staging",
            paramLabel = "URI",
            description = "Where files lie meanwhile, such as gs://bucket/folder.")
    private @Nullable String staging;

    @Option(
            names = "--location",
            paramLabel = "REGION",
            description = "Where the bucket is and jobs run, such as europe-west1 (default US).")
    private @Nullable String location;

    @Option(
            names = "--max-billed",
            paramLabel = "SIZE",
            converter = Values.Size.class,
            description = "Most bytes that BigQuery may bill (default: no limit).")
    private @Nullable MemorySize maxBilled;

    @Option(
            names = "--dataset-expiry",
            paramLabel = "TIME",
            converter = Values.Time.class,
            description = "When BigQuery deletes tables that outlived their merge (default 6h, at least 1h).")
    private @Nullable Duration datasetExpiry;

    @Option(
            names = "--fallback-memory",
            paramLabel = "SIZE",
            converter = Values.Size.class,
            description = "Most memory here while merging in BigQuery (default: that of --memory).")
    private @Nullable MemorySize fallbackMemory;

    @Option(
            names = "--max-cost",
            paramLabel = "DOLLARS",
            converter = Values.Dollars.class,
            description = "Most that a merge may cost by its estimate, in US dollars (default: no limit).")
    private @Nullable BigDecimal maxCost;

    /** Returns whether {@code where} is a bucket or a folder in one. */
    static boolean isStaging(String where) {
        return STAGING.matcher(where).matches();
    }

    /** Returns what to fall back on, if anything; options that make no sense together are usage errors. */
    Optional<BigQueryFallback> fallback(ResourceLimits limits) {
        if (fallback == null) {
            if (!given().isEmpty()) {
                throw usage("Options need --fallback bigquery: " + String.join(", ", given()));
            }
            return Optional.empty();
        }
        return Optional.of(
                switch (fallback) {
                    case BIGQUERY -> bigQuery(limits);
                });
    }

    /** Returns what a merge in BigQuery is compared at; a project and a bucket need not be named, as none is called. */
    BigQueryFallback compared(ResourceLimits limits) {
        project = Objects.requireNonNullElse(project, UNNAMED);
        staging = Objects.requireNonNullElse(staging, "gs://" + UNNAMED);
        return bigQuery(limits);
    }

    private BigQueryFallback bigQuery(ResourceLimits limits) {
        String where = required("--staging", staging);
        if (!isStaging(where)) {
            throw usage(
                    "Invalid value for option '--staging': must be like gs://bucket/folder but was '" + where + "'");
        }
        if (datasetExpiry != null && datasetExpiry.compareTo(Duration.ofHours(1)) < 0) {
            throw usage("Invalid value for option '--dataset-expiry': must be 1h or more");
        }
        return new BigQueryFallback(
                required("--project", project),
                where,
                Optional.ofNullable(location),
                Optional.ofNullable(maxBilled),
                Optional.ofNullable(datasetExpiry),
                fallbackMemory == null ? limits : limitsWith(limits, fallbackMemory));
    }

    private ResourceLimits limitsWith(ResourceLimits limits, MemorySize memory) {
        ResourceLimits.Builder more = ResourceLimits.builder();
        limits.minFreeSystemMemory().ifPresent(more::minFreeSystemMemory);
        limits.minFreeDisk().ifPresent(more::minFreeDisk);
        limits.maxElapsed().ifPresent(more::maxElapsed);
        limits.threads().ifPresent(more::threads);
        try {
            return more.maxMemory(memory).build();
        } catch (IllegalArgumentException e) {
            throw usage("Invalid value for option '--fallback-memory': " + e.getMessage());
        }
    }

    private String required(String option, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw usage("Missing option that --fallback bigquery needs: " + option);
        }
        return value;
    }

    private List<String> given() {
        List<String> given = new ArrayList<>();
        for (String option : List.of(
                "--project",
                "--staging",
                "--location",
                "--max-billed",
                "--dataset-expiry",
                "--fallback-memory",
                "--max-cost")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                given.add(option);
            }
        }
        return given;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Where {@code second} can not be reached either, the breach is what ends the merge, and its attempts tell of both. */
    MergeStrategy chain(MergeStrategy first, MergeStrategy second, PrintStream err) {
        MergePolicy.Builder chain = MergePolicy.startingWith(first)
                .fallbackTo(second)
                .alsoWhenUnavailable()
                .onFallback(fallback -> err.println(fallback.from().strategy() + " gave up: "
                        + fallback.from().detail() + "; trying " + fallback.to()));
        if (maxCost != null) {
            chain.maxCost(maxCost);
        }
        return chain.build();
    }

    /** Returns {@code strategy}, for which an estimate above what a merge may cost is a refusal. */
    MergeStrategy affordable(MergeStrategy strategy) {
        return maxCost == null
                ? strategy
                : MergePolicy.startingWith(strategy).maxCost(maxCost).build();
    }
}
