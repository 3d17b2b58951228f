/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.call;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names one run in everything that it makes: its dataset, jobs, labels and staged objects. Says when the run began, so
 * that a sweep knows its age from the name alone. Immutable and thread-safe.
 */
public final class RunId {
    /** The label of datasets and jobs whose value is the run: {@value}. */
    public static final String LABEL = "marquetry-run";

    /** The folder of all runs in the staging area: {@value}. */
    public static final String FOLDER = "marquetry/";

    private static final String DATASET_PREFIX = "marquetry_";
    private static final Pattern TEXT = Pattern.compile("(\\d{8}t\\d{6})-([0-9a-z]{6})");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmss", Locale.ROOT);
    private static final int RADIX = 36;
    private static final int RANDOM_CHARACTERS = 6;
    private static final long RANDOM_BOUND = 2_176_782_336L; // 36 to the sixth

    private final String text;
    private final Instant began;

    private RunId(String text, Instant began) {
        this.text = text;
        this.began = began;
    }

    /** Returns a new id of a run that begins at {@code now}. */
    public static RunId at(Instant now, RandomGenerator random) {
        Instant began = now.truncatedTo(ChronoUnit.SECONDS);
        String tail = Long.toString(random.nextLong(RANDOM_BOUND), RADIX);
        String padded = "0".repeat(RANDOM_CHARACTERS - tail.length()) + tail;
        return new RunId(TIME.format(began.atOffset(ZoneOffset.UTC)) + "-" + padded, began);
    }

    /** Returns the id that {@code text} is, or empty if it is none. */
    public static Optional<RunId> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new RunId(text, LocalDateTime.parse(parts.group(1), TIME).toInstant(ZoneOffset.UTC)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Returns when the run began, to the second. */
    public Instant began() {
        return began;
    }

    /** Returns the name of the run's dataset, such as {@code marquetry_20261121t230000_0k3v9z}. */
    public String dataset() {
        return DATASET_PREFIX + text.replace('-', '_');
    }

    /** Returns the folder of the run's objects in the staging area, such as {@code marquetry/20261121t230000-0k3v9z/}. */
    public String folder() {
        return FOLDER + text + "/";
    }

    /**
     * Returns the id of a job.
     *
     * @throws IllegalArgumentException if {@code step} has a character other than letters, digits, dash and underscore
     */
    public String job(String step, int attempt) {
        if (!step.matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException(
                    "step must be of letters, digits, dashes and underscores but was " + step);
        }
        return "mq-" + text + "-" + step + "-" + attempt;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RunId that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Returns the id, such as {@code 20261121t230000-0k3v9z}; also the value of {@link #LABEL}. */
    @Override
    public String toString() {
        return text;
    }
}
