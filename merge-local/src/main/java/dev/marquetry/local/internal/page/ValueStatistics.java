/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.Arrays;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * Exact min and max of runs of values under the order of their column, and how many of them are NaN. Used again after
 * {@link #reset}. Owned by one thread.
 *
 * <p>NaN is left out of min and max, as the format wants under every order; only under a total order, and only if all
 * values are NaN, they are the least and the greatest NaN. Unless the order is total, a min of zero is -0.0 and a max
 * of zero is +0.0, whichever were seen.
 */
public final class ValueStatistics {
    /** How the values of a column compare. */
    public enum Order {
        SIGNED_INT32,
        UNSIGNED_INT32,
        SIGNED_INT64,
        UNSIGNED_INT64,
        FLOAT,
        DOUBLE,
        /** FLOAT under IEEE 754's total order; likewise the other two. */
        FLOAT_TOTAL,
        DOUBLE_TOTAL,
        FLOAT16,
        FLOAT16_TOTAL,
        BOOLEAN,
        /** Byte by byte; the shorter first where one begins with the other. */
        UNSIGNED_BYTES,
        /** Numbers in two's complement, most significant byte first. */
        SIGNED_BYTES_DECIMAL,
        /** No min and max. */
        NONE
    }

    private final Order order;
    private final NumberBounds numbers;
    private final ByteBounds bytes;
    private boolean[] seen = {};
    private long nanCount;

    /** Begins without values. */
    public ValueStatistics(Order order) {
        this.order = order;
        numbers = new NumberBounds(order);
        bytes = new ByteBounds(order == Order.SIGNED_BYTES_DECIMAL);
    }

    /**
     * Returns the order of a column: NONE for INT96, INTERVAL, nested and unknown types, and for a {@code columnOrder}
     * that does not fit or is not known. A {@code columnOrder} of null is taken for TYPE_ORDER.
     */
    public static Order order(SchemaElement column, @Nullable ColumnOrder columnOrder) {
        return Orders.of(column, columnOrder);
    }

    /** Returns how the values compare. */
    public Order order() {
        return order;
    }

    /** Forgets all values. */
    public void reset() {
        numbers.reset();
        bytes.reset();
        nanCount = 0;
    }

    /** Takes the values {@code [start, end)} into account; they are of the column's type, not indices. */
    public void update(FlatValues values, int start, int end) {
        switch (order) {
            case NONE -> {}
            case UNSIGNED_BYTES, SIGNED_BYTES_DECIMAL -> bytes.update(values, start, end);
            case BOOLEAN, SIGNED_INT32, UNSIGNED_INT32, SIGNED_INT64, UNSIGNED_INT64 ->
                updateNumbers(values, start, end);
            case FLOAT, DOUBLE, FLOAT_TOTAL, DOUBLE_TOTAL, FLOAT16, FLOAT16_TOTAL -> updateNumbers(values, start, end);
        }
    }

    /**
     * Takes into account what the indices {@code [start, end)} stand for, each entry of the dictionary compared at most
     * once.
     *
     * @throws CorruptPageException if an index is not below the dictionary's count
     */
    public void updateIndexed(FlatValues indices, int start, int end, FlatValues dictionary) {
        if (order == Order.NONE || start >= end) {
            return;
        }
        int entries = dictionary.count();
        indices.requireIndicesBelow(start, end, entries);
        int[] ints = indices.ints();
        mark(ints, start, end, entries);
        long nanBefore = nanCount;
        for (int from = nextSeen(0, entries); from < entries; ) {
            int to = from + 1;
            while (to < entries && seen[to]) {
                to++;
            }
            update(dictionary, from, to);
            from = nextSeen(to, entries);
        }
        if (nanCount > nanBefore) {
            nanCount = nanBefore + numbers.countNan(dictionary.bytes(), ints, start, end);
        }
    }

    /** Returns whether there is a min and a max: the column has an order, and a value that counts was seen. */
    public boolean hasMinMax() {
        return numbers.any() || bytes.any();
    }

    /** Returns the least value in PLAIN encoding, a binary whole and without its length. Only if {@link #hasMinMax}. */
    public byte[] min() {
        requireMinMax();
        return bytes.any() ? bytes.min() : numbers.min();
    }

    /** Returns the greatest value, as {@link #min} does the least. */
    public byte[] max() {
        requireMinMax();
        return bytes.any() ? bytes.max() : numbers.max();
    }

    /** Returns how many values were NaN; 0 also of types that have none. */
    public long nanCount() {
        return nanCount;
    }

    /** Returns whether any value was NaN. */
    public boolean nanSeen() {
        return nanCount > 0;
    }

    private void updateNumbers(FlatValues values, int start, int end) {
        nanCount += numbers.update(values.bytes(), numbers.width() * start, end - start);
    }

    /** Returns whether {@link #updatePlain} takes the column's values. */
    public boolean takesPlain() {
        return order == Order.NONE || (numbers.width() > 0 && order != Order.BOOLEAN);
    }

    /** Takes into account {@code count} numbers that lie side by side from {@code at} on, in PLAIN encoding. */
    public void updatePlain(byte[] bytes, int at, int count) {
        if (order != Order.NONE) {
            nanCount += numbers.update(bytes, at, count);
        }
    }

    private void requireMinMax() {
        if (!hasMinMax()) {
            throw new IllegalStateException("no min and max");
        }
    }

    private void mark(int[] indices, int start, int end, int entries) {
        if (seen.length < entries) {
            seen = new boolean[entries];
        } else {
            Arrays.fill(seen, 0, entries, false);
        }
        for (int i = start; i < end; i++) {
            seen[indices[i]] = true;
        }
    }

    private int nextSeen(int from, int entries) {
        int next = from;
        while (next < entries && !seen[next]) {
            next++;
        }
        return next;
    }
}
