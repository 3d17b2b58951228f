/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.page.LittleEndian;
import dev.marquetry.local.internal.page.ValueStatistics.Order;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The least and the largest of values or of other bounds, as statistics store them, under one order. Bounds of NaN, which
 * total orders give to values that are all NaN, count where there are no others. Not thread-safe.
 */
final class Bounds {
    private final Order order;
    private byte @Nullable [] min;
    private byte @Nullable [] max;
    private boolean complete = true;
    private boolean exact = true;
    private boolean ofNan;

    Bounds(Order order) {
        this.order = order;
    }

    /** Widens by bounds of some values; null says that those values have none, so that the result has none either. */
    void add(byte @Nullable [] otherMin, byte @Nullable [] otherMax, boolean areExact) {
        if (otherMin == null || otherMax == null || !areBounds(order, otherMin, otherMax)) {
            complete = false;
            return;
        }
        boolean areOfNan = isNan(order, otherMin);
        if (min != null && areOfNan != ofNan) {
            if (areOfNan) {
                return;
            }
            min = null;
            max = null;
        }
        ofNan = areOfNan;
        exact &= areExact;
        if (min == null || compare(otherMin, min) < 0) {
            min = otherMin;
        }
        if (max == null || compare(otherMax, max) > 0) {
            max = otherMax;
        }
    }

    /**
     * Returns whether {@code min} and {@code max} can be bounds under {@code order}: of the right length, and of NaN only
     * where the format has them, both under a total order.
     */
    static boolean areBounds(Order order, byte[] min, byte[] max) {
        boolean longEnough = switch (order) {
            case BOOLEAN -> min.length == 1 && max.length == 1;
            case FLOAT16, FLOAT16_TOTAL -> min.length == 2 && max.length == 2;
            case SIGNED_INT32, UNSIGNED_INT32, FLOAT, FLOAT_TOTAL -> min.length == 4 && max.length == 4;
            case SIGNED_INT64, UNSIGNED_INT64, DOUBLE, DOUBLE_TOTAL -> min.length == 8 && max.length == 8;
            case UNSIGNED_BYTES, SIGNED_BYTES_DECIMAL -> true;
            case NONE -> false;
        };
        if (!longEnough || !isNan(order, min) && !isNan(order, max)) {
            return longEnough;
        }
        boolean total = order == Order.FLOAT_TOTAL || order == Order.DOUBLE_TOTAL || order == Order.FLOAT16_TOTAL;
        return total && isNan(order, min) && isNan(order, max);
    }

    /** Returns whether values of {@code order} can be NaN. */
    static boolean hasNan(Order order) {
        return switch (order) {
            case FLOAT, FLOAT_TOTAL, DOUBLE, DOUBLE_TOTAL, FLOAT16, FLOAT16_TOTAL -> true;
            case SIGNED_INT32, UNSIGNED_INT32, SIGNED_INT64, UNSIGNED_INT64, BOOLEAN -> false;
            case UNSIGNED_BYTES, SIGNED_BYTES_DECIMAL, NONE -> false;
        };
    }

    private static boolean isNan(Order order, byte[] bound) {
        return switch (order) {
            case FLOAT, FLOAT_TOTAL -> Float.isNaN(Float.intBitsToFloat(LittleEndian.getInt(bound, 0)));
            case DOUBLE, DOUBLE_TOTAL -> Double.isNaN(Double.longBitsToDouble(LittleEndian.getLong(bound, 0)));
            case FLOAT16, FLOAT16_TOTAL -> (LittleEndian.getShort(bound, 0) & 0x7FFF) > 0x7C00;
            case SIGNED_INT32, UNSIGNED_INT32, SIGNED_INT64, UNSIGNED_INT64, BOOLEAN -> false;
            case UNSIGNED_BYTES, SIGNED_BYTES_DECIMAL, NONE -> false;
        };
    }

    /** Returns whether there are bounds: something was added, and nothing without any. */
    boolean isKnown() {
        return complete && min != null;
    }

    /** Returns whether the bounds are values that occur, as far as those added were. */
    boolean isExact() {
        return exact;
    }

    byte @Nullable [] min() {
        return min;
    }

    byte @Nullable [] max() {
        return max;
    }

    private int compare(byte[] a, byte[] b) {
        return switch (order) {
            case SIGNED_INT32 -> Integer.compare(LittleEndian.getInt(a, 0), LittleEndian.getInt(b, 0));
            case UNSIGNED_INT32 -> Integer.compareUnsigned(LittleEndian.getInt(a, 0), LittleEndian.getInt(b, 0));
            case SIGNED_INT64 -> Long.compare(LittleEndian.getLong(a, 0), LittleEndian.getLong(b, 0));
            case UNSIGNED_INT64 -> Long.compareUnsigned(LittleEndian.getLong(a, 0), LittleEndian.getLong(b, 0));
            case FLOAT ->
                Float.compare(
                        Float.intBitsToFloat(LittleEndian.getInt(a, 0)),
                        Float.intBitsToFloat(LittleEndian.getInt(b, 0)));
            case DOUBLE ->
                Double.compare(
                        Double.longBitsToDouble(LittleEndian.getLong(a, 0)),
                        Double.longBitsToDouble(LittleEndian.getLong(b, 0)));
            case FLOAT_TOTAL -> Integer.compare(total(LittleEndian.getInt(a, 0)), total(LittleEndian.getInt(b, 0)));
            case DOUBLE_TOTAL -> Long.compare(total(LittleEndian.getLong(a, 0)), total(LittleEndian.getLong(b, 0)));
            case FLOAT16, FLOAT16_TOTAL ->
                Integer.compare(total(LittleEndian.getShort(a, 0) << 16), total(LittleEndian.getShort(b, 0) << 16));
            case BOOLEAN -> Boolean.compare(a[0] != 0, b[0] != 0);
            case UNSIGNED_BYTES -> Arrays.compareUnsigned(a, b);
            case SIGNED_BYTES_DECIMAL -> decimal(a).compareTo(decimal(b));
            case NONE -> 0;
        };
    }

    private static int total(int bits) {
        return bits ^ bits >> 31 >>> 1;
    }

    private static long total(long bits) {
        return bits ^ bits >> 63 >>> 1;
    }

    private static BigInteger decimal(byte[] bytes) {
        return bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    }
}
