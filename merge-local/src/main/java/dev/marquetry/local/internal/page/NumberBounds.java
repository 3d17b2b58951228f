/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import dev.marquetry.local.internal.page.ValueStatistics.Order;
import java.util.Arrays;

/**
 * Least and greatest of values of up to eight bytes. All compare as signed longs once they are <i>keys</i>: unsigned
 * values have their top bit flipped, negative floating point values all bits but the top one, which is IEEE 754's total
 * order. Changing bits is cheaper than asking what they are.
 */
final class NumberBounds {
    /** Bytes per value; 0 if values are not numbers. */
    private final int width;
    /** Flips the top bit of unsigned values. */
    private final long flip;
    /** The bits that are flipped where a floating point value is negative; 0 of other values. */
    private final long fold;
    /** The key of infinity; beyond it, and below that of its opposite, keys are NaN. */
    private final long infinity;

    private final boolean total;

    private long min;
    private long max;
    private long minNan;
    private long maxNan;

    NumberBounds(Order order) {
        width = switch (order) {
            case SIGNED_INT32, UNSIGNED_INT32, FLOAT, FLOAT_TOTAL -> 4;
            case SIGNED_INT64, UNSIGNED_INT64, DOUBLE, DOUBLE_TOTAL -> 8;
            case FLOAT16, FLOAT16_TOTAL -> 2;
            case BOOLEAN -> 1;
            case UNSIGNED_BYTES, SIGNED_BYTES_DECIMAL, NONE -> 0;
        };
        flip = order == Order.UNSIGNED_INT32 ? Integer.MIN_VALUE : order == Order.UNSIGNED_INT64 ? Long.MIN_VALUE : 0;
        infinity = switch (order) {
            case FLOAT16, FLOAT16_TOTAL -> 0x7C00L;
            case FLOAT, FLOAT_TOTAL -> 0x7F80_0000L;
            case DOUBLE, DOUBLE_TOTAL -> 0x7FF0_0000_0000_0000L;
            case SIGNED_INT32, UNSIGNED_INT32, SIGNED_INT64, UNSIGNED_INT64 -> Long.MAX_VALUE;
            case BOOLEAN, UNSIGNED_BYTES, SIGNED_BYTES_DECIMAL, NONE -> Long.MAX_VALUE;
        };
        fold = infinity == Long.MAX_VALUE ? 0 : Long.MAX_VALUE >>> (64 - 8 * width);
        total = order == Order.FLOAT_TOTAL || order == Order.DOUBLE_TOTAL || order == Order.FLOAT16_TOTAL;
        reset();
    }

    void reset() {
        min = Long.MAX_VALUE;
        max = Long.MIN_VALUE;
        minNan = Long.MAX_VALUE;
        maxNan = Long.MIN_VALUE;
    }

    boolean any() {
        return min <= max || total && minNan <= maxNan;
    }

    byte[] min() {
        long key = min <= max ? min : minNan;
        // Key 0 is +0.0 and key -1 is -0.0, which are equal unless the order is total.
        return plain(zeroMatters() && key == 0 ? -1 : key);
    }

    byte[] max() {
        long key = min <= max ? max : maxNan;
        return plain(zeroMatters() && key == -1 ? 0 : key);
    }

    private boolean zeroMatters() {
        return fold != 0 && !total;
    }

    /** Takes {@code count} values that begin at {@code at} into account and returns how many of them are NaN. */
    long update(byte[] bytes, int at, int count) {
        return switch (width) {
            case 8 -> updateLongs(bytes, at, count);
            case 4 -> updateInts(bytes, at, count);
            default -> updateEach(bytes, at, count);
        };
    }

    int width() {
        return width;
    }

    /** Returns how many of the indices {@code [start, end)} stand for NaN. */
    long countNan(byte[] bytes, int[] indices, int start, int end) {
        long nan = 0;
        for (int i = start; i < end; i++) {
            nan += isNan(key(bytes, width * indices[i])) ? 1 : 0;
        }
        return nan;
    }

    private long updateLongs(byte[] bytes, int at, int count) {
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        long flipped = flip;
        long folded = fold;
        for (int i = 0; i < count; i++) {
            long bits = LittleEndian.getLong(bytes, at + 8 * i);
            long key = bits ^ flipped ^ (bits >> 63 & folded);
            least = Math.min(least, key);
            greatest = Math.max(greatest, key);
        }
        return take(bytes, at, count, least, greatest);
    }

    private long updateInts(byte[] bytes, int at, int count) {
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        int flipped = (int) flip;
        int folded = (int) fold;
        for (int i = 0; i < count; i++) {
            int bits = LittleEndian.getInt(bytes, at + 4 * i);
            int key = bits ^ flipped ^ (bits >> 31 & folded);
            least = Math.min(least, key);
            greatest = Math.max(greatest, key);
        }
        return take(bytes, at, count, least, greatest);
    }

    /** Keeps the extremes of a run if none of its values is NaN; else goes over it again, value by value. */
    private long take(byte[] bytes, int at, int count, long least, long greatest) {
        if (count <= 0) {
            return 0;
        }
        if (isNan(least) || isNan(greatest)) {
            return updateEach(bytes, at, count);
        }
        min = Math.min(min, least);
        max = Math.max(max, greatest);
        return 0;
    }

    private long updateEach(byte[] bytes, int at, int count) {
        long nan = 0;
        for (int i = 0; i < count; i++) {
            long key = key(bytes, at + width * i);
            if (isNan(key)) {
                nan++;
                minNan = Math.min(minNan, key);
                maxNan = Math.max(maxNan, key);
            } else {
                min = Math.min(min, key);
                max = Math.max(max, key);
            }
        }
        return nan;
    }

    private boolean isNan(long key) {
        return key > infinity || key < ~infinity;
    }

    private long key(byte[] bytes, int at) {
        long bits = switch (width) {
            case 8 -> LittleEndian.getLong(bytes, at);
            case 4 -> LittleEndian.getInt(bytes, at);
            case 2 -> LittleEndian.getShort(bytes, at);
            default -> bytes[at];
        };
        return bits ^ flip ^ (bits >> 63 & fold);
    }

    private byte[] plain(long key) {
        byte[] bits = new byte[8];
        LittleEndian.putLong(bits, 0, key ^ flip ^ (key >> 63 & fold));
        return Arrays.copyOf(bits, width);
    }
}
