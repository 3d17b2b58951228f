/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.call;

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

/**
 * Names one run in all that it makes: its folder in the staging area and its execution, whose environment carries it. Says
 * when the run began, so that a sweep knows its age from the name alone. Immutable and thread-safe.
 *
 * @param text the id, such as {@code 20261121t230000-0k3v9z}
 * @param began when the run began, to the second
 */
public record RunId(String text, Instant began) {
    /** The variable in a container's environment whose value is the run: {@value}. */
    public static final String VARIABLE = "MARQUETRY_RUN";

    /** The folder of all runs in the staging area: {@value}. */
    public static final String FOLDER = "marquetry-cloudrun/";

    private static final Pattern TEXT = Pattern.compile("(\\d{8}t\\d{6})-([0-9a-z]{6})");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmss", Locale.ROOT);
    private static final int RADIX = 36;
    private static final int RANDOM_CHARACTERS = 6;
    private static final long RANDOM_BOUND = 2_176_782_336L; // 36 to the sixth

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
            Instant began = LocalDateTime.parse(parts.group(1), TIME).toInstant(ZoneOffset.UTC);
            return Optional.of(new RunId(text, began));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Returns the folder of the run's objects in the staging area, such as {@code marquetry-cloudrun/20261121t230000-0k3v9z/}. */
    public String folder() {
        return FOLDER + text + "/";
    }

    /** Returns the id. */
    @Override
    public String toString() {
        return text;
    }
}
