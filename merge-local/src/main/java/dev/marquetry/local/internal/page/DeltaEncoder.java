/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.Arrays;

/**
 * DELTA_BINARY_PACKED, written: blocks of 128 differences in four mini blocks, as parquet-java writes them. First
 * {@link #begin}, then {@link #add} as often as announced, then {@link #finish}. Used again; owned by one thread.
 */
final class DeltaEncoder {
    private static final int BLOCK = 128;
    private static final int MINI_BLOCKS = 4;
    private static final int PER_MINI_BLOCK = BLOCK / MINI_BLOCKS;

    private final long[] deltas = new long[BLOCK];
    private byte[] out = {};
    private int at;
    private boolean narrow;
    private boolean first;
    private long previous;
    private int pending;

    /** Returns the most bytes that {@code count} values of {@code width} 4 or 8 bytes take. */
    static long maxLength(long count, int width) {
        long blocks = (count + BLOCK - 1) / BLOCK;
        return 24 + blocks * (10 + MINI_BLOCKS + (long) BLOCK * width);
    }

    /** Writes the header of {@code count} values of {@code width} 4 or 8 bytes, at {@code offset}. */
    void begin(byte[] target, int offset, int count, int width) {
        out = target;
        narrow = width == 4;
        first = true;
        pending = 0;
        at = LittleEndian.putVarint(out, offset, BLOCK);
        at = LittleEndian.putVarint(out, at, MINI_BLOCKS);
        at = LittleEndian.putVarint(out, at, count);
    }

    void add(long value) {
        if (first) {
            first = false;
            at = putZigzag(value);
        } else {
            long delta = value - previous;
            // Differences of ints wrap at 32 bits, so that none takes more bits than an int.
            deltas[pending++] = narrow ? (int) delta : delta;
            if (pending == BLOCK) {
                flush();
            }
        }
        previous = value;
    }

    /** Returns the offset behind what was written. */
    int finish() {
        if (first) {
            at = putZigzag(0);
        }
        if (pending > 0) {
            flush();
        }
        return at;
    }

    private void flush() {
        long min = deltas[0];
        for (int i = 1; i < pending; i++) {
            min = Math.min(min, deltas[i]);
        }
        at = putZigzag(min);
        long mask = narrow ? 0xFFFF_FFFFL : -1;
        for (int i = 0; i < pending; i++) {
            deltas[i] = deltas[i] - min & mask;
        }
        Arrays.fill(deltas, pending, BLOCK, 0);
        int widthsAt = at;
        at += MINI_BLOCKS;
        for (int block = 0; block < MINI_BLOCKS; block++) {
            int from = block * PER_MINI_BLOCK;
            long used = 0;
            for (int i = from; i < from + PER_MINI_BLOCK; i++) {
                used |= deltas[i];
            }
            int width = 64 - Long.numberOfLeadingZeros(used);
            out[widthsAt + block] = (byte) width;
            pack(from, width);
        }
        pending = 0;
    }

    private void pack(int from, int width) {
        if (width == 0) {
            return;
        }
        long word = 0;
        int bits = 0;
        for (int i = from; i < from + PER_MINI_BLOCK; i++) {
            long delta = deltas[i];
            word |= delta << bits;
            bits += width;
            if (bits >= 64) {
                LittleEndian.putLong(out, at, word);
                at += 8;
                bits -= 64;
                word = bits == 0 ? 0 : delta >>> (width - bits);
            }
        }
        if (bits > 0) {
            // 32 values of any width are whole ints.
            LittleEndian.putInt(out, at, (int) word);
            at += 4;
        }
    }

    private int putZigzag(long value) {
        return LittleEndian.putVarlong(out, at, value << 1 ^ value >> 63);
    }
}
