/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import org.jspecify.annotations.Nullable;

/**
 * Finds the spine's row for a key. Where the spine ascends, as most do, no table is built until a key is missed by
 * prediction; if the table does not fit the budget then, binary search does.
 *
 * <p>The table holds row + 1 in open addressing, 0 where free, at most half full: 8 to 16 bytes a row. Thread-safe.
 */
final class SpineIndex implements AutoCloseable {
    private static final int ABSENT = -1;

    private final Keys spine;
    private final boolean ascending;
    private final MemoryBudget budget;
    private final Place place;
    private @Nullable IntSlab duplicateOf;
    private volatile int @Nullable [] table;
    private volatile boolean searching;
    private long tableBytes;

    /**
     * Indexes {@code spine} and checks it for duplicate keys.
     *
     * @throws InvalidInputException if a key stands twice and {@code rule} refuses that
     */
    SpineIndex(Keys spine, String file, SpineDuplicates rule, MemoryBudget budget, Place place) {
        this.spine = spine;
        this.budget = budget;
        this.place = place;
        ascending = spine.isAscending();
        if (!ascending) {
            int[] rows = build(true);
            checkDuplicates(rows, file, rule);
            table = rows;
        }
    }

    Keys spine() {
        return spine;
    }

    /** Returns the first spine row that has the key of {@code row} of {@code keys}, or -1. */
    int find(Keys keys, int row) {
        int[] rows = table;
        if (rows == null) {
            rows = searching ? null : buildOnce();
        }
        return rows == null ? search(keys, row) : probe(rows, keys, row);
    }

    /** Returns the first spine row with the same key as spine row {@code row}. */
    int first(int row) {
        IntSlab slab = duplicateOf;
        return slab == null ? row : slab.array()[row];
    }

    /** Returns whether some key stands in several spine rows. */
    boolean hasDuplicates() {
        return duplicateOf != null;
    }

    private int probe(int[] rows, Keys keys, int row) {
        int mask = rows.length - 1;
        for (int slot = keys.hash(row) & mask; rows[slot] != 0; slot = (slot + 1) & mask) {
            if (spine.same(rows[slot] - 1, keys, row)) {
                return rows[slot] - 1;
            }
        }
        return ABSENT;
    }

    private int search(Keys keys, int row) {
        int low = 0;
        int high = spine.rows() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = spine.compare(middle, keys, row);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return ABSENT;
    }

    private synchronized int @Nullable [] buildOnce() {
        if (table == null && !searching) {
            int[] rows = build(false);
            searching = rows == null;
            table = rows;
        }
        return table;
    }

    private int @Nullable [] build(boolean needed) {
        int capacity = Integer.highestOneBit(Math.max(8, Math.min(1 << 29, spine.rows()) * 2 - 1)) << 1;
        if (needed) {
            budget.take(4L * capacity, place);
        } else if (!budget.tryTake(4L * capacity)) {
            return null;
        }
        tableBytes = 4L * capacity;
        int[] rows = new int[capacity];
        int mask = capacity - 1;
        for (int row = 0; row < spine.rows(); row++) {
            if (spine.isNull(row)) {
                continue;
            }
            int slot = spine.hash(row) & mask;
            while (rows[slot] != 0 && !(needed && spine.same(rows[slot] - 1, spine, row))) {
                slot = (slot + 1) & mask;
            }
            if (rows[slot] == 0) {
                rows[slot] = row + 1;
            } else {
                noteDuplicate(rows[slot] - 1, row);
            }
        }
        return rows;
    }

    private void noteDuplicate(int first, int row) {
        IntSlab slab = duplicateOf;
        if (slab == null) {
            slab = new IntSlab(budget, place);
            int[] own = slab.ensure(spine.rows());
            for (int i = 0; i < spine.rows(); i++) {
                own[i] = i;
            }
            duplicateOf = slab;
        }
        slab.array()[row] = first;
    }

    private void checkDuplicates(int @Nullable [] built, String file, SpineDuplicates rule) {
        if (duplicateOf == null || built == null || rule == SpineDuplicates.ALLOW) {
            return;
        }
        for (int row = 0; row < spine.rows(); row++) {
            if (first(row) != row) {
                String problem = "[" + file + "] Cannot merge on duplicate key " + spine.text(row)
                        + " of the spine in rows " + first(row) + " and " + row
                        + ": remove one, or allow duplicate keys in the spine";
                close();
                throw new InvalidInputException(problem);
            }
        }
    }

    @Override
    public void close() {
        budget.give(tableBytes);
        tableBytes = 0;
        table = null;
        if (duplicateOf != null) {
            duplicateOf.close();
        }
    }
}
