package dev.marquetry.local.internal.page;

import java.util.Arrays;

/** Least and greatest of byte strings, of one length or of many. */
final class ByteBounds {
    private static final byte[] NONE = {};
    private static final int[] NO_OFFSETS = {};

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
        int width = values.width();
        int[] offsets = values.layout() == FlatValues.Layout.BINARY ? values.ints() : NO_OFFSETS;
        int minFrom = offsets.length == 0 ? start * width : offsets[start];
        int minTo = offsets.length == 0 ? minFrom + width : offsets[start + 1];
        int maxFrom = minFrom;
        int maxTo = minTo;
        for (int i = start + 1; i < end; i++) {
            int from = offsets.length == 0 ? i * width : offsets[i];
            int to = offsets.length == 0 ? from + width : offsets[i + 1];
            if (compare(bytes, from, to, bytes, minFrom, minTo) < 0) {
                minFrom = from;
                minTo = to;
            } else if (compare(bytes, from, to, bytes, maxFrom, maxTo) > 0) {
                maxFrom = from;
                maxTo = to;
            }
        }
        if (!any || compare(bytes, minFrom, minTo, min, 0, min.length) < 0) {
            min = Arrays.copyOfRange(bytes, minFrom, minTo);
        }
        if (!any || compare(bytes, maxFrom, maxTo, max, 0, max.length) > 0) {
            max = Arrays.copyOfRange(bytes, maxFrom, maxTo);
        }
        any = true;
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
