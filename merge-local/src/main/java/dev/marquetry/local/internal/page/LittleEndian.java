/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads and writes numbers in byte arrays, at any offset, least significant byte first. */
public final class LittleEndian {
    private static final VarHandle SHORTS = view(short[].class);
    private static final VarHandle INTS = view(int[].class);
    private static final VarHandle LONGS = view(long[].class);

    private LittleEndian() {}

    private static VarHandle view(Class<?> arrayType) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN);
    }

    public static short getShort(byte[] bytes, int at) {
        return (short) SHORTS.get(bytes, at);
    }

    public static int getInt(byte[] bytes, int at) {
        return (int) INTS.get(bytes, at);
    }

    public static long getLong(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    public static void putShort(byte[] bytes, int at, short value) {
        SHORTS.set(bytes, at, value);
    }

    public static void putInt(byte[] bytes, int at, int value) {
        INTS.set(bytes, at, value);
    }

    public static void putLong(byte[] bytes, int at, long value) {
        LONGS.set(bytes, at, value);
    }

    /** Reads the up to eight bytes of {@code [at, end)}, as if zeros followed them. */
    public static long getLong(byte[] bytes, int at, int end) {
        if (end - at >= 8) {
            return getLong(bytes, at);
        }
        long word = 0;
        for (int i = at; i < end; i++) {
            word |= (bytes[i] & 0xFFL) << (8 * (i - at));
        }
        return word;
    }

    /** Writes {@code value} seven bits at a time and returns the offset behind it, at most five bytes on. */
    public static int putVarint(byte[] bytes, int at, int value) {
        return putVarlong(bytes, at, value & 0xFFFF_FFFFL);
    }

    /** Writes {@code value} seven bits at a time and returns the offset behind it, at most ten bytes on. */
    public static int putVarlong(byte[] bytes, int at, long value) {
        int next = at;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[next++] = (byte) rest;
        return next;
    }
}
