/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.Arrays;
import java.util.Objects;

/** The format's hybrid of run lengths and packed bits for unsigned ints of up to 32 bits: dictionary indices. */
public final class IndexCoding {
    private IndexCoding() {}

    /**
     * Decodes {@code count} ints from {@code [offset, end)} into {@code out}. Nothing is read if {@code bitWidth} is 0,
     * as all of them are 0. A run may hold more than its width says; see {@link FlatValues#requireIndicesBelow}.
     *
     * @return the offset behind what was read
     */
    public static int decode(byte[] in, int offset, int end, int bitWidth, int count, int[] out, int outOffset) {
        if (bitWidth < 0 || bitWidth > 32) {
            throw new CorruptPageException("indices of " + bitWidth + " bits");
        }
        Objects.checkFromIndexSize(outOffset, count, out.length);
        ByteCursor cursor = new ByteCursor(in, offset, end);
        if (bitWidth == 0) {
            Arrays.fill(out, outOffset, outOffset + count, 0);
            return offset;
        }
        int valueBytes = (bitWidth + 7) >>> 3;
        int next = outOffset;
        int outEnd = outOffset + count;
        while (next < outEnd) {
            int header = cursor.varint();
            int run = header >>> 1;
            if ((header & 1) == 0) {
                cursor.require(valueBytes, "a run of indices");
                int value = (int) LittleEndian.getLong(in, cursor.at, cursor.at + valueBytes);
                cursor.at += valueBytes;
                int length = Math.min(run, outEnd - next);
                Arrays.fill(out, next, next + length, value);
                next += length;
            } else {
                int length = (int) Math.min(8L * run, outEnd - next);
                cursor.require(((long) length * bitWidth + 7) >>> 3, "a run of indices");
                unpack(in, cursor.at, end, bitWidth, length, out, next);
                // Some writers cut the padding of the last run, so it may say more than is left.
                cursor.at += (int) Math.min((long) run * bitWidth, cursor.remaining());
                next += length;
            }
        }
        return cursor.at;
    }

    /**
     * Encodes {@code count} ints, each below 2 to the {@code bitWidth}; {@code out} has room for
     * {@link #maxEncodedLength}.
     *
     * @return the offset behind what was written
     */
    public static int encode(int[] values, int offset, int count, int bitWidth, byte[] out, int outOffset) {
        if (count == 0) {
            return outOffset;
        }
        if (bitWidth == 0) {
            return LittleEndian.putVarint(out, outOffset, count << 1);
        }
        int end = offset + count;
        int packed = offset;
        int at = outOffset;
        int next = offset;
        while (next <= end - 8) {
            int runEnd = endOfRun(values, next, end);
            if (runEnd - next < 8) {
                next += 8;
                continue;
            }
            at = putPacked(values, packed, next, bitWidth, out, at);
            at = LittleEndian.putVarint(out, at, runEnd - next << 1);
            for (int shift = 0; shift < bitWidth; shift += 8) {
                out[at++] = (byte) (values[next] >>> shift);
            }
            packed = runEnd;
            next = runEnd;
        }
        return putPacked(values, packed, end, bitWidth, out, at);
    }

    /** Returns the room that {@link #encode} asks for: the most bytes it writes, and a word. */
    public static int maxEncodedLength(int count, int bitWidth) {
        // A run of g groups of eight takes at most g more bytes for its header, and one.
        return Math.toIntExact(((count + 7L >>> 3) + 1) * (bitWidth + 2L) + 8);
    }

    /** Returns how many bits hold every value of 0 to {@code maxValue}; 0 if that is only 0. */
    public static int bitWidth(int maxValue) {
        return 32 - Integer.numberOfLeadingZeros(maxValue);
    }

    private static int endOfRun(int[] values, int from, int end) {
        int value = values[from];
        int i = from + 1;
        while (i < end && values[i] == value) {
            i++;
        }
        return i;
    }

    private static void unpack(byte[] in, int from, int end, int bitWidth, int count, int[] out, int outOffset) {
        int done = bitWidth <= 16 ? unpackNarrow(in, from, end, bitWidth, count, out, outOffset) : 0;
        long mask = (1L << bitWidth) - 1;
        long lastWord = end - 8L - from;
        int whole = lastWord < 0 ? 0 : (int) Math.min(count, (8 * lastWord + 7) / bitWidth + 1);
        long bit = (long) done * bitWidth;
        for (; done < whole; done++, bit += bitWidth) {
            long word = LittleEndian.getLong(in, from + (int) (bit >>> 3));
            out[outOffset + done] = (int) (word >>> (bit & 7) & mask);
        }
        for (; done < count; done++, bit += bitWidth) {
            long word = LittleEndian.getLong(in, from + (int) (bit >>> 3), end);
            out[outOffset + done] = (int) (word >>> (bit & 7) & mask);
        }
    }

    /** Unpacks whole groups of eight, each two loads, as long as those stay before {@code end}; returns how many. */
    private static int unpackNarrow(byte[] in, int from, int end, int bitWidth, int count, int[] out, int outOffset) {
        int mask = (1 << bitWidth) - 1;
        int half = bitWidth >>> 1;
        int halfShift = 4 * (bitWidth & 1);
        int at = from;
        int done = 0;
        for (; done <= count - 8 && at + half <= end - 8; done += 8, at += bitWidth) {
            long low = LittleEndian.getLong(in, at);
            long high = LittleEndian.getLong(in, at + half) >>> halfShift;
            int to = outOffset + done;
            out[to] = (int) low & mask;
            out[to + 1] = (int) (low >>> bitWidth) & mask;
            out[to + 2] = (int) (low >>> 2 * bitWidth) & mask;
            out[to + 3] = (int) (low >>> 3 * bitWidth) & mask;
            out[to + 4] = (int) high & mask;
            out[to + 5] = (int) (high >>> bitWidth) & mask;
            out[to + 6] = (int) (high >>> 2 * bitWidth) & mask;
            out[to + 7] = (int) (high >>> 3 * bitWidth) & mask;
        }
        return done;
    }

    /** Writes one packed run, the last group filled up with zeros. */
    private static int putPacked(int[] values, int from, int end, int bitWidth, byte[] out, int offset) {
        if (from == end) {
            return offset;
        }
        int groups = end - from + 7 >>> 3;
        int at = LittleEndian.putVarint(out, offset, groups << 1 | 1);
        int packedEnd = at + Math.multiplyExact(groups, bitWidth);
        long word = 0;
        int bits = 0;
        for (int i = from; i < end; i++) {
            word |= (values[i] & 0xFFFF_FFFFL) << bits;
            bits += bitWidth;
            if (bits >= 32) {
                LittleEndian.putInt(out, at, (int) word);
                at += 4;
                word >>>= 32;
                bits -= 32;
            }
        }
        for (; at < packedEnd; word >>>= 8) {
            out[at++] = (byte) word;
        }
        return packedEnd;
    }
}
