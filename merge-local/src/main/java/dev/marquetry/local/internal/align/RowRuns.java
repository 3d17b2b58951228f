/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.Levels;
import dev.marquetry.local.internal.page.LittleEndian;
import java.io.IOException;

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
    private final ByteSlab presentSlab;
    private int runs;
    private int rows;
    private int usedRows;
    private int least;
    private int greatest;
    private boolean ordered;
    private boolean presentKnown;

    /** Begins empty. */
    public RowRuns(MemoryBudget budget, Place place) {
        packedSlab = new ByteSlab(budget, place);
        runSlab = new IntSlab(budget, place);
        mapSlab = new IntSlab(budget, place);
        presentSlab = new ByteSlab(budget, place);
    }

    /** Unpacks the spine's rows {@code [from, to)} of {@code map}. */
    public void load(RowMapStore store, RowMap map, int from, int to) throws IOException {
        begin(to - from);
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
        begin(to - from);
        ordered = true;
        add(0, from, rows);
    }

    private void begin(int newRows) {
        rows = newRows;
        runs = 0;
        usedRows = 0;
        least = Integer.MAX_VALUE;
        greatest = -1;
        presentKnown = false;
    }

    private void add(int target, int source, int length) {
        if (length <= 0) {
            return;
        }
        usedRows += length;
        least = Math.min(least, source);
        greatest = source + length - 1;
        int[] ints = runSlab.grow(3 * (runs + 1), 3 * runs);
        ints[3 * runs] = target;
        ints[3 * runs + 1] = source;
        ints[3 * runs + 2] = length;
        runs++;
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
        boolean ascends = true;
        int absent = 0;
        for (int row = 0; row < rows; row++) {
            int source = LittleEndian.getInt(packed, 4 * row);
            map[row] = source;
            absent += source >>> 31;
            ascends &= source < 0 || source > greatest;
            least = source < 0 ? least : Math.min(least, source);
            greatest = Math.max(greatest, source);
        }
        usedRows = rows - absent;
        if (ascends) {
            toRuns(map);
        }
    }

    /** A permuted file may still come in order within this stretch; then runs are better. */
    private void toRuns(int[] map) {
        begin(rows);
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

    /** Returns how many rows of the stretch have one of the file; a row of the file may count several times. */
    public int usedRows() {
        return usedRows;
    }

    /** Returns the first of the file's rows that are used; only if any is. */
    public int least() {
        return least;
    }

    /** Returns the last of the file's rows that are used, or -1 if none is. */
    public int greatest() {
        return greatest;
    }

    /** Returns whether runs leave out none of the file's rows between the first and the last they use. */
    public boolean isGapless() {
        return usedRows == greatest - least + 1;
    }

    /** Returns the last run, from run {@code first} on, that begins before row {@code end} of the file; run {@code first} does. */
    public int lastBefore(int end, int first) {
        int[] ints = runSlab.array();
        int low = first;
        int high = runs - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (ints[3 * middle + 1] < end) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Returns the bitmap of rows of the stretch that are in a run, with eight bytes behind it; only if it is ordered. */
    public byte[] present() {
        if (!presentKnown) {
            byte[] bits = presentSlab.zeroed((rows + 7) / 8 + 8);
            for (int r = 0; r < runs; r++) {
                Levels.setBits(bits, target(r), length(r), true);
            }
            presentKnown = true;
        }
        return presentSlab.array();
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
        presentSlab.close();
    }
}
