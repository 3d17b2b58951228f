/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import dev.marquetry.local.internal.page.LittleEndian;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes thrift's compact protocol into an array that grows, piece by piece, so that a structure can be written whose parts
 * are not all in memory: {@link #drainTo} empties the array at any time. Fields must come in the order in which readers are
 * to meet them. Not thread-safe.
 */
public final class CompactWriter {
    private static final int MAX_DEPTH = 8;
    private static final int LONGEST_NUMBER = 10;

    private final int[] lastField = new int[MAX_DEPTH];
    private byte[] bytes;
    private int length;
    private int depth;

    /** Begins with room for {@code capacity} bytes. */
    public CompactWriter(int capacity) {
        bytes = new byte[capacity];
    }

    /** Returns the array that is written to, until it has to grow. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns how many bytes were written since the last {@link #clear} or {@link #drainTo}. */
    public int length() {
        return length;
    }

    /** Forgets the bytes written, but not which structures are open. */
    public void clear() {
        length = 0;
    }

    /** Hands the bytes written to {@code out} and forgets them, but not which structures are open. */
    public void drainTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
        length = 0;
    }

    /** Writes the fields of a structure. */
    @FunctionalInterface
    public interface Fields<T> {
        /** Writes the fields of {@code struct}, in order. */
        void write(T struct);
    }

    /** Writes a structure that is field {@code id} of the one begun last. */
    public <T> void struct(int id, T struct, Fields<? super T> fields) {
        field(id, Kind.STRUCT);
        struct(struct, fields);
    }

    /** Writes a structure: the whole one, or an element of a list. */
    public <T> void struct(T struct, Fields<? super T> fields) {
        begin();
        fields.write(struct);
        end();
    }

    /** Begins a structure: the whole one, or an element of a list. */
    public void begin() {
        lastField[++depth] = 0;
    }

    /** Begins a structure that is field {@code id} of the one begun last. */
    public void begin(int id) {
        field(id, Kind.STRUCT);
        begin();
    }

    /** Ends the structure begun last. */
    public void end() {
        write(0);
        depth--;
    }

    /** Writes an empty structure. */
    public void empty(int id) {
        begin(id);
        end();
    }

    /** Writes the head of a list field of {@code size} elements of {@code kind}; the elements are to follow. */
    public void list(int id, int kind, int size) {
        field(id, Kind.LIST);
        if (size < 15) {
            write(size << 4 | kind);
        } else {
            write(0xF0 | kind);
            varint(size);
        }
    }

    /** Writes a boolean field. */
    public void bool(int id, boolean value) {
        field(id, value ? Kind.TRUE : Kind.FALSE);
    }

    /** Writes a field of one byte. */
    public void i8(int id, byte value) {
        field(id, Kind.BYTE);
        write(value);
    }

    /** Writes a field of 16 bits. */
    public void i16(int id, int value) {
        number(id, Kind.I16, value);
    }

    /** Writes a field of 32 bits. */
    public void i32(int id, int value) {
        number(id, Kind.I32, value);
    }

    /** Writes a field of 64 bits. */
    public void i64(int id, long value) {
        number(id, Kind.I64, value);
    }

    /** Writes a floating-point field. */
    public void real(int id, double value) {
        field(id, Kind.DOUBLE);
        room(Double.BYTES);
        LittleEndian.putLong(bytes, length, Double.doubleToRawLongBits(value));
        length += Double.BYTES;
    }

    /** Writes a text field. */
    public void string(int id, String value) {
        field(id, Kind.BINARY);
        element(value);
    }

    /** Writes a field of bytes: those between position and limit, which are left as they are. */
    public void binary(int id, ByteBuffer value) {
        field(id, Kind.BINARY);
        element(value);
    }

    /** Writes a field that is a list of 64-bit numbers. */
    public void longs(int id, List<Long> values) {
        list(id, Kind.I64, values.size());
        for (long value : values) {
            number(value);
        }
    }

    /** Writes an element that is text. */
    public void element(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        varint(utf8.length);
        raw(utf8, 0, utf8.length);
    }

    /** Writes an element that is bytes, those between position and limit. */
    public void element(ByteBuffer value) {
        int count = value.remaining();
        varint(count);
        room(count);
        value.get(value.position(), bytes, length, count);
        length += count;
    }

    /** Writes an element that is a boolean. */
    public void element(boolean value) {
        write(value ? Kind.TRUE : Kind.FALSE);
    }

    /** Writes an element that is a number. */
    public void number(long value) {
        varint(value << 1 ^ value >> 63);
    }

    /** Writes bytes that are compact protocol already. */
    public void raw(byte[] from, int offset, int count) {
        room(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
    }

    private void number(int id, int kind, long value) {
        field(id, kind);
        length = LittleEndian.putVarlong(bytes, length, value << 1 ^ value >> 63);
    }

    /** Writes the head of a field, leaving room for a number behind it. */
    private void field(int id, int kind) {
        room(1 + 2 * LONGEST_NUMBER);
        int difference = id - lastField[depth];
        lastField[depth] = id;
        if (difference > 0 && difference <= 15) {
            bytes[length++] = (byte) (difference << 4 | kind);
        } else {
            longField(id, kind);
        }
    }

    private void longField(int id, int kind) {
        write(kind);
        number(id);
    }

    private void varint(long value) {
        room(LONGEST_NUMBER);
        length = LittleEndian.putVarlong(bytes, length, value);
    }

    private void write(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    private void room(int count) {
        if (count > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, count), 2 * bytes.length));
        }
    }
}
