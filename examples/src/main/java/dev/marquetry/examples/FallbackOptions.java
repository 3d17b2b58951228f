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
import java.util.Set;
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
        BIGQUERY,
        CLOUDRUN
    }

    private static final Pattern STAGING = Pattern.compile("gs://[a-z0-9][a-z0-9._-]+(/[^?#]*)?");

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.:-]*");
    private static final List<String> COMMON_OPTIONS =
            List.of("--project", "--staging", "--fallback-memory", "--max-cost");
    private static final List<String> BIGQUERY_OPTIONS = List.of("--location", "--max-billed", "--dataset-expiry");
    private static final List<String> CLOUD_RUN_OPTIONS = List.of("--job", "--region");

    /** As long as a project's id may be, so that statements with it are as long as they may get. */
    private static final String UNNAMED = "x".repeat(30);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--fallback",
            paramLabel = "NAME",
            split = ",",
            description = "When a limit was or would be breached, merge in: bigquery, cloudrun, or one after the other"
                    + " (bigquery,cloudrun). Bills the project.")
    private List<Fallback> fallbacks = List.of();

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

    @Option(names = "--job", paramLabel = "NAME", description = "Cloud Run's job that has the worker's image.")
    private @Nullable String job;

    @Option(names = "--region", paramLabel = "REGION", description = "Where Cloud Run's job is, such as europe-west1.")
    private @Nullable String region;

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
            description = "Most memory here while merging in the cloud (default: that of --memory).")
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

    /** Returns what to fall back on, in this order; options that make no sense together are usage errors. */
    List<CloudFallback> fallbacks(ResourceLimits limits) {
        List<String> ofBigQuery = new ArrayList<>(given(BIGQUERY_OPTIONS));
        if (fallbacks.isEmpty()) {
            ofBigQuery.addAll(0, given(COMMON_OPTIONS));
        }
        if (!fallbacks.contains(Fallback.BIGQUERY) && !ofBigQuery.isEmpty()) {
            throw usage("Options need --fallback bigquery: " + String.join(", ", ofBigQuery));
        }
        List<String> ofCloudRun = given(CLOUD_RUN_OPTIONS);
        if (!fallbacks.contains(Fallback.CLOUDRUN) && !ofCloudRun.isEmpty()) {
            throw usage("Options need --fallback cloudrun: " + String.join(", ", ofCloudRun));
        }
        if (Set.copyOf(fallbacks).size() < fallbacks.size()) {
            throw usage("Invalid value for option '--fallback': names each once");
        }
        List<CloudFallback> asked = new ArrayList<>();
        for (Fallback fallback : fallbacks) {
            asked.add(
                    switch (fallback) {
                        case BIGQUERY -> bigQuery(limits);
                        case CLOUDRUN -> cloudRun(limits);
                    });
        }
        return asked;
    }

    private CloudRunFallback cloudRun(ResourceLimits limits) {
        String name = "cloudrun";
        return new CloudRunFallback(
                named("--project", required(name, "--project", project)),
                named("--region", required(name, "--region", region)),
                named("--job", required(name, "--job", job)),
                staging(name),
                limitsHere(limits));
    }

    private String named(String option, String value) {
        if (!NAME.matcher(value).matches()) {
            throw usage("Invalid value for option '" + option
                    + "': must be of small letters, digits and dashes but was '" + value + "'");
        }
        return value;
    }

    private String staging(String name) {
        String where = required(name, "--staging", staging);
        if (!isStaging(where)) {
            throw usage(
                    "Invalid value for option '--staging': must be like gs://bucket/folder but was '" + where + "'");
        }
        return where;
    }

    private ResourceLimits limitsHere(ResourceLimits limits) {
        return fallbackMemory == null ? limits : limitsWith(limits, fallbackMemory);
    }

    /** Returns what a merge in BigQuery is compared at; a project and a bucket need not be named, as none is called. */
    BigQueryFallback compared(ResourceLimits limits) {
        project = Objects.requireNonNullElse(project, UNNAMED);
        staging = Objects.requireNonNullElse(staging, "gs://" + UNNAMED);
        return bigQuery(limits);
    }

    private BigQueryFallback bigQuery(ResourceLimits limits) {
        String where = staging("bigquery");
        if (datasetExpiry != null && datasetExpiry.compareTo(Duration.ofHours(1)) < 0) {
            throw usage("Invalid value for option '--dataset-expiry': must be 1h or more");
        }
        return new BigQueryFallback(
                required("bigquery", "--project", project),
                where,
                Optional.ofNullable(location),
                Optional.ofNullable(maxBilled),
                Optional.ofNullable(datasetExpiry),
                limitsHere(limits));
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

    private String required(String name, String option, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw usage("Missing option that --fallback " + name + " needs: " + option);
        }
        return value;
    }

    private List<String> given(List<String> options) {
        return options.stream()
                .filter(option -> spec.commandLine().getParseResult().hasMatchedOption(option))
                .toList();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Where no other can be reached either, the breach is what ends the merge, and its attempts tell of all. */
    MergeStrategy chain(MergeStrategy first, List<MergeStrategy> others, PrintStream err) {
        if (others.isEmpty()) {
            return first;
        }
        MergePolicy.Builder chain = MergePolicy.startingWith(first);
        others.forEach(chain::fallbackTo);
        chain.alsoWhenUnavailable()
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
