/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.page.Levels;
import dev.marquetry.local.internal.plan.KeyType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one file, row by row. A row with a null in any key column has no key and matches nothing. Filled by {@link
 * KeyReader#read}, with one file after another; read-only and thread-safe in between.
 */
final class Keys implements AutoCloseable {
    private static final int MOST_MATCHED = 1 << 16;

    private final List<String> columns;
    private final KeyPart[] parts;
    private final ByteSlab nullSlab;
    private int rows;
    private int nullRows;

    Keys(List<String> columns, List<KeyPart> parts, ByteSlab nulls) {
        this.columns = columns;
        this.parts = parts.toArray(KeyPart[]::new);
        nullSlab = nulls;
    }

    /** Makes room for another file's keys; every row has one until {@link #setNull}. */
    void prepare(List<KeyType> types, int newRows) {
        rows = newRows;
        nullRows = 0;
        for (int p = 0; p < parts.length; p++) {
            parts[p].prepare(types.get(p), rows);
        }
    }

    /** Says that {@code row} has no key. */
    void setNull(int row) {
        if (nullRows == 0) {
            Levels.setBits(nullSlab.ensure(rows / 8 + 1), 0, rows, false);
        }
        if (!Levels.get(nullSlab.array(), row)) {
            Levels.setBits(nullSlab.array(), row, 1, true);
            nullRows++;
        }
    }

    KeyPart part(int p) {
        return parts[p];
    }

    /** Returns the keys where they are one column of longs, else null; rows without a key hold anything. */
    long @Nullable [] longs() {
        return parts.length == 1 && parts[0] instanceof LongPart part ? part.values() : null;
    }

    int rows() {
        return rows;
    }

    int nullRows() {
        return nullRows;
    }

    boolean isNull(int row) {
        return nullRows > 0 && Levels.get(nullSlab.array(), row);
    }

    boolean same(int row, Keys other, int otherRow) {
        for (int p = 0; p < parts.length; p++) {
            if (!parts[p].same(row, other.parts[p], otherRow)) {
                return false;
            }
        }
        return true;
    }

    /** Returns how many rows from {@code row} on have the same keys as those of {@code other} from {@code otherRow} on. */
    int matching(int row, Keys other, int otherRow) {
        int limit = Math.min(rows - row, other.rows - otherRow);
        if (parts.length == 1) {
            return parts[0].matching(row, other.parts[0], otherRow, limit);
        }
        int count = 0;
        // By stretches, for one part may match far beyond another.
        for (int stretch = 8; count < limit; stretch = Math.min(2 * stretch, MOST_MATCHED)) {
            int most = Math.min(stretch, limit - count);
            int matching = most;
            for (int p = 0; p < parts.length; p++) {
                matching = parts[p].matching(row + count, other.parts[p], otherRow + count, matching);
            }
            count += matching;
            if (matching < most) {
                return count;
            }
        }
        return count;
    }

    int compare(int row, Keys other, int otherRow) {
        int result = 0;
        for (int p = 0; p < parts.length && result == 0; p++) {
            result = parts[p].compare(row, other.parts[p], otherRow);
        }
        return result;
    }

    /** Returns a well mixed hash; of {@link #longs} it is {@link #mix}. */
    int hash(int row) {
        long hash = 0;
        for (KeyPart part : parts) {
            hash = mix(hash ^ part.hash(row));
        }
        return (int) hash;
    }

    /** Mixes the bits of a number (the finalizer of splitmix64). */
    static long mix(long number) {
        long mixed = number + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** Returns whether every key is larger than the one before, in the parts' own order, and none is null. */
    boolean isAscending() {
        if (nullRows > 0) {
            return false;
        }
        long[] longs = longs();
        for (int row = 1; longs != null && row < rows; row++) {
            if (longs[row - 1] >= longs[row]) {
                return false;
            }
        }
        for (int row = 1; longs == null && row < rows; row++) {
            if (compare(row - 1, this, row) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns the key of {@code row} for messages, such as {@code interval_time=2024-01-01T00:00:00Z}. */
    String text(int row) {
        StringBuilder text = new StringBuilder();
        for (int p = 0; p < parts.length; p++) {
            text.append(p == 0 ? "" : ", ").append(columns.get(p)).append('=').append(parts[p].text(row));
        }
        return text.toString();
    }

    @Override
    public void close() {
        nullSlab.close();
        for (KeyPart part : parts) {
            part.close();
        }
    }
}
