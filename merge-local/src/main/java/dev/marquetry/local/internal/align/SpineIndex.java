/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import org.jspecify.annotations.Nullable;

/**
 * Finds the spine's rows for keys. Where the spine ascends, as most do, nothing is built until a key has to be found; if the
 * table does not fit the budget then, binary search does. Thread-safe.
 *
 * <p>The table holds row + 1, 0 where free, in 8 to 16 bytes a row at most. Keys on a {@link KeyGrid} that has no more slots
 * are addressed by it, and need no table where the spine ascends and fills every slot; others by hash, in open addressing, at
 * most half full.
 */
final class SpineIndex implements AutoCloseable {
    private static final int ABSENT = -1;

    private final Keys spine;
    private final boolean ascending;
    private final MemoryBudget budget;
    private final Place place;
    private @Nullable IntSlab duplicateOf;
    private @Nullable KeyGrid grid;
    private int @Nullable [] table;
    private volatile boolean built;
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
            build(true);
            checkDuplicates(file, rule);
        }
    }

    Keys spine() {
        return spine;
    }

    /**
     * Finds the first spine row, or -1, for each key of the {@code count} rows from {@code from} on; {@code found} takes them.
     * For rows that have no key it takes anything.
     */
    void find(Keys keys, int from, int count, int[] found) {
        if (!built) {
            buildOnce();
        }
        KeyGrid even = grid;
        int[] rows = table;
        long[] longs = keys.longs();
        long[] spineLongs = spine.longs();
        if (even != null && longs != null) {
            byGrid(even, rows, longs, from, count, found);
        } else if (rows != null && longs != null && spineLongs != null) {
            byLongHash(rows, spineLongs, longs, from, count, found);
        } else if (rows != null) {
            byHash(rows, keys, from, count, found);
        } else {
            bySearch(keys, from, count, found);
        }
    }

    private static void byGrid(KeyGrid grid, int @Nullable [] rows, long[] keys, int from, int count, int[] found) {
        for (int i = 0; i < count; i++) {
            long slot = grid.slot(keys[from + i]);
            boolean onGrid = slot >= 0 && slot < grid.slots();
            found[i] = !onGrid ? ABSENT : rows == null ? (int) slot : rows[(int) slot] - 1;
        }
    }

    /** The same as {@link #byHash} for the usual keys, on arrays. */
    private static void byLongHash(int[] rows, long[] spine, long[] keys, int from, int count, int[] found) {
        int mask = rows.length - 1;
        for (int i = 0; i < count; i++) {
            found[i] = (int) Keys.mix(keys[from + i]) & mask;
        }
        for (int i = 0; i < count; i++) {
            long key = keys[from + i];
            int slot = found[i];
            int row = rows[slot] - 1;
            while (row >= 0 && spine[row] != key) {
                slot = (slot + 1) & mask;
                row = rows[slot] - 1;
            }
            found[i] = row;
        }
    }

    /** Looks for each key right behind the one before it first. */
    private void byHash(int[] rows, Keys keys, int from, int count, int[] found) {
        int expected = 0;
        for (int i = 0; i < count; i++) {
            boolean next = expected < spine.rows() && !spine.isNull(expected) && spine.same(expected, keys, from + i);
            found[i] = next ? first(expected) : rows[slot(rows, keys, from + i)] - 1;
            expected = found[i] + 1;
        }
    }

    /** Returns the slot that holds the key of {@code row}, or the free one where it belongs. */
    private int slot(int[] rows, Keys keys, int row) {
        int mask = rows.length - 1;
        int slot = keys.hash(row) & mask;
        while (rows[slot] != 0 && !spine.same(rows[slot] - 1, keys, row)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void bySearch(Keys keys, int from, int count, int[] found) {
        for (int i = 0; i < count; i++) {
            found[i] = search(keys, from + i);
        }
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

    /** Returns whether every spine row has a key, and one of its own. */
    boolean isUnique() {
        return duplicateOf == null && spine.nullRows() == 0;
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

    private synchronized void buildOnce() {
        if (!built) {
            build(false);
        }
    }

    private void build(boolean needed) {
        int rows = spine.rows();
        int capacity = Integer.highestOneBit(Math.max(8, Math.min(1 << 29, rows) * 2 - 1)) << 1;
        long[] longs = spine.longs();
        KeyGrid even = longs == null || spine.nullRows() > 0 ? null : KeyGrid.of(longs, rows, capacity);
        if (even != null && ascending && even.slots() == rows) {
            grid = even;
        } else {
            int size = even == null ? capacity : even.slots();
            if (needed) {
                budget.take(4L * size, place);
            }
            if (needed || budget.tryTake(4L * size)) {
                tableBytes = 4L * size;
                grid = even;
                table = filled(new int[size], even, longs);
            }
        }
        built = true;
    }

    private int[] filled(int[] rows, @Nullable KeyGrid even, long @Nullable [] longs) {
        for (int row = 0; row < spine.rows(); row++) {
            if (spine.isNull(row)) {
                continue;
            }
            int slot = even != null && longs != null ? (int) even.slot(longs[row]) : slot(rows, spine, row);
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

    private void checkDuplicates(String file, SpineDuplicates rule) {
        if (duplicateOf == null || rule == SpineDuplicates.ALLOW) {
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
