/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.Progress;
import dev.marquetry.ResourceSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples over time in a bounded number of points. When they are full, each two neighbours become one and later points take in
 * twice as many samples; a point keeps the extremes of its samples, so that no peak is lost. Not thread-safe.
 */
final class SampleSeries {
    /** The most points: more than a chart has room for. */
    static final int MOST_POINTS = 600;

    /** How much earlier than the one before a sample of the same try may be, as threads take turns. */
    private static final long JITTER_MILLIS = 100;

    private final List<SamplePoint> points = new ArrayList<>();
    private int samplesPerPoint = 1;
    private int samplesInLast;
    private long tryBeganMillis;
    private long lastElapsedMillis;
    private int attempt;

    void add(ResourceSample sample) {
        long at = place(sample.elapsed());
        add(SamplePoint.of(sample, at, attempt));
    }

    void add(Progress event) {
        long at = place(event.elapsed());
        add(SamplePoint.of(event, at, attempt));
    }

    /** Returns when it was, since the first try began: each of a policy's tries counts its own time from zero. */
    private long place(Duration elapsed) {
        long millis = elapsed.toMillis();
        if (millis < lastElapsedMillis - JITTER_MILLIS) {
            tryBeganMillis += lastElapsedMillis;
            attempt++;
            lastElapsedMillis = millis;
        }
        lastElapsedMillis = Math.max(lastElapsedMillis, millis);
        return tryBeganMillis + lastElapsedMillis;
    }

    private void add(SamplePoint sample) {
        if (!points.isEmpty() && samplesInLast < samplesPerPoint) {
            int last = points.size() - 1;
            points.set(last, points.get(last).and(sample));
            samplesInLast++;
            return;
        }
        if (points.size() == MOST_POINTS) {
            halve();
        }
        points.add(sample);
        samplesInLast = 1;
    }

    private void halve() {
        for (int i = 0; i < MOST_POINTS / 2; i++) {
            points.set(i, points.get(2 * i).and(points.get(2 * i + 1)));
        }
        points.subList(MOST_POINTS / 2, MOST_POINTS).clear();
        samplesPerPoint *= 2;
    }

    List<SamplePoint> points() {
        return List.copyOf(points);
    }
}
