/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.Arrays;

/** Least and greatest of byte strings, of one length or of many. */
final class ByteBounds {
    private static final byte[] NONE = {};

    private final boolean decimal;
    private byte[] min = NONE;
    private byte[] max = NONE;
    private boolean any;

    /** {@code decimal}: the strings are numbers in two's complement, most significant byte first. */
    ByteBounds(boolean decimal) {
        this.decimal = decimal;
    }

    void reset() {
        any = false;
        min = NONE;
        max = NONE;
    }

    boolean any() {
        return any;
    }

    byte[] min() {
        return min.clone();
    }

    byte[] max() {
        return max.clone();
    }

    void update(FlatValues values, int start, int end) {
        if (start >= end) {
            return;
        }
        byte[] bytes = values.bytes();
        int least = start;
        int greatest = start;
        long leastHead = head(values, start);
        long greatestHead = leastHead;
        for (int i = start + 1; i < end; i++) {
            // Most values are told apart by their first eight bytes.
            long head = head(values, i);
            if (head < leastHead || head == leastHead && compare(values, i, least) < 0) {
                least = i;
                leastHead = head;
            } else if (head > greatestHead || head == greatestHead && compare(values, i, greatest) > 0) {
                greatest = i;
                greatestHead = head;
            }
        }
        int from = offset(values, least);
        int to = offset(values, least + 1);
        if (!any || compare(bytes, from, to, min, 0, min.length) < 0) {
            min = Arrays.copyOfRange(bytes, from, to);
        }
        from = offset(values, greatest);
        to = offset(values, greatest + 1);
        if (!any || compare(bytes, from, to, max, 0, max.length) > 0) {
            max = Arrays.copyOfRange(bytes, from, to);
        }
        any = true;
    }

    /** Returns a number that is less only if the value is: from its first eight bytes, or the same for all decimals. */
    private long head(FlatValues values, int value) {
        if (decimal) {
            return 0;
        }
        int from = offset(values, value);
        int length = offset(values, value + 1) - from;
        if (length >= 8) {
            return Long.reverseBytes(LittleEndian.getLong(values.bytes(), from)) ^ Long.MIN_VALUE;
        }
        long word = 0;
        for (int i = 0; i < length; i++) {
            word |= (values.bytes()[from + i] & 0xFFL) << (56 - 8 * i);
        }
        return word ^ Long.MIN_VALUE;
    }

    private static int offset(FlatValues values, int value) {
        return values.layout() == FlatValues.Layout.BINARY ? values.ints()[value] : value * values.width();
    }

    private int compare(FlatValues values, int a, int b) {
        byte[] bytes = values.bytes();
        return compare(
                bytes, offset(values, a), offset(values, a + 1), bytes, offset(values, b), offset(values, b + 1));
    }

    private int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
        return decimal
                ? compareDecimals(a, aFrom, aTo, b, bFrom, bTo)
                : Arrays.compareUnsigned(a, aFrom, aTo, b, bFrom, bTo);
    }

    /** Compares as if the shorter number began with as many bytes of its sign as it lacks. */
    private static int compareDecimals(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
        int aSign = aFrom < aTo ? a[aFrom] >> 7 : 0;
        int bSign = bFrom < bTo ? b[bFrom] >> 7 : 0;
        if (aSign != bSign) {
            return aSign < bSign ? -1 : 1;
        }
        int aAt = aFrom;
        int bAt = bFrom;
        while (aTo - aAt > bTo - bAt) {
            if (a[aAt++] != aSign) {
                return aSign < 0 ? -1 : 1;
            }
        }
        while (bTo - bAt > aTo - aAt) {
            if (b[bAt++] != bSign) {
                return bSign < 0 ? 1 : -1;
            }
        }
        return Arrays.compareUnsigned(a, aAt, aTo, b, bAt, bTo);
    }
}
