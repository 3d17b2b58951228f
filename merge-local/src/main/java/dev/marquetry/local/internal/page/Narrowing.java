/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import dev.marquetry.local.internal.page.FlatValues.Layout;
import org.apache.parquet.format.Type;

/**
 * Gives values back the type that they had before an engine with fewer types widened them: INT32 from INT64, FLOAT from
 * DOUBLE, FIXED_LEN_BYTE_ARRAY and INT96 from BYTE_ARRAY. Exact, or refused.
 */
public final class Narrowing {
    private Narrowing() {}

    /** Returns whether values of type {@code from} can have been made of values of type {@code to}. */
    public static boolean restores(Type from, Type to) {
        return switch (to) {
            case INT32 -> from == Type.INT64;
            case FLOAT -> from == Type.DOUBLE;
            case FIXED_LEN_BYTE_ARRAY, INT96 -> from == Type.BYTE_ARRAY;
            case BOOLEAN, INT64, DOUBLE, BYTE_ARRAY -> false;
        };
    }

    /**
     * Appends all of {@code wide}, values of type {@code from}, to {@code out}, which is laid out for type {@code to}.
     *
     * @throws CorruptPageException if one of them is no value of that type
     */
    public static void append(FlatValues wide, Type from, FlatValues out, Type to) {
        if (!restores(from, to)) {
            throw new IllegalArgumentException(to + " from " + from);
        }
        if (from == Type.BYTE_ARRAY) {
            appendFixed(wide, out);
            return;
        }
        int count = wide.count();
        out.reserve(count, 0);
        byte[] source = wide.bytes();
        byte[] target = out.bytes();
        int at = out.byteLength();
        for (int i = 0; i < count; i++) {
            long bits = LittleEndian.getLong(source, 8 * i);
            int narrow = to == Type.INT32 ? narrow(bits) : Float.floatToRawIntBits(narrowFloat(bits));
            LittleEndian.putInt(target, at + 4 * i, narrow);
        }
        out.added(count);
    }

    private static int narrow(long value) {
        if (value != (int) value) {
            throw new CorruptPageException("the value " + value + " of a column of 32 bits");
        }
        return (int) value;
    }

    private static float narrowFloat(long bits) {
        double value = Double.longBitsToDouble(bits);
        float narrow = (float) value;
        if (narrow != value && !Double.isNaN(value)) {
            throw new CorruptPageException("the value " + value + " of a column of 32-bit floating-point numbers");
        }
        return narrow;
    }

    private static void appendFixed(FlatValues wide, FlatValues out) {
        int width = out.width();
        int[] offsets = wide.ints();
        int count = wide.count();
        if (out.layout() != Layout.FIXED) {
            throw new IllegalStateException("bytes of one length in a layout of " + out.layout());
        }
        for (int i = 0; i < count; i++) {
            if (offsets[i + 1] - offsets[i] != width) {
                throw new CorruptPageException(
                        "a value of " + (offsets[i + 1] - offsets[i]) + " bytes of a column of " + width);
            }
        }
        out.appendRaw(wide.bytes(), 0, count);
    }
}
