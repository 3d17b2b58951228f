/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import java.util.Arrays;

/**
 * A byte array that grows and is used again, charged to the budget. Owned by one thread; {@link #close} gives the memory
 * back.
 */
public final class ByteSlab implements AutoCloseable {
    private static final byte[] NONE = {};

    private final MemoryBudget budget;
    private final Place place;
    private byte[] array = NONE;

    /** Begins empty; growth is charged to {@code budget} and a breach names {@code place}. */
    public ByteSlab(MemoryBudget budget, Place place) {
        this.budget = budget;
        this.place = place;
    }

    /** Returns the array, whose content is whatever was last written; empty at first. */
    public byte[] array() {
        return array;
    }

    /** Returns the array with room for {@code capacity} bytes; its content is lost if it had to grow. */
    public byte[] ensure(int capacity) {
        if (array.length < capacity) {
            int old = array.length;
            array = NONE;
            budget.give(old);
            int wanted = room(capacity);
            budget.take(wanted, place);
            array = new byte[wanted];
        }
        return array;
    }

    /** Returns the array with room for {@code capacity} bytes and its first {@code keep} bytes unchanged. */
    public byte[] grow(int capacity, int keep) {
        if (array.length < capacity) {
            int wanted = Math.max(room(capacity), (int) Math.min(Integer.MAX_VALUE - 8L, array.length * 3L / 2));
            if (!budget.tryTake(wanted)) {
                wanted = room(capacity);
                budget.take(wanted, place);
            }
            byte[] larger = new byte[wanted];
            System.arraycopy(array, 0, larger, 0, Math.min(keep, array.length));
            budget.give(array.length);
            array = larger;
        }
        return array;
    }

    /** Clears the first {@code length} bytes, growing as needed, and returns the array. */
    public byte[] zeroed(int length) {
        Arrays.fill(ensure(length), 0, length, (byte) 0);
        return array;
    }

    private static int room(int capacity) {
        return (int) Math.min(Integer.MAX_VALUE - 8L, (capacity + 4095L) & ~4095L);
    }

    @Override
    public void close() {
        budget.give(array.length);
        array = NONE;
    }
}
