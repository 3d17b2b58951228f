/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.jobs;

import dev.marquetry.gcs.call.Pace;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where and how the jobs of a run run. Immutable and thread-safe.
 *
 * @param project the project that pays for them
 * @param location where they run, such as {@code us-central1}
 * @param labels the caller's labels for the dataset and the jobs
 * @param kmsKey the key that tables are encrypted with, or empty for Google's own
 * @param poll how often to ask whether a job has ended
 * @param retry how often to try a call that failed; its waits are also those between attempts at a job
 * @param attempts how many jobs are run at most for one step when they fail for something that passes
 * @param deadline how long one job may take
 * @param cancelling how long to wait at most for jobs to end that were told to
 */
public record JobSettings(
        String project,
        String location,
        Map<String, String> labels,
        Optional<String> kmsKey,
        Pace poll,
        Pace retry,
        int attempts,
        Duration deadline,
        Duration cancelling) {
    /** Attempts at a job unless told otherwise: {@value}. */
    public static final int DEFAULT_ATTEMPTS = 4;

    /** How long a job may take unless told otherwise: six hours, which is BigQuery's own limit. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofHours(6);

    /** How long jobs have to end unless told otherwise: four seconds. */
    public static final Duration DEFAULT_CANCELLING = Duration.ofSeconds(4);

    /** Checks the figures and copies the labels. */
    public JobSettings {
        Objects.requireNonNull(project, "project");
        Objects.requireNonNull(location, "location");
        labels = Map.copyOf(labels);
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be positive but was " + attempts);
        }
    }

    /** Returns settings with every default. */
    public static JobSettings of(String project, String location) {
        return new JobSettings(
                project,
                location,
                Map.of(),
                Optional.empty(),
                Pace.POLL,
                Pace.RETRY,
                DEFAULT_ATTEMPTS,
                DEFAULT_DEADLINE,
                DEFAULT_CANCELLING);
    }
}
