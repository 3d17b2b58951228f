/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

/** BYTE_STREAM_SPLIT: byte {@code k} of all values together, for each {@code k}. */
final class ByteStreamSplit {
    private ByteStreamSplit() {}

    /** Puts {@code count} values of {@code width} bytes together, from streams of {@code count} bytes each. */
    static void join(byte[] in, int offset, int count, int width, byte[] out, int outOffset) {
        int done = 0;
        if (width == 8) {
            for (; done <= count - 8; done += 8) {
                transpose(in, offset + done, count, out, outOffset + 8 * done, 8);
            }
        } else if (width == 4) {
            for (; done < count; done++) {
                int at = offset + done;
                int value = in[at] & 0xFF
                        | (in[at + count] & 0xFF) << 8
                        | (in[at + 2 * count] & 0xFF) << 16
                        | in[at + 3 * count] << 24;
                LittleEndian.putInt(out, outOffset + 4 * done, value);
            }
        }
        for (int stream = 0; stream < width; stream++) {
            int from = offset + stream * count;
            for (int i = done; i < count; i++) {
                out[outOffset + i * width + stream] = in[from + i];
            }
        }
    }

    /** Splits {@code count} values of {@code width} bytes into streams of {@code count} bytes each. */
    static void split(byte[] in, int offset, int count, int width, byte[] out, int outOffset) {
        int done = 0;
        if (width == 8) {
            for (; done <= count - 8; done += 8) {
                transpose(in, offset + 8 * done, 8, out, outOffset + done, count);
            }
        } else if (width == 4) {
            for (; done < count; done++) {
                int value = LittleEndian.getInt(in, offset + 4 * done);
                int at = outOffset + done;
                out[at] = (byte) value;
                out[at + count] = (byte) (value >>> 8);
                out[at + 2 * count] = (byte) (value >>> 16);
                out[at + 3 * count] = (byte) (value >>> 24);
            }
        }
        for (int stream = 0; stream < width; stream++) {
            int to = outOffset + stream * count;
            for (int i = done; i < count; i++) {
                out[to + i] = in[offset + i * width + stream];
            }
        }
    }

    /** Transposes a square of 8 x 8 bytes whose rows are {@code inStep} and {@code outStep} bytes apart. */
    private static void transpose(byte[] in, int at, int inStep, byte[] out, int to, int outStep) {
        long r0 = LittleEndian.getLong(in, at);
        long r1 = LittleEndian.getLong(in, at + inStep);
        long r2 = LittleEndian.getLong(in, at + 2 * inStep);
        long r3 = LittleEndian.getLong(in, at + 3 * inStep);
        long r4 = LittleEndian.getLong(in, at + 4 * inStep);
        long r5 = LittleEndian.getLong(in, at + 5 * inStep);
        long r6 = LittleEndian.getLong(in, at + 6 * inStep);
        long r7 = LittleEndian.getLong(in, at + 7 * inStep);
        // Swap 4 x 4 squares, then 2 x 2 within them, then single bytes.
        long a0 = low4(r0, r4);
        long a1 = low4(r1, r5);
        long a2 = low4(r2, r6);
        long a3 = low4(r3, r7);
        long a4 = high4(r0, r4);
        long a5 = high4(r1, r5);
        long a6 = high4(r2, r6);
        long a7 = high4(r3, r7);
        long b0 = low2(a0, a2);
        long b1 = low2(a1, a3);
        long b2 = high2(a0, a2);
        long b3 = high2(a1, a3);
        long b4 = low2(a4, a6);
        long b5 = low2(a5, a7);
        long b6 = high2(a4, a6);
        long b7 = high2(a5, a7);
        LittleEndian.putLong(out, to, low1(b0, b1));
        LittleEndian.putLong(out, to + outStep, high1(b0, b1));
        LittleEndian.putLong(out, to + 2 * outStep, low1(b2, b3));
        LittleEndian.putLong(out, to + 3 * outStep, high1(b2, b3));
        LittleEndian.putLong(out, to + 4 * outStep, low1(b4, b5));
        LittleEndian.putLong(out, to + 5 * outStep, high1(b4, b5));
        LittleEndian.putLong(out, to + 6 * outStep, low1(b6, b7));
        LittleEndian.putLong(out, to + 7 * outStep, high1(b6, b7));
    }

    private static long low4(long a, long b) {
        return a & 0x0000_0000_FFFF_FFFFL | b << 32;
    }

    private static long high4(long a, long b) {
        return a >>> 32 | b & 0xFFFF_FFFF_0000_0000L;
    }

    private static long low2(long a, long b) {
        return a & 0x0000_FFFF_0000_FFFFL | (b & 0x0000_FFFF_0000_FFFFL) << 16;
    }

    private static long high2(long a, long b) {
        return a >>> 16 & 0x0000_FFFF_0000_FFFFL | b & 0xFFFF_0000_FFFF_0000L;
    }

    private static long low1(long a, long b) {
        return a & 0x00FF_00FF_00FF_00FFL | (b & 0x00FF_00FF_00FF_00FFL) << 8;
    }

    private static long high1(long a, long b) {
        return a >>> 8 & 0x00FF_00FF_00FF_00FFL | b & 0xFF00_FF00_FF00_FF00L;
    }
}
