/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A stretch of one row map, unpacked for moving: as runs where the file's rows come in order, else row by row. Reused; not
 * thread-safe.
 *
 * <p>Run {@code r} says that rows {@code source(r)} up to {@code source(r) + length(r)} of the file become rows {@code
 * target(r)} and on of the stretch, counted from its begin; rows of the stretch in no run are absent. Runs ascend in both.
 */
public final class RowRuns implements AutoCloseable {
    private final ByteSlab packedSlab;
    private final IntSlab runSlab;
    private final IntSlab mapSlab;
    private int runs;
    private int rows;
    private boolean ordered;

    /** Begins empty. */
    public RowRuns(MemoryBudget budget, Place place) {
        packedSlab = new ByteSlab(budget, place);
        runSlab = new IntSlab(budget, place);
        mapSlab = new IntSlab(budget, place);
    }

    /** Unpacks the spine's rows {@code [from, to)} of {@code map}. */
    public void load(RowMapStore store, RowMap map, int from, int to) throws IOException {
        rows = to - from;
        runs = 0;
        ordered = map.kind() != RowMapKind.PERMUTED;
        switch (map.kind()) {
            case IDENTICAL -> add(0, from, rows);
            case ORDERED -> {
                store.read(map.at(), 0, map.length(), packedSlab.ensure(map.length()));
                unpackRuns(map.length(), from, to);
            }
            case PERMUTED -> {
                store.read(map.at(), 4L * from, 4 * rows, packedSlab.ensure(4 * rows));
                unpackRows();
            }
        }
    }

    /** Takes the spine's own rows {@code [from, to)}, each as itself. */
    public void identity(int from, int to) {
        rows = to - from;
        runs = 0;
        ordered = true;
        add(0, from, rows);
    }

    private void add(int target, int source, int length) {
        int[] ints = runSlab.grow(3 * (runs + 1), 3 * runs);
        ints[3 * runs] = target;
        ints[3 * runs + 1] = source;
        ints[3 * runs + 2] = length;
        runs += length > 0 ? 1 : 0;
    }

    private void unpackRuns(int length, int from, int to) {
        byte[] packed = packedSlab.array();
        int at = 0;
        int spineRow = 0;
        int fileRow = 0;
        int[] number = new int[1];
        while (at < length && spineRow < to) {
            at = varint(packed, at, number);
            spineRow += number[0];
            at = varint(packed, at, number);
            fileRow += number[0];
            at = varint(packed, at, number);
            int run = number[0];
            int begin = Math.max(spineRow, from);
            int end = Math.min(spineRow + run, to);
            if (begin < end) {
                add(begin - from, fileRow + begin - spineRow, end - begin);
            }
            spineRow += run;
            fileRow += run;
        }
    }

    private static int varint(byte[] bytes, int at, int[] number) {
        int value = 0;
        int next = at;
        for (int shift = 0; ; shift += 7) {
            byte b = bytes[next++];
            value |= (b & 127) << shift;
            if (b >= 0) {
                number[0] = value;
                return next;
            }
        }
    }

    private void unpackRows() {
        byte[] packed = packedSlab.array();
        int[] map = mapSlab.ensure(rows);
        ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(map, 0, rows);
        runsIfOrdered(map);
    }

    /** A permuted file may still come in order within this stretch; then runs are better. */
    private void runsIfOrdered(int[] map) {
        int last = -1;
        for (int row = 0; row < rows; row++) {
            if (map[row] >= 0) {
                if (map[row] <= last) {
                    return;
                }
                last = map[row];
            }
        }
        ordered = true;
        for (int row = 0; row < rows; ) {
            if (map[row] < 0) {
                row++;
                continue;
            }
            int end = endOfRun(map, row, rows);
            add(row, map[row], end - row);
            row = end;
        }
    }

    /** Returns where the run that begins at {@code begin} ends: rows of the file that follow each other. */
    static int endOfRun(int[] map, int begin, int rows) {
        int end = begin + 1;
        while (end < rows && map[end] == map[end - 1] + 1) {
            end++;
        }
        return end;
    }

    /** Returns whether the stretch is given as runs; if not, {@link #map} gives it. */
    public boolean isOrdered() {
        return ordered;
    }

    /** Returns the rows of the stretch. */
    public int rows() {
        return rows;
    }

    /** Returns the number of runs. */
    public int runs() {
        return runs;
    }

    /** Returns the first row of run {@code r} in the stretch. */
    public int target(int r) {
        return runSlab.array()[3 * r];
    }

    /** Returns the first row of run {@code r} in the file. */
    public int source(int r) {
        return runSlab.array()[3 * r + 1];
    }

    /** Returns the rows of run {@code r}. */
    public int length(int r) {
        return runSlab.array()[3 * r + 2];
    }

    /** Returns the file's row for each row of the stretch, or -1; only if it is not ordered. */
    public int[] map() {
        return mapSlab.array();
    }

    @Override
    public void close() {
        packedSlab.close();
        runSlab.close();
        mapSlab.close();
    }
}
