/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A pair to sample: a spine and {@code files} feature files. Two equal specs give the same bytes. Immutable and
 * thread-safe.
 *
 * @param files feature files, 1 to 9,999
 * @param columns columns of each feature file beside the key, 1 or more
 * @param rows rows of the spine, 1 or more
 * @param shapes shapes of the feature files, in turn: the first file has the first, and so on, over and over
 * @param seed decides every value
 * @param rowGroupRows rows of the spine's row groups; also bounds memory, to 4 bytes for each, per thread
 * @param featureRowGroupRows rows of the feature files' row groups, in turn; bounds memory likewise
 * @param codec how pages are compressed
 * @param compressible whether values change little from row to row, as most measured ones do, so that codecs find something
 */
public record SampleSpec(
        int files,
        int columns,
        int rows,
        List<Shape> shapes,
        long seed,
        int rowGroupRows,
        List<Integer> featureRowGroupRows,
        SampleCodec codec,
        boolean compressible) {
    /** The key column's name: {@value}. */
    public static final String KEY = "interval_time";

    /** The spine's name: {@value}. */
    public static final String SPINE = "targets.parquet";

    /** The spine's columns beside the key: {@value}. */
    public static final int TARGETS = 56;

    /** Rows of a row group unless told otherwise: {@value}. */
    public static final int DEFAULT_ROW_GROUP_ROWS = 1 << 20;

    /** The spine's number among the files; feature files count from 1. */
    static final int SPINE_FILE = 0;

    private static final long FIRST_MICROS = 1_704_067_200_000_000L; // 2024-01-01T00:00Z
    private static final long STEP_MICROS = 60_000_000L;
    private static final int KIND_PERIOD = 12;
    private static final int MAX_FILES = 9_999;
    private static final int MAX_ROW_GROUP_ROWS = 1 << 27;

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if a number is out of its range
     */
    public SampleSpec {
        shapes = List.copyOf(shapes);
        inRange("files", files, MAX_FILES);
        inRange("columns", columns, 10_000);
        inRange("rows", rows, Integer.MAX_VALUE);
        featureRowGroupRows = List.copyOf(featureRowGroupRows);
        inRange("row group rows", rowGroupRows, MAX_ROW_GROUP_ROWS);
        featureRowGroupRows.forEach(rowsOfOne -> inRange("feature row group rows", rowsOfOne, MAX_ROW_GROUP_ROWS));
        if (shapes.isEmpty() || featureRowGroupRows.isEmpty()) {
            throw new IllegalArgumentException("shapes and feature row group rows must not be empty");
        }
    }

    /** Returns a spec of random values in Snappy, whose row groups have {@value #DEFAULT_ROW_GROUP_ROWS} rows. */
    public static SampleSpec of(int files, int columns, int rows, List<Shape> shapes, long seed) {
        return new SampleSpec(
                files,
                columns,
                rows,
                shapes,
                seed,
                DEFAULT_ROW_GROUP_ROWS,
                List.of(DEFAULT_ROW_GROUP_ROWS),
                SampleCodec.SNAPPY,
                false);
    }

    private static void inRange(String what, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(what + " must be between 1 and " + max + " but was " + value);
        }
    }

    /** Returns the name of feature file {@code file}, such as {@code feat_0001.parquet}. */
    public static String fileName(int file) {
        return file == SPINE_FILE ? SPINE : String.format(Locale.ROOT, "feat_%04d.parquet", file);
    }

    /** Returns about how many bytes the pair will take on disk. */
    public long expectedBytes() {
        return Math.multiplyExact((long) files * (columns + 1) + TARGETS + 1, 8L * rows);
    }

    /** Returns how many columns the merged file will have. */
    public int mergedColumns() {
        return 1 + TARGETS + Math.multiplyExact(files, columns);
    }

    Shape shape(int file) {
        return file == SPINE_FILE ? Shape.ALIGNED : shapes.get((file - 1) % shapes.size());
    }

    /** Returns the rows of a file's row groups, but for the last. */
    int rowGroupRows(int file) {
        return file == SPINE_FILE ? rowGroupRows : featureRowGroupRows.get((file - 1) % featureRowGroupRows.size());
    }

    /** Returns the key of row {@code keyRow} of the spine: minutes since 2024 in microseconds. */
    static long key(long keyRow) {
        return FIRST_MICROS + keyRow * STEP_MICROS;
    }

    /** Returns the key column followed by all others. */
    List<SampleColumn> columnsOf(int file) {
        List<SampleColumn> result = new ArrayList<>();
        result.add(new SampleColumn(KEY, ColumnKind.INSTANT, 0, false, false));
        int others = file == SPINE_FILE ? TARGETS : columns;
        for (int c = 1; c <= others; c++) {
            result.add(column(file, c));
        }
        return result;
    }

    /** Returns column {@code column}, counted from 1, of a file. */
    SampleColumn column(int file, int column) {
        String name = file == SPINE_FILE
                ? String.format(Locale.ROOT, "target_%02d", column)
                : String.format(Locale.ROOT, "f%04d_c%02d", file, column);
        boolean gappy = shape(file) == Shape.GAPPY;
        long stream = SampleValues.stream(seed, file, column);
        return new SampleColumn(name, gappy ? mixedKind(column) : ColumnKind.DOUBLE, stream, gappy, compressible);
    }

    /** Seven in twelve columns are doubles, one each has another type. */
    private static ColumnKind mixedKind(int column) {
        return switch (column % KIND_PERIOD) {
            case 3 -> ColumnKind.FLOAT;
            case 5 -> ColumnKind.INT64;
            case 7 -> ColumnKind.INT32;
            case 9 -> ColumnKind.BOOLEAN;
            case 11 -> ColumnKind.STRING;
            default -> ColumnKind.DOUBLE;
        };
    }
}
