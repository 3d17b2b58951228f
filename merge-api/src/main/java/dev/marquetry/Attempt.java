/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;

/**
 * One strategy's try at a merge. Immutable and thread-safe.
 *
 * @param strategy the strategy's name
 * @param outcome how it ended
 * @param elapsed how long it took
 * @param cost what it cost, in US dollars
 * @param detail the reason for anything but success, else a short summary
 */
public record Attempt(String strategy, Outcome outcome, Duration elapsed, BigDecimal cost, String detail) {
    /** How an attempt ended. */
    public enum Outcome {
        /** Not started: it could not serve the request, or was predicted to breach a limit. */
        SKIPPED,
        /** Stopped because a limit was crossed; nothing was published. */
        BREACHED,
        /** Stopped by anything else. */
        FAILED,
        /** The output is published. */
        SUCCEEDED
    }

    /** Checks that nothing is null. */
    public Attempt {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(elapsed, "elapsed");
        Objects.requireNonNull(cost, "cost");
        Objects.requireNonNull(detail, "detail");
    }
}
