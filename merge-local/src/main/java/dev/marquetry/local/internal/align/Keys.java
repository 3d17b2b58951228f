/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.page.Levels;
import dev.marquetry.local.internal.plan.KeyType;
import java.util.List;

/**
 * The keys of one file, row by row. A row with a null in any key column has no key and matches nothing. Filled by {@link
 * KeyReader#read}, with one file after another; read-only and thread-safe in between.
 */
final class Keys implements AutoCloseable {
    private final List<String> columns;
    private final KeyPart[] parts;
    private final ByteSlab presentSlab;
    private int rows;
    private int keyedRows;

    Keys(List<String> columns, List<KeyPart> parts, ByteSlab present) {
        this.columns = columns;
        this.parts = parts.toArray(KeyPart[]::new);
        this.presentSlab = present;
    }

    /** Makes room for another file's keys and returns the bitmap of rows that have one, all set. */
    byte[] prepare(List<KeyType> types, int newRows) {
        rows = newRows;
        byte[] present = presentSlab.zeroed((rows + 7) / 8 + 8);
        Levels.setBits(present, 0, rows, true);
        for (int p = 0; p < parts.length; p++) {
            parts[p].prepare(types.get(p), rows);
        }
        return present;
    }

    KeyPart part(int p) {
        return parts[p];
    }

    /** Ends the filling. */
    void complete() {
        keyedRows = Levels.count(presentSlab.array(), 0, rows);
    }

    int rows() {
        return rows;
    }

    int nullRows() {
        return rows - keyedRows;
    }

    boolean isNull(int row) {
        return keyedRows < rows && !Levels.get(presentSlab.array(), row);
    }

    boolean same(int row, Keys other, int otherRow) {
        for (int p = 0; p < parts.length; p++) {
            if (!parts[p].same(row, other.parts[p], otherRow)) {
                return false;
            }
        }
        return true;
    }

    int compare(int row, Keys other, int otherRow) {
        int result = 0;
        for (int p = 0; p < parts.length && result == 0; p++) {
            result = parts[p].compare(row, other.parts[p], otherRow);
        }
        return result;
    }

    /** Returns a well mixed hash (the finalizer of splitmix64 over each part). */
    int hash(int row) {
        long hash = 0;
        for (KeyPart part : parts) {
            long mixed = (hash ^ part.hash(row)) + 0x9E3779B97F4A7C15L;
            mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
            mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
            hash = mixed ^ (mixed >>> 31);
        }
        return (int) hash;
    }

    /** Returns whether every key is larger than the one before, in the parts' own order, and none is null. */
    boolean isAscending() {
        if (keyedRows < rows) {
            return false;
        }
        for (int row = 1; row < rows; row++) {
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
        presentSlab.close();
        for (KeyPart part : parts) {
            part.close();
        }
    }
}
