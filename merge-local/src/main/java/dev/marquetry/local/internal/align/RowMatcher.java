/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import java.util.Arrays;

/**
 * Works out one feature file's row map after another. As long as rows come in the spine's order, gaps or not, they are
 * matched run by run and packed at once; only a file in another order takes a row map of an int a row. One per worker; not
 * thread-safe.
 */
final class RowMatcher implements AutoCloseable {
    private static final int BLOCK = 1024;

    private final SpineIndex index;
    private final DuplicateKeys rule;
    private final RowMapPacker packed;
    private final IntSlab foundSlab;
    private final IntSlab rowMapSlab;
    private final IntSlab extraSlab;
    private final IntSlab tableSlab;
    private int matched;
    private int extras;
    private int duplicates;

    RowMatcher(SpineIndex index, DuplicateKeys rule, MemoryBudget budget, Place place) {
        this.index = index;
        this.rule = rule;
        packed = new RowMapPacker(budget, place);
        foundSlab = new IntSlab(budget, place);
        rowMapSlab = new IntSlab(budget, place);
        extraSlab = new IntSlab(budget, place);
        tableSlab = new IntSlab(budget, place);
    }

    /**
     * Matches the rows of {@code keys}, which are those of {@code file}; {@link #packed} holds the row map, unless it is
     * identical.
     *
     * @throws InvalidInputException if a key stands twice and the rule refuses that
     */
    FeatureMatch match(String file, Keys keys) {
        int rows = index.spine().rows();
        RowMapKind kind = RowMapKind.ORDERED;
        if (!matchRuns(keys)) {
            int[] rowMap = matchRows(file, keys);
            if (ascends(rowMap)) {
                packed.packOrdered(rowMap, rows);
            } else {
                kind = RowMapKind.PERMUTED;
                packed.packPermuted(rowMap, rows);
            }
        }
        if (rule == DuplicateKeys.REJECT) {
            refuseDuplicateExtras(file, keys);
        }
        if (kind == RowMapKind.ORDERED && matched == rows && keys.rows() == rows) {
            kind = RowMapKind.IDENTICAL;
        }
        return new FeatureMatch(file, kind, keys.rows(), matched, rows - matched, extras, keys.nullRows(), duplicates);
    }

    private void begin() {
        matched = 0;
        extras = 0;
        duplicates = 0;
        packed.clear();
    }

    /** Matches run by run; returns false if rows turn out not to come in the spine's order, each once. */
    private boolean matchRuns(Keys keys) {
        Keys spine = index.spine();
        if (!index.isUnique() || keys.nullRows() > 0) {
            return false;
        }
        begin();
        int[] found = foundSlab.ensure(BLOCK);
        int at = 0;
        int row = 0;
        while (row < keys.rows()) {
            int run = spine.matching(at, keys, row);
            if (run > 0) {
                packed.addRun(at, row, run);
                matched += run;
                at += run;
                row += run;
                continue;
            }
            index.find(keys, row, 1, found);
            if (found[0] < 0) {
                addExtra(row++);
            } else if (found[0] < at) {
                return false;
            } else {
                at = found[0];
            }
        }
        return true;
    }

    private void addExtra(int row) {
        extraSlab.grow(extras + 1, extras)[extras++] = row;
    }

    /** Matches row by row; the result says for each row of the spine which row of the file belongs to it, or -1. */
    private int[] matchRows(String file, Keys keys) {
        begin();
        int[] rowMap = rowMapSlab.ensure(index.spine().rows());
        Arrays.fill(rowMap, 0, index.spine().rows(), -1);
        int count;
        for (int row = 0; row < keys.rows(); row += count) {
            count = Math.min(BLOCK, keys.rows() - row);
            matchBlock(file, keys, row, count, rowMap);
        }
        copyToSpineDuplicates(rowMap);
        return rowMap;
    }

    private void matchBlock(String file, Keys keys, int from, int count, int[] rowMap) {
        int[] found = foundSlab.ensure(BLOCK);
        index.find(keys, from, count, found);
        for (int i = 0; i < count; i++) {
            int at = found[i];
            int row = from + i;
            if (keys.isNull(row)) {
                continue;
            }
            if (at < 0) {
                addExtra(row);
            } else if (rowMap[at] < 0) {
                rowMap[at] = row;
                matched++;
            } else {
                duplicates++;
                if (rule == DuplicateKeys.REJECT) {
                    throw duplicate(file, keys, rowMap[at], row);
                }
                rowMap[at] = rule == DuplicateKeys.LAST ? row : rowMap[at];
            }
        }
    }

    private void copyToSpineDuplicates(int[] rowMap) {
        if (index.hasDuplicates()) {
            for (int row = 0; row < index.spine().rows(); row++) {
                int first = index.first(row);
                if (first != row && rowMap[first] >= 0) {
                    rowMap[row] = rowMap[first];
                    matched++;
                }
            }
        }
    }

    private boolean ascends(int[] rowMap) {
        int last = -1;
        for (int row = 0; row < index.spine().rows(); row++) {
            if (rowMap[row] >= 0) {
                if (rowMap[row] <= last) {
                    return false;
                }
                last = rowMap[row];
            }
        }
        return true;
    }

    /** Looks for duplicates among rows that the spine lacks, which the row map can not show. */
    private void refuseDuplicateExtras(String file, Keys keys) {
        int[] rows = extraSlab.array();
        boolean ascending = true;
        for (int i = 1; i < extras && ascending; i++) {
            ascending = keys.compare(rows[i - 1], keys, rows[i]) < 0;
        }
        if (ascending) {
            return;
        }
        int capacity = Integer.highestOneBit(Math.min(1 << 29, extras) * 2 - 1) << 1;
        int[] table = tableSlab.zeroed(capacity);
        for (int i = 0; i < extras; i++) {
            int slot = keys.hash(rows[i]) & (capacity - 1);
            while (table[slot] != 0) {
                if (keys.same(table[slot] - 1, keys, rows[i])) {
                    throw duplicate(file, keys, table[slot] - 1, rows[i]);
                }
                slot = (slot + 1) & (capacity - 1);
            }
            table[slot] = rows[i] + 1;
        }
    }

    private static InvalidInputException duplicate(String file, Keys keys, int first, int second) {
        return new InvalidInputException("[" + file + "] Cannot merge on duplicate key " + keys.text(second)
                + " in rows " + first + " and " + second + ": remove one, or ask for the first or the last of them");
    }

    /** Returns the row map, valid to the next match; of no meaning if that is identical. */
    RowMapPacker packed() {
        return packed;
    }

    @Override
    public void close() {
        packed.close();
        foundSlab.close();
        rowMapSlab.close();
        extraSlab.close();
        tableSlab.close();
    }
}
