/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.FlatValues;
import dev.marquetry.local.internal.page.FlatValues.Layout;
import java.util.Arrays;

/**
 * One dictionary out of those of several source chunks, so that their indices can move as indices. Entries of the first
 * chunk keep their index. Reused; not thread-safe.
 */
final class DictionaryUnion implements AutoCloseable {
    /** A larger dictionary is not worth its bytes; parquet-java's writer gives up at the same size. */
    private static final long MAX_BYTES = 1 << 20;

    private final FlatValues entries;
    private final IntSlab table;
    private final IntSlab remapSlab;
    private int mask;
    private int remapped;

    DictionaryUnion(MemoryBudget budget, Place place) {
        entries = new FlatValues(budget, place);
        table = new IntSlab(budget, place);
        remapSlab = new IntSlab(budget, place);
    }

    void reset(Layout layout, int width) {
        entries.reset(layout, width);
        remapped = 0;
        mask = 0;
    }

    FlatValues entries() {
        return entries;
    }

    /**
     * Adds the entries of {@code dictionary} and returns where its part of {@link #remap} begins, or -1 if the union would be
     * too large.
     */
    int add(FlatValues dictionary) {
        if (entries.dataBytes() + dictionary.dataBytes() > 4 * MAX_BYTES) {
            return -1;
        }
        int begin = remapped;
        int[] remap = remapSlab.grow(remapped + dictionary.count(), remapped);
        rehash(entries.count() + dictionary.count());
        for (int i = 0; i < dictionary.count(); i++) {
            remap[remapped++] = find(dictionary, i);
        }
        return entries.dataBytes() > MAX_BYTES && begin > 0 ? -1 : begin;
    }

    /** Returns the union's index for entry {@code i} of a dictionary at {@code remap()[begin + i]}. */
    int[] remap() {
        return remapSlab.array();
    }

    private int find(FlatValues from, int value) {
        int[] slots = table.array();
        int slot = hash(from, value) & mask;
        while (slots[slot] != 0) {
            if (same(entries, slots[slot] - 1, from, value)) {
                return slots[slot] - 1;
            }
            slot = (slot + 1) & mask;
        }
        entries.appendRange(from, value, value + 1);
        slots[slot] = entries.count();
        return entries.count() - 1;
    }

    private void rehash(int capacity) {
        int wanted = Integer.highestOneBit(Math.max(8, capacity) * 2 - 1) << 1;
        if (wanted <= mask + 1 && mask > 0) {
            return;
        }
        mask = wanted - 1;
        int[] slots = table.zeroed(wanted);
        for (int i = 0; i < entries.count(); i++) {
            int slot = hash(entries, i) & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = i + 1;
        }
    }

    private static int start(FlatValues values, int value) {
        return values.layout() == Layout.BINARY ? values.ints()[value] : value * values.width();
    }

    private static int hash(FlatValues values, int value) {
        int hash = 1;
        byte[] bytes = values.bytes();
        for (int i = start(values, value), end = start(values, value + 1); i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ hash >>> 15;
    }

    private static boolean same(FlatValues a, int i, FlatValues b, int j) {
        return Arrays.equals(a.bytes(), start(a, i), start(a, i + 1), b.bytes(), start(b, j), start(b, j + 1));
    }

    @Override
    public void close() {
        entries.close();
        table.close();
        remapSlab.close();
    }
}
