/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.Arrays;

/**
 * Definition levels of a flat column (0 or 1) as a bitmap: bit {@code i}, least significant first, is 1 where row
 * {@code i} has a value. Encoded they are the format's hybrid of run lengths and packed bits, no length in front.
 */
public final class Levels {
    private Levels() {}

    /**
     * Decodes {@code rows} levels from {@code [offset, end)} and clears the spare bits of the last byte.
     *
     * @return how many rows have a value
     */
    public static int decode(byte[] in, int offset, int end, int rows, byte[] bitmap) {
        ByteCursor cursor = new ByteCursor(in, offset, end);
        int row = 0;
        while (row < rows) {
            int header = cursor.varint();
            int run = header >>> 1;
            if ((header & 1) == 0) {
                int value = cursor.unsignedByte();
                if (value > 1) {
                    throw new CorruptPageException("a level of " + value + " where only 0 and 1 can be");
                }
                int length = Math.min(run, rows - row);
                setBits(bitmap, row, length, value == 1);
                row += length;
            } else {
                int length = (int) Math.min(8L * run, rows - row);
                cursor.require((length + 7L) >>> 3, "a run of levels");
                copy(in, 8L * cursor.at, bitmap, row, length);
                // Some writers cut the padding of the last run, so it may say more than is left.
                cursor.at += Math.min(run, cursor.remaining());
                row += length;
            }
        }
        if ((rows & 7) != 0) {
            bitmap[rows >>> 3] &= (byte) ((1 << (rows & 7)) - 1);
        }
        return count(bitmap, 0, rows);
    }

    /**
     * Encodes {@code rows} levels; one run if all are the same. Spare bits are ignored. Eight equal bytes at a multiple of eight
     * are worth a run, with those that follow.
     *
     * @return the offset behind what was written
     */
    public static int encode(byte[] bitmap, int rows, byte[] out, int offset) {
        if (rows == 0) {
            return offset;
        }
        int set = count(bitmap, 0, rows);
        if (set == 0 || set == rows) {
            return putRun(out, offset, rows, set == 0 ? 0 : 1);
        }
        int wholeBytes = rows >>> 3 & -8;
        int packed = 0;
        int at = offset;
        for (int i = 0; i < wholeBytes; ) {
            long value = LittleEndian.getLong(bitmap, i);
            int next = i + 8;
            if (value == 0 || value == -1) {
                next = endOfRun(bitmap, next, rows >>> 3, value);
                at = putPacked(bitmap, packed, 8 * i, out, at);
                int runEnd = next == rows >>> 3 && tailIs(bitmap, rows, (byte) value) ? rows : 8 * next;
                at = putRun(out, at, runEnd - 8 * i, (int) value & 1);
                packed = runEnd;
                next = next + 7 & -8;
            }
            i = next;
        }
        return putPacked(bitmap, packed, rows, out, at);
    }

    /** Encodes {@code rows} levels that are all {@code value} and returns the offset behind what was written. */
    public static int encodeRun(boolean value, int rows, byte[] out, int offset) {
        return rows == 0 ? offset : putRun(out, offset, rows, value ? 1 : 0);
    }

    /** Returns the most bytes that {@code rows} levels take. */
    public static int maxEncodedLength(int rows) {
        // A run takes at least five bytes less than the packed bytes it stands for, which pays for the next header.
        return (rows >>> 3) + 1 + 16;
    }

    /**
     * Copies {@code count} bits; whatever {@code to} held in their place is gone, its other bits stay. The arrays must
     * differ.
     */
    public static void copyBits(byte[] from, int fromBit, byte[] to, int toBit, int count) {
        copy(from, fromBit, to, toBit, count);
    }

    /**
     * Spreads bits out: where bits {@code [maskBit, maskBit + count)} of {@code mask} are set, {@code to} gets the next bit of
     * {@code from}, elsewhere 0; {@code to} is filled from its first bit on. All three have eight bytes more than their bits
     * need.
     */
    public static void spread(byte[] from, byte[] mask, int maskBit, int count, byte[] to) {
        int taken = 0;
        for (int at = 0; at < count; at += 64) {
            long places = word(mask, maskBit + at);
            if (count - at < 64) {
                places &= (1L << (count - at)) - 1;
            }
            LittleEndian.putLong(to, at >>> 3, places == 0 ? 0 : deposit(word(from, taken), places));
            taken += Long.bitCount(places);
        }
    }

    /** Puts the lowest bits of {@code bits} where {@code places} has ones, run by run; Java 17 has no Long.expand. */
    private static long deposit(long bits, long places) {
        if (places == -1) {
            return bits;
        }
        long result = 0;
        long from = bits;
        for (long rest = places; rest != 0; ) {
            int begin = Long.numberOfTrailingZeros(rest);
            int length = Long.numberOfTrailingZeros(~(rest >>> begin));
            long piece = -1L >>> (64 - length);
            result |= (from & piece) << begin;
            from >>>= length;
            rest &= ~(piece << begin);
        }
        return result;
    }

