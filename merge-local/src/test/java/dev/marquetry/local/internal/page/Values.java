/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import dev.marquetry.Phase;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/** Random values of every type, and a budget to hold them. */
final class Values {
    static final int[] COUNTS = {0, 1, 7, 8, 9, 1000, 100_000};
    static final int FIXED_LENGTH = 7;

    private Values() {}

    static MemoryBudget budget() {
        return new MemoryBudget(1L << 30);
    }

    static Place place() {
        return new Place(Phase.values()[0]);
    }

    static FlatValues empty(Type type, int typeLength, Encoding encoding) {
        FlatValues values = new FlatValues(budget(), place());
        FlatValues.Layout layout = ValueDecoder.layout(type, encoding);
        values.reset(layout, layout == FlatValues.Layout.FIXED ? ValueDecoder.width(type, typeLength) : 0);
        return values;
    }

    /** Returns {@code count} values that are, depending on the seed, arbitrary, of a small range, or in runs. */
    static FlatValues random(Type type, int typeLength, int count, long seed) {
        FlatValues values = empty(type, typeLength, Encoding.PLAIN);
        Random random = new Random(seed);
        byte[] value = new byte[40];
        int length = 0;
        for (int i = 0; i < count; i++) {
            boolean repeat = seed % 3 == 2 && i > 0 && random.nextInt(20) != 0;
            if (!repeat) {
                random.nextBytes(value);
                length = type == Type.BYTE_ARRAY ? random.nextInt(seed % 3 == 0 ? 40 : 4) : values.width();
                if (seed % 3 == 1) {
                    for (int b = 1; b < value.length; b++) {
                        value[b] = 0;
                    }
                }
                if (type == Type.BOOLEAN) {
                    value[0] &= 1;
                }
            }
            append(values, value, length);
        }
        return values;
    }

    static void append(FlatValues values, byte[] value, int length) {
        if (values.layout() == FlatValues.Layout.FIXED) {
            values.appendRaw(value, 0, 1);
            return;
        }
        values.reserve(1, length);
        int at = values.byteLength();
        System.arraycopy(value, 0, values.bytes(), at, length);
        values.ints()[values.count() + 1] = at + length;
        values.added(1);
    }

    static void append(FlatValues values, byte[] value) {
        append(values, value, value.length);
    }

    static FlatValues indices(int... indices) {
        FlatValues values = new FlatValues(budget(), place());
        values.reset(FlatValues.Layout.INDEX, 0);
        values.reserve(indices.length, 0);
        System.arraycopy(indices, 0, values.ints(), 0, indices.length);
        values.added(indices.length);
        return values;
    }

    /** Returns the bytes of one value. */
    static byte[] get(FlatValues values, int index) {
        int from = values.layout() == FlatValues.Layout.BINARY ? values.ints()[index] : index * values.width();
        int to = values.layout() == FlatValues.Layout.BINARY ? values.ints()[index + 1] : from + values.width();
        return Arrays.copyOfRange(values.bytes(), from, to);
    }

    static boolean same(FlatValues a, int aStart, FlatValues b, int bStart, int count) {
        for (int i = 0; i < count; i++) {
            if (!Arrays.equals(get(a, aStart + i), get(b, bStart + i))) {
                return false;
            }
        }
        return true;
    }
}
