/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

/** Turns bits, least significant first, into bytes of 0 or 1 and back. */
final class BooleanCoding {
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;

    private BooleanCoding() {}

    /** Writes a byte for each of {@code count} bits that begin with the lowest of {@code bits[at]}. */
    static void spread(byte[] bits, int at, int count, byte[] out, int outOffset) {
        int i = 0;
        for (; i <= count - 8; i += 8) {
            // Byte k of the product keeps bit k only; adding 0x7F carries into its top bit unless it is zero.
            long picked = (bits[at + (i >>> 3)] & 0xFF) * LOW_BITS & 0x8040_2010_0804_0201L;
            LittleEndian.putLong(out, outOffset + i, picked + 0x7F * LOW_BITS >>> 7 & LOW_BITS);
        }
        for (; i < count; i++) {
            out[outOffset + i] = (byte) (bits[at + (i >>> 3)] >>> (i & 7) & 1);
        }
    }

    /** Writes a bit for each of {@code count} bytes, the spare ones 0, and returns the offset behind the last byte. */
    static int pack(byte[] values, int at, int count, byte[] out, int outOffset) {
        int to = outOffset;
        int i = 0;
        for (; i <= count - 8; i += 8) {
            // Multiplying moves the lowest bit of byte k to bit 56 + k, and no two products meet.
            out[to++] = (byte) ((LittleEndian.getLong(values, at + i) & LOW_BITS) * 0x0102_0408_1020_4080L >>> 56);
        }
        if (i < count) {
            int last = 0;
            for (int bit = 0; i < count; i++, bit++) {
                last |= (values[at + i] & 1) << bit;
            }
            out[to++] = (byte) last;
        }
        return to;
    }
}
