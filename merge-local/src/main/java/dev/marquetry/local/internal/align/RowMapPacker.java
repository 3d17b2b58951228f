/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.LittleEndian;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Packs one row map after another, as {@link RowRuns} unpacks it. Not thread-safe. */
final class RowMapPacker implements AutoCloseable {
    private static final int MOST_RUN_BYTES = 15;

    private final ByteSlab slab;
    private int length;
    private int spineRow;
    private int fileRow;

    RowMapPacker(MemoryBudget budget, Place place) {
        slab = new ByteSlab(budget, place);
    }

    /** Forgets what was packed. */
    void clear() {
        length = 0;
        spineRow = 0;
        fileRow = 0;
    }

    /** Adds a run of {@code rows} rows that begins at {@code target} of the spine and {@code source} of the file. */
    void addRun(int target, int source, int rows) {
        byte[] bytes = slab.grow(length + MOST_RUN_BYTES, length);
        length = LittleEndian.putVarint(bytes, length, target - spineRow);
        length = LittleEndian.putVarint(bytes, length, source - fileRow);
        length = LittleEndian.putVarint(bytes, length, rows);
        spineRow = target + rows;
        fileRow = source + rows;
    }

    /** Packs the runs of a row map of {@code rows} rows that comes in order. */
    void packOrdered(int[] rowMap, int rows) {
        clear();
        for (int row = 0; row < rows; ) {
            if (rowMap[row] < 0) {
                row++;
                continue;
            }
            int end = RowRuns.endOfRun(rowMap, row, rows);
            addRun(row, rowMap[row], end - row);
            row = end;
        }
    }

    /** Packs a row map of {@code rows} rows in any order. */
    void packPermuted(int[] rowMap, int rows) {
        length = Math.multiplyExact(4, rows);
        ByteBuffer.wrap(slab.ensure(length))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .put(rowMap, 0, rows);
    }

    /** Returns the packed bytes, valid until the next call of another method. */
    byte[] bytes() {
        return slab.array();
    }

    /** Returns how many of {@link #bytes} are packed. */
    int length() {
        return length;
    }

    @Override
    public void close() {
        slab.close();
    }
}
