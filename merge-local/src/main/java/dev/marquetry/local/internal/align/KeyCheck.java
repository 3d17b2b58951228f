/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.local.internal.align.KeyCounts.Occurrence;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares keys by value, the plain way: those of an output with the spine's, and those of a feature file with what its row
 * map says of them. One per worker; not thread-safe.
 */
final class KeyCheck implements AutoCloseable {
    private static final int BLOCK = 1024;
    private static final int LEAST_STRETCH = 1 << 14;

    /** A row map in order is unpacked from its begin for each stretch. */
    private static final int MOST_STRETCHES = 32;

    private static final int MOST_TOLD = 20;

    private final SpineIndex index;
    private final Keys spine;
    private final DuplicateKeys rule;
    private final MergeControl control;
    private final IntSlab foundSlab;
    private final IntSlab rowSlab;
    private final IntSlab countSlab;
    private final RowRuns runs;

    KeyCheck(SpineIndex index, DuplicateKeys rule, MemoryBudget budget, Place place, MergeControl control) {
        this.index = index;
        this.rule = rule;
        this.control = control;
        spine = index.spine();
        foundSlab = new IntSlab(budget, place);
        rowSlab = new IntSlab(budget, place);
        countSlab = new IntSlab(budget, place);
        runs = new RowRuns(budget, place);
    }

    /** Counts how often the keys of an output occur, and in the spine. */
    KeyCounts count(Keys output) {
        int rows = spine.rows();
        int[] expected = rowSlab.zeroed(rows + 1); // the last is for rows that have no key
        int[] found = countSlab.zeroed(rows + 1);
        for (int row = 0; row < rows; row++) {
            expected[spine.isNull(row) ? rows : index.first(row)]++;
        }
        List<Occurrence> told = new ArrayList<>();
        int strangers = 0;
        int[] places = foundSlab.ensure(BLOCK);
        for (int from = 0; from < output.rows(); from += BLOCK) {
            control.check();
            int count = Math.min(BLOCK, output.rows() - from);
            index.find(output, from, count, places);
            for (int i = 0; i < count; i++) {
                if (output.isNull(from + i)) {
                    found[rows]++;
                } else if (places[i] >= 0) {
                    found[places[i]]++;
                } else if (strangers++ < MOST_TOLD) {
                    told.add(new Occurrence(output.text(from + i), 0, 1));
                }
            }
        }
        int more = 0;
        int less = 0;
        for (int row = 0; row <= rows; row++) {
            if (expected[row] != found[row]) {
                more += found[row] > expected[row] ? 1 : 0;
                less += found[row] < expected[row] ? 1 : 0;
                if (more + less <= MOST_TOLD) {
                    told.add(new Occurrence(text(row), expected[row], found[row]));
                }
            }
        }
        return new KeyCounts(firstShifted(output), more, less, strangers, told);
    }

    private int firstShifted(Keys output) {
        int rows = Math.min(spine.rows(), output.rows());
        for (int row = 0; row < rows; row++) {
            boolean noKey = spine.isNull(row);
            if (noKey != output.isNull(row) || (!noKey && !spine.same(row, output, row))) {
                return row;
            }
        }
        return rows == Math.max(spine.rows(), output.rows()) ? -1 : rows;
    }

    /** Returns the key of the spine's {@code row} for messages; of the row behind the last, what rows without one have. */
    String text(int row) {
        return row >= spine.rows() || spine.isNull(row) ? "null" : spine.text(row);
    }

    /**
     * Matches the rows of {@code file}, whose keys are {@code keys}, once more, one by one.
     *
     * @throws MergeFailedException if {@code map} says otherwise
     */
    void refuseUnlessTrue(String file, Keys keys, RowMap map, RowMapStore store) throws IOException {
        int[] expected = match(keys);
        int stretch = Math.max(LEAST_STRETCH, spine.rows() / MOST_STRETCHES + 1);
        for (int from = 0; from < spine.rows(); from += stretch) {
            control.check();
            int to = Math.min(spine.rows(), from + stretch);
            runs.load(store, map, from, to);
            int run = 0;
            for (int row = from; row < to; row++) {
                int at = row - from;
                int mapped = -1;
                if (!runs.isOrdered()) {
                    mapped = runs.map()[at];
                } else {
                    while (run < runs.runs() && runs.target(run) + runs.length(run) <= at) {
                        run++;
                    }
                    if (run < runs.runs() && runs.target(run) <= at) {
                        mapped = runs.source(run) + at - runs.target(run);
                    }
                }
                int wanted = spine.isNull(row) ? -1 : expected[index.first(row)];
                if (mapped != wanted || (mapped >= 0 && !spine.same(row, keys, mapped))) {
                    throw new MergeFailedException("[" + file + "] Cannot match rows: by the row map, row " + row + " ("
                            + text(row) + ") has row " + mapped + " of the file, by the keys it has row " + wanted);
                }
            }
        }
    }

    /** Returns for each first row of a key in the spine the row of the file that has it, or -1. */
    private int[] match(Keys keys) {
        int[] rowOf = rowSlab.ensure(spine.rows());
        Arrays.fill(rowOf, 0, spine.rows(), -1);
        int[] places = foundSlab.ensure(BLOCK);
        for (int from = 0; from < keys.rows(); from += BLOCK) {
            control.check();
            int count = Math.min(BLOCK, keys.rows() - from);
            index.find(keys, from, count, places);
            for (int i = 0; i < count; i++) {
                boolean known = !keys.isNull(from + i) && places[i] >= 0;
                if (known && (rowOf[places[i]] < 0 || rule == DuplicateKeys.LAST)) {
                    rowOf[places[i]] = from + i;
                }
            }
        }
        return rowOf;
    }

    @Override
    public void close() {
        foundSlab.close();
        rowSlab.close();
        countSlab.close();
        runs.close();
    }
}
