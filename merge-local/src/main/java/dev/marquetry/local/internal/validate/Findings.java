/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.validate;

import dev.marquetry.ValidationReport;
import dev.marquetry.ValidationReport.Finding;
import dev.marquetry.ValidationReport.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Collects what is not as it should be: counts all of it, and keeps the first of it by column and row, whatever the threads
 * find first. Thread-safe.
 */
public final class Findings {
    private record Placed(int column, long row, Finding finding) {}

    private static final Comparator<Placed> ORDER = Comparator.comparingInt(Placed::column)
            .thenComparingLong(Placed::row)
            .thenComparing(placed -> placed.finding.kind())
            .thenComparing(placed -> placed.finding.toString());

    private final TreeSet<Placed> kept = new TreeSet<>(ORDER);
    private final List<String> notes = new ArrayList<>();
    private long problems;

    /** Adds a finding about the whole output, which is called {@code file}. */
    public void ofFile(Kind kind, String file, String expected, String found) {
        add(-2, new Finding(kind, file, "", OptionalLong.empty(), "", expected, found));
    }

    /** Adds that {@code key} of the output called {@code file} does not occur as often as it should. */
    public void ofKey(String file, String key, String expected, String found) {
        add(-1, new Finding(Kind.KEY, file, "", OptionalLong.empty(), key, expected, found));
    }

    /** Adds a finding about the column that has or should have place {@code column}, from {@code file}. */
    public void ofColumn(int column, Kind kind, String file, String name, String expected, String found) {
        add(column, new Finding(kind, file, name, OptionalLong.empty(), "", expected, found));
    }

    /** Adds a value that is another; {@code row} is that of the output. */
    public void ofValue(int column, String file, String name, long row, String key, String expected, String found) {
        add(column, new Finding(Kind.VALUE, file, name, OptionalLong.of(row), key, expected, found));
    }

    private synchronized void add(int column, Finding finding) {
        problems++;
        kept.add(new Placed(column, finding.row().orElse(-1), finding));
        if (kept.size() > ValidationReport.MOST_FINDINGS) {
            kept.pollLast();
        }
    }

    /** Counts problems that are not told one by one. */
    public synchronized void untold(long more) {
        problems += more;
    }

    /** Adds what is no problem but worth knowing. */
    public synchronized void note(String text) {
        notes.add(text);
    }

    /** Returns whether there are no problems so far. */
    public synchronized boolean isEmpty() {
        return problems == 0;
    }

    /** Tells {@code report} all of it. */
    public synchronized void addTo(ValidationReport.Builder report) {
        report.findings(kept.stream().map(Placed::finding).toList(), problems).notes(notes);
    }
}
