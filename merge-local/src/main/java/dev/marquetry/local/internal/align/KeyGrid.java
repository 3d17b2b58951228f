/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import org.jspecify.annotations.Nullable;

/**
 * Keys at multiples of one step, as times mostly are: {@code key = base + slot × step} with a slot of {@code [0, slots)}.
 * All arithmetic is modulo 2 to the 64, so that the distance of any two longs has its place.
 *
 * @param base the smallest key
 * @param inverse the multiplicative inverse of the step's odd factor
 * @param shift the power of two in the step
 * @param slots how many there are
 */
record KeyGrid(long base, long inverse, int shift, int slots) {
    /** Returns the grid of the first {@code rows} of {@code keys}, or null if it has more than {@code mostSlots}. */
    static @Nullable KeyGrid of(long[] keys, int rows, int mostSlots) {
        if (rows == 0) {
            return null;
        }
        long min = keys[0];
        long max = keys[0];
        for (int row = 1; row < rows; row++) {
            min = Math.min(min, keys[row]);
            max = Math.max(max, keys[row]);
        }
        long span = max - min;
        if (span == 0) {
            return new KeyGrid(min, 1, 0, 1);
        }
        long step = span;
        for (int row = 0; row < rows; row++) {
            long rest = Long.remainderUnsigned(keys[row] - min, step);
            if (rest != 0) {
                step = commonFactor(step, rest);
                if (Long.compareUnsigned(Long.divideUnsigned(span, step), mostSlots) >= 0) {
                    return null;
                }
            }
        }
        int shift = Long.numberOfTrailingZeros(step);
        return new KeyGrid(min, inverse(step >>> shift), shift, (int) Long.divideUnsigned(span, step) + 1);
    }

    private static long commonFactor(long a, long b) {
        long larger = a;
        long smaller = b;
        while (smaller != 0) {
            long rest = Long.remainderUnsigned(larger, smaller);
            larger = smaller;
            smaller = rest;
        }
        return larger;
    }

    /** Each round doubles the correct bits, of which any odd number has three as its own inverse. */
    private static long inverse(long odd) {
        long inverse = odd;
        for (int bits = 3; bits < Long.SIZE; bits *= 2) {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
    }

    /**
     * Returns the slot of {@code key}, or a number below 0 or beyond the slots if it is not on the grid: of a distance that
     * the power of two does not divide, the rest comes to lie in the highest bits.
     */
    long slot(long key) {
        return Long.rotateRight((key - base) * inverse, shift);
    }
}
