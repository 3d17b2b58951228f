/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

/** The generating functions: pure, so that any value can be worked out on its own. */
final class SampleValues {
    private static final long STEP = 0x9E3779B97F4A7C15L;
    private static final long NULL_SPAN = 1 << 11;
    private static final long NULLS = NULL_SPAN * 3 / 100;
    private static final int LEVEL_ROW_BITS = 6;
    private static final long LEVEL = 0xFFL << 56;
    private static final long NOISE = 0xFL << 52;
    private static final int OUTAGE_COLUMN = -1;
    private static final int SCATTER_COLUMN = -2;
    private static final int ORDER_COLUMN = -3;

    private SampleValues() {}

    /** Returns what sets one column's values apart from all others'. */
    static long stream(long seed, int file, int column) {
        return mix(mix(mix(seed) + file) + column);
    }

    /** Returns 64 random bits for one value. */
    static long bits(long stream, long keyRow) {
        return mix(stream + keyRow * STEP);
    }

    /**
     * Returns bits for one value that differs little from those of rows beside it: a level that holds for 64 rows, 4 bits of
     * noise, zeros; and the random bits that decide on null.
     */
    static long calmBits(long stream, long keyRow) {
        long own = bits(stream, keyRow);
        long level = bits(~stream, keyRow >>> LEVEL_ROW_BITS) & LEVEL;
        return level | own & NOISE | own & (NULL_SPAN - 1);
    }

    /** Returns whether the value of {@code bits} is null in a column with nulls: 3 in 100 are. */
    static boolean isNull(long bits) {
        return (bits & (NULL_SPAN - 1)) < NULLS;
    }

    /** Returns whether a file has row {@code keyRow} of the spine. */
    static boolean present(SampleSpec spec, int file, int keyRow) {
        if (spec.shape(file) != Shape.GAPPY) {
            return true;
        }
        int outage = spec.rows() / 20;
        int begin = (int) Math.floorMod(stream(spec.seed(), file, OUTAGE_COLUMN), (long) spec.rows() - outage + 1);
        if (keyRow >= begin && keyRow < begin + outage) {
            return false;
        }
        return Long.remainderUnsigned(bits(stream(spec.seed(), file, SCATTER_COLUMN), keyRow), 20) != 0;
    }

    /** Returns the order of a shuffled file's rows: the spine's row at each position. */
    static Permutation order(SampleSpec spec, int file) {
        return new Permutation(stream(spec.seed(), file, ORDER_COLUMN), spec.rows());
    }

    /** Spreads every bit of {@code x} over all 64: the finalizer of SplitMix64. */
    static long mix(long x) {
        long z = x;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
