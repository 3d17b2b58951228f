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
 * Works out one feature file's row map after another. Each row is first looked for where the row before it suggests, right
 * behind that one's spine row: files in the spine's order, gaps or not, hardly ever need the index. One per worker; not
 * thread-safe.
 */
final class RowMatcher implements AutoCloseable {
    private final SpineIndex index;
    private final DuplicateKeys rule;
    private final IntSlab rowMapSlab;
    private final IntSlab extraSlab;
    private final IntSlab tableSlab;
    private RowMapKind kind = RowMapKind.IDENTICAL;
    private int matched;
    private int extras;
    private int duplicates;

    RowMatcher(SpineIndex index, DuplicateKeys rule, MemoryBudget budget, Place place) {
        this.index = index;
        this.rule = rule;
        rowMapSlab = new IntSlab(budget, place);
        extraSlab = new IntSlab(budget, place);
        tableSlab = new IntSlab(budget, place);
    }

    /**
     * Matches the rows of {@code keys}, which are those of {@code file}; {@link #rowMap} holds the result.
     *
     * @throws InvalidInputException if a key stands twice and the rule refuses that
     */
    FeatureMatch match(String file, Keys keys) {
        Keys spine = index.spine();
        int[] rowMap = rowMapSlab.ensure(spine.rows());
        Arrays.fill(rowMap, 0, spine.rows(), -1);
        matched = 0;
        extras = 0;
        duplicates = 0;
        int expected = 0;
        for (int row = 0; row < keys.rows(); row++) {
            if (keys.isNull(row)) {
                continue;
            }
            int at;
            if (expected < spine.rows() && spine.same(expected, keys, row) && !spine.isNull(expected)) {
                at = index.first(expected);
            } else {
                at = index.find(keys, row);
            }
            if (at < 0) {
                extraSlab.grow(extras + 1, extras)[extras++] = row;
                continue;
            }
            expected = at + 1;
            if (rowMap[at] < 0) {
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
        if (rule == DuplicateKeys.REJECT) {
            refuseDuplicateExtras(file, keys);
        }
        copyToSpineDuplicates(rowMap);
        kind = kind(rowMap, keys.rows());
        return new FeatureMatch(
                file, kind, keys.rows(), matched, spine.rows() - matched, extras, keys.nullRows(), duplicates);
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

    private RowMapKind kind(int[] rowMap, int fileRows) {
        int rows = index.spine().rows();
        int last = -1;
        for (int row = 0; row < rows; row++) {
            if (rowMap[row] >= 0) {
                if (rowMap[row] <= last) {
                    return RowMapKind.PERMUTED;
                }
                last = rowMap[row];
            }
        }
        return matched == rows && fileRows == rows ? RowMapKind.IDENTICAL : RowMapKind.ORDERED;
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

    /** Returns the row map: {@code rowMap()[i]} is the file's row for spine row {@code i}, or -1; valid to the next match. */
    int[] rowMap() {
        return rowMapSlab.array();
    }

    @Override
    public void close() {
        rowMapSlab.close();
        extraSlab.close();
        tableSlab.close();
    }
}
