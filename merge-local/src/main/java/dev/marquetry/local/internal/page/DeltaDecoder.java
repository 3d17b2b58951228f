/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.Arrays;

/**
 * DELTA_BINARY_PACKED, read: blocks of differences, each packed to the width of its mini block. First {@link #begin},
 * which checks, then one of the others, which leaves the cursor behind the encoding. Used again; owned by one thread.
 */
final class DeltaDecoder {
    private static final int CHUNK = 64;
    /** Far more than writers use; it bounds how many values a few hostile bytes can claim to hold. */
    private static final int MAX_BLOCK = 1 << 16;

    private final long[] chunk = new long[CHUNK];
    private ByteCursor in = new ByteCursor(new byte[0], 0, 0);
    private int count;
    private int miniBlocks;
    private int perMiniBlock;
    private long value;
    private boolean first;
    private long minDelta;
    private int widthsAt;
    private int miniBlock;
    private int leftInMiniBlock;
    private int bitWidth;
    private int packedAt;

    /** Reads the header and checks that it announces {@code values} values, which the section is large enough for. */
    void begin(ByteCursor cursor, int values) {
        in = cursor;
        count = values;
        int blockSize = cursor.varint();
        miniBlocks = cursor.varint();
        int total = cursor.varint();
        if (blockSize <= 0
                || blockSize > MAX_BLOCK
                || miniBlocks <= 0
                || blockSize % miniBlocks != 0
                || blockSize / miniBlocks % 8 != 0) {
            throw new CorruptPageException("delta blocks of " + Integer.toUnsignedString(blockSize) + " values in "
                    + Integer.toUnsignedString(miniBlocks) + " mini blocks");
        }
        if (total != values) {
            throw new CorruptPageException("a delta encoding of " + Integer.toUnsignedString(total)
                    + " values where there should be " + values);
        }
        perMiniBlock = blockSize / miniBlocks;
        value = cursor.zigzag();
        first = true;
        miniBlock = miniBlocks;
        leftInMiniBlock = 0;
        long blocks = (Math.max(values, 1) - 1L + blockSize - 1) / blockSize;
        cursor.require(blocks * (1L + miniBlocks), "a delta encoding");
    }

    /** Reads all values as ints. */
    void ints(int[] out) {
        for (int done = 0; done < count; ) {
            int length = next(count - done);
            for (int i = 0; i < length; i++) {
                out[done + i] = (int) chunk[i];
            }
            done += length;
        }
    }

    /** Reads all values, of {@code width} 4 or 8 bytes, into {@code out} from {@code outOffset} on. */
    void fixed(int width, byte[] out, int outOffset) {
        for (int done = 0; done < count; ) {
            int length = next(count - done);
            if (width == 4) {
                for (int i = 0; i < length; i++) {
                    LittleEndian.putInt(out, outOffset + 4 * (done + i), (int) chunk[i]);
                }
            } else {
                for (int i = 0; i < length; i++) {
                    LittleEndian.putLong(out, outOffset + 8 * (done + i), chunk[i]);
                }
            }
            done += length;
        }
    }

    /** Puts the next values into the chunk, at least one and at most {@code max}, and returns how many. */
    private int next(int max) {
        if (first) {
            first = false;
            chunk[0] = value;
            return 1;
        }
        if (leftInMiniBlock == 0) {
            nextMiniBlock();
        }
        int length = Math.min(max, Math.min(CHUNK, leftInMiniBlock));
        leftInMiniBlock -= length;
        if (bitWidth == 0) {
            Arrays.fill(chunk, 0, length, 0);
        } else {
            unpack(length);
        }
        long sum = value;
        for (int i = 0; i < length; i++) {
            sum += chunk[i] + minDelta;
            chunk[i] = sum;
        }
        value = sum;
        return length;
    }

    private void nextMiniBlock() {
        if (miniBlock == miniBlocks) {
            minDelta = in.zigzag();
            in.require(miniBlocks, "the widths of a delta block");
            widthsAt = in.at;
            in.at += miniBlocks;
            miniBlock = 0;
        }
        bitWidth = in.bytes[widthsAt + miniBlock++] & 0xFF;
        if (bitWidth > 64) {
            throw new CorruptPageException("differences of " + bitWidth + " bits");
        }
        leftInMiniBlock = perMiniBlock;
        packedAt = in.at;
        // Some writers cut the padding of the last mini block.
        in.at += (int) Math.min((long) perMiniBlock * bitWidth >>> 3, in.remaining());
    }

    private void unpack(int length) {
        byte[] bytes = in.bytes;
        int end = in.at;
        int width = bitWidth;
        if ((length * width + 7) >>> 3 > end - packedAt) {
            throw new CorruptPageException("a mini block of " + width + " bits ends beyond the page");
        }
        long mask = -1L >>> (64 - width);
        int last = packedAt + ((length - 1) * width >>> 3);
        int bit = 0;
        if (width <= 56 && last <= in.end - 8) {
            for (int i = 0; i < length; i++, bit += width) {
                chunk[i] = LittleEndian.getLong(bytes, packedAt + (bit >>> 3)) >>> (bit & 7) & mask;
            }
        } else {
            for (int i = 0; i < length; i++, bit += width) {
                int at = packedAt + (bit >>> 3);
                int shift = bit & 7;
                long word = LittleEndian.getLong(bytes, at, end) >>> shift;
                if (shift + width > 64) {
                    word |= (long) bytes[at + 8] << (64 - shift);
                }
                chunk[i] = word & mask;
            }
        }
        packedAt += length * width >>> 3;
    }
}