    /** Returns the 64 bits from {@code bit} on; reads nine bytes. */
    private static long word(byte[] bits, int bit) {
        int at = bit >>> 3;
        int shift = bit & 7;
        return LittleEndian.getLong(bits, at) >>> shift | (bits[at + 8] & 0xFFL) << 1 << (63 - shift);
    }

    /** Makes bits {@code [from, from + count)} all {@code value}. */
    public static void setBits(byte[] bitmap, int from, int count, boolean value) {
        if (count <= 0) {
            return;
        }
        int to = from + count;
        int first = from >>> 3;
        int last = to >>> 3;
        int headMask = 0xFF << (from & 7);
        int tailMask = (1 << (to & 7)) - 1;
        if (first == last) {
            merge(bitmap, first, value ? -1 : 0, headMask & tailMask);
            return;
        }
        merge(bitmap, first, value ? -1 : 0, headMask);
        Arrays.fill(bitmap, first + 1, last, (byte) (value ? -1 : 0));
        if (tailMask != 0) {
            merge(bitmap, last, value ? -1 : 0, tailMask);
        }
    }

    /** Returns how many of the bits {@code [from, to)} are set. */
    public static int count(byte[] bitmap, int from, int to) {
        if (from >= to) {
            return 0;
        }
        int first = from >>> 3;
        int last = to >>> 3;
        int tailMask = (1 << (to & 7)) - 1;
        int headByte = (bitmap[first] & 0xFF) & (0xFF << (from & 7));
        if (first == last) {
            return Integer.bitCount(headByte & tailMask);
        }
        int set = Integer.bitCount(headByte);
        int i = first + 1;
        for (; i <= last - 8; i += 8) {
            set += Long.bitCount(LittleEndian.getLong(bitmap, i));
        }
        for (; i < last; i++) {
            set += Integer.bitCount(bitmap[i] & 0xFF);
        }
        return tailMask == 0 ? set : set + Integer.bitCount(bitmap[last] & tailMask);
    }

    /** Returns whether {@code row} has a value. */
    public static boolean get(byte[] bitmap, int row) {
        return (bitmap[row >>> 3] >>> (row & 7) & 1) != 0;
    }

    private static void copy(byte[] from, long fromBit, byte[] to, long toBit, int count) {
        long source = fromBit;
        int left = count;
        int at = (int) (toBit >>> 3);
        int head = (int) (toBit & 7);
        if (head != 0 && left > 0) {
            int length = Math.min(8 - head, left);
            merge(to, at++, bits(from, source, length) << head, (1 << length) - 1 << head);
            source += length;
            left -= length;
        }
        int shift = (int) (source & 7);
        int next = (int) (source >>> 3);
        if (shift == 0 && left >= 8) {
            int whole = left >>> 3;
            System.arraycopy(from, next, to, at, whole);
            at += whole;
            next += whole;
            left &= 7;
        }
        for (; left >= 64; left -= 64, at += 8, next += 8) {
            long word = LittleEndian.getLong(from, next) >>> shift | (long) from[next + 8] << (64 - shift);
            LittleEndian.putLong(to, at, word);
        }
        for (; left >= 8; left -= 8, at++, next++) {
            to[at] = (byte) ((from[next] & 0xFF) >>> shift | from[next + 1] << (8 - shift));
        }
        if (left > 0) {
            merge(to, at, bits(from, 8L * next + shift, left), (1 << left) - 1);
        }
    }

    /** Returns at most eight bits that begin at {@code bit}; touches no byte behind them. */
    private static int bits(byte[] from, long bit, int length) {
        int at = (int) (bit >>> 3);
        int shift = (int) (bit & 7);
        int value = (from[at] & 0xFF) >>> shift;
        if (shift + length > 8) {
            value |= (from[at + 1] & 0xFF) << (8 - shift);
        }
        return value & (1 << length) - 1;
    }

    private static void merge(byte[] to, int at, int value, int mask) {
        to[at] = (byte) (to[at] & ~mask | value & mask);
    }

    private static int endOfRun(byte[] bitmap, int from, int end, long value) {
        int i = from;
        while (i <= end - 8 && LittleEndian.getLong(bitmap, i) == value) {
            i += 8;
        }
        while (i < end && bitmap[i] == (byte) value) {
            i++;
        }
        return i;
    }

    private static boolean tailIs(byte[] bitmap, int rows, byte value) {
        int mask = (1 << (rows & 7)) - 1;
        return mask == 0 || ((bitmap[rows >>> 3] ^ value) & mask) == 0;
    }

    private static int putRun(byte[] out, int offset, int length, int value) {
        int at = LittleEndian.putVarint(out, offset, length << 1);
        out[at] = (byte) value;
        return at + 1;
    }

    /** Writes rows {@code [from, to)} bit by bit; {@code from} is a multiple of eight unless nothing is left. */
    private static int putPacked(byte[] bitmap, int from, int to, byte[] out, int offset) {
        if (from == to) {
            return offset;
        }
        int groups = to - from + 7 >>> 3;
        int at = LittleEndian.putVarint(out, offset, groups << 1 | 1);
        System.arraycopy(bitmap, from >>> 3, out, at, groups);
        if ((to & 7) != 0) {
            out[at + groups - 1] &= (byte) ((1 << (to & 7)) - 1);
        }
        return at + groups;
    }
}
