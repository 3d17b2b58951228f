/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.util.Locale;

/**
 * One line of a table: one tool at one job.
 *
 * @param catSeconds best time of cat in the same run
 * @param best best time of the tool and the most memory that any of its runs took; or the failure that ended it
 * @param result what the check of its output said; empty after a failure
 */
record Row(String job, long inputBytes, double catSeconds, String tool, Outcome best, String result) {
    /** The head of a table of rows. */
    static final String HEAD = """
            | job | input | cat s | tool | time s | ratio | RssAnon MiB | result |
            |---|---|---|---|---|---|---|---|
            """;

    /** Returns the line; without time and ratio unless the output was right. */
    String text() {
        boolean isRight = best.isDone() && result.startsWith("right");
        String time = best.isDone() ? String.format(Locale.ROOT, "%.2f", best.seconds()) : "–";
        String ratio = isRight ? String.format(Locale.ROOT, "%.2f", best.seconds() / catSeconds) : "–";
        return String.format(
                Locale.ROOT,
                "| %s | %.2f GB | %.2f | %s | %s | %s | %,d | %s |%n",
                job,
                inputBytes / 1e9,
                catSeconds,
                tool,
                time,
                ratio,
                best.rssAnonBytes() >> 20,
                best.isDone() ? result : best.failure());
    }
}
