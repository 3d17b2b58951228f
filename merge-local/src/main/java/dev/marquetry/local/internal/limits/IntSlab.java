/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import java.util.Arrays;

/**
 * An int array that grows and is used again, charged to the budget. Owned by one thread; {@link #close} gives the memory
 * back.
 */
public final class IntSlab implements AutoCloseable {
    private static final int[] NONE = {};

    private final MemoryBudget budget;
    private final Place place;
    private int[] array = NONE;

    /** Begins empty; growth is charged to {@code budget} and a breach names {@code place}. */
    public IntSlab(MemoryBudget budget, Place place) {
        this.budget = budget;
        this.place = place;
    }

    /** Returns the array, whose content is whatever was last written; empty at first. */
    public int[] array() {
        return array;
    }

    /** Returns the array with room for {@code capacity} ints; its content is lost if it had to grow. */
    public int[] ensure(int capacity) {
        if (array.length < capacity) {
            int old = array.length;
            array = NONE;
            budget.give(4L * old);
            int wanted = room(capacity);
            budget.take(4L * wanted, place);
            array = new int[wanted];
        }
        return array;
    }

    /** Returns the array with room for {@code capacity} ints and its first {@code keep} ints unchanged. */
    public int[] grow(int capacity, int keep) {
        if (array.length < capacity) {
            int wanted = Math.max(room(capacity), (int) Math.min(Integer.MAX_VALUE - 8L, array.length * 3L / 2));
            if (!budget.tryTake(4L * wanted)) {
                wanted = room(capacity);
                budget.take(4L * wanted, place);
            }
            int[] larger = new int[wanted];
            System.arraycopy(array, 0, larger, 0, Math.min(keep, array.length));
            budget.give(4L * array.length);
            array = larger;
        }
        return array;
    }

    /** Clears the first {@code length} bytes, growing as needed, and returns the array. */
    public int[] zeroed(int length) {
        Arrays.fill(ensure(length), 0, length, 0);
        return array;
    }

    private static int room(int capacity) {
        return (int) Math.min(Integer.MAX_VALUE - 8L, (capacity + 1023L) & ~1023L);
    }

    @Override
    public void close() {
        budget.give(4L * array.length);
        array = NONE;
    }
}
