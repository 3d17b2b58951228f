/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

/** A position in a page that never leaves it: every step checks first. */
final class ByteCursor {
    final byte[] bytes;
    final int end;
    int at;

    ByteCursor(byte[] bytes, int at, int end) {
        if (at < 0 || end < at || end > bytes.length) {
            throw new CorruptPageException("a section of a page begins at byte " + at + " and ends at " + end);
        }
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    int remaining() {
        return end - at;
    }

    /** Checks that {@code length} bytes follow. */
    void require(long length, String what) {
        if (length < 0 || length > end - at) {
            throw new CorruptPageException(what + " takes " + length + " bytes, the page has " + (end - at) + " left");
        }
    }

    int unsignedByte() {
        require(1, "a byte");
        return bytes[at++] & 0xFF;
    }

    int littleEndianInt() {
        require(4, "a length");
        int value = LittleEndian.getInt(bytes, at);
        at += 4;
        return value;
    }

    /** Reads an unsigned number of at most 32 bits. */
    int varint() {
        long value = varlong();
        if (value >>> 32 != 0) {
            throw new CorruptPageException("a number of more than 32 bits where a count belongs");
        }
        return (int) value;
    }

    long varlong() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int next = unsignedByte();
            value |= (next & 0x7FL) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new CorruptPageException("a number of more than 64 bits");
    }

    long zigzag() {
        long value = varlong();
        return (value >>> 1) ^ -(value & 1);
    }
}
