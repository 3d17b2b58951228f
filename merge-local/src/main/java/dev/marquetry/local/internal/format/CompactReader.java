/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import dev.marquetry.local.internal.page.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads thrift's compact protocol from an array, or from a source through a small window, and makes no object but those it
 * returns. A structure is read in a loop:
 *
 * <pre>{@code
 * for (int field = in.field(0); field != 0; field = in.field(field)) {
 *     switch (field) {
 *         case 1 << 4 | Kind.I32 -> count = in.i32();
 *         default -> in.skip(field);
 *     }
 * }
 * }</pre>
 *
 * so that a known field of an unexpected kind is skipped like an unknown one, as thrift does. What claims to be longer than
 * the bytes left is refused before anything is made for it. Not thread-safe.
 */
public final class CompactReader {
    private static final int WINDOW = 64 << 10;
    private static final int MAX_DEPTH = 16;
    private static final int LARGEST_GUESS = 1024;

    private final @Nullable Source source;
    private byte[] bytes;
    private int at;
    private int end;
    private long base;
    private long left;

    /** Where more bytes come from. */
    @FunctionalInterface
    public interface Source {
        /** Reads at most {@code count} bytes to the begin of {@code window} and returns how many; none says there are no more. */
        int read(byte[] window, int count) throws IOException;
    }

    /** Begins without bytes; {@link #open} gives it some. */
    public CompactReader() {
        this(new byte[0]);
    }

    /** Reads {@code bytes}. */
    public CompactReader(byte[] bytes) {
        this.source = null;
        this.bytes = bytes;
        end = bytes.length;
    }

    /** Reads {@code length} bytes of {@code source}. */
    public CompactReader(Source source, long length) {
        this.source = source;
        bytes = new byte[(int) Math.min(length, WINDOW)];
        left = length;
    }

    /** Goes on with bytes {@code [from, to)} of {@code next}, counting positions from 0. */
    public void open(byte[] next, int from, int to) {
        bytes = next;
        at = from;
        end = to;
        base = -from;
        left = 0;
    }

    /** Returns how many bytes were read. */
    public long position() {
        return base + at;
    }

    /**
     * Goes to the next field of a structure.
     *
     * @param before what this returned for the field before; 0 for the first
     * @return the field's number {@code << 4 |} its kind, or 0 at the structure's end
     */
    public int field(int before) throws IOException {
        int head = next();
        if (head == 0) {
            return 0;
        }
        int id = head >>> 4 == 0 ? i32() : (before >> 4) + (head >>> 4);
        return (short) id << 4 | head & 15;
    }

    /** Returns the boolean that {@code field} is: its kind is its value. */
    public boolean bool(int field) {
        return (field & 15) == Kind.TRUE;
    }

    /** Reads one byte. */
    public byte i8() throws IOException {
        return (byte) next();
    }

    /** Reads a number of at most 32 bits. */
    public int i32() throws IOException {
        int value = (int) varint();
        return value >>> 1 ^ -(value & 1);
    }

    /** Reads a number of at most 64 bits. */
    public long i64() throws IOException {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    /** Reads a floating-point number. */
    public double real() throws IOException {
        byte[] eight = new byte[Long.BYTES];
        copyTo(eight);
        return Double.longBitsToDouble(LittleEndian.getLong(eight, 0));
    }

    /** Reads bytes. */
    public ByteBuffer binary() throws IOException {
        byte[] value = new byte[length()];
        copyTo(value);
        return ByteBuffer.wrap(value);
    }

    /** Reads text. */
    public String string() throws IOException {
        int length = length();
        if (length <= end - at) {
            String value = new String(bytes, at, length, StandardCharsets.UTF_8);
            at += length;
            return value;
        }
        byte[] value = new byte[length];
        copyTo(value);
        return new String(value, StandardCharsets.UTF_8);
    }

    /** Reads the head of a list of elements of {@code kind} and returns how many there are; the elements follow. */
    public int list(int kind) throws IOException {
        int head = next();
        int size = size(head);
        int found = head & 15;
        if (size > 0 && found != kind && !(kind == Kind.TRUE && found == Kind.FALSE)) {
            throw new MalformedException("a list of kind " + kind + " was expected, there is one of kind " + found);
        }
        return size;
    }

    /** Reads a list of numbers. */
    public List<Long> longs() throws IOException {
        int size = list(Kind.I64);
        List<Long> values = room(size);
        for (int i = 0; i < size; i++) {
            values.add(i64());
        }
        return values;
    }

    /** Returns an empty list that takes {@code size} elements well, but believes in a large number only when it sees it. */
    public static <T> List<T> room(int size) {
        return new ArrayList<>(Math.min(size, LARGEST_GUESS));
    }

    /** Passes over the value of {@code field}; a kind alone will do for a field. */
    public void skip(int field) throws IOException {
        skip(field & 15, 0);
    }

    private void skip(int kind, int depth) throws IOException {
        switch (kind) {
            case Kind.TRUE, Kind.FALSE -> {}
            case Kind.BYTE -> skipBytes(1);
            case Kind.I16, Kind.I32, Kind.I64 -> varint();
            case Kind.DOUBLE -> skipBytes(Double.BYTES);
            case Kind.BINARY -> skipBytes(length());
            case Kind.LIST, Kind.SET -> skipList(depth + 1);
            case Kind.MAP -> skipMap(depth + 1);
            case Kind.STRUCT -> skipStruct(depth + 1);
            default -> throw new MalformedException("there is no kind " + kind);
        }
    }

    private void skipStruct(int depth) throws IOException {
        refuseDeeper(depth);
        for (int field = field(0); field != 0; field = field(field)) {
            skip(field & 15, depth);
        }
    }

    private void skipList(int depth) throws IOException {
        refuseDeeper(depth);
        int head = next();
        for (int n = size(head); n > 0; n--) {
            skipElement(head & 15, depth);
        }
    }

    private void skipMap(int depth) throws IOException {
        refuseDeeper(depth);
        int size = length();
        int kinds = size == 0 ? 0 : next();
        for (int n = size; n > 0; n--) {
            skipElement(kinds >>> 4, depth);
            skipElement(kinds & 15, depth);
        }
    }

    /** Skips an element of a collection, where booleans take a byte. */
    private void skipElement(int kind, int depth) throws IOException {
        skip(kind == Kind.TRUE || kind == Kind.FALSE ? Kind.BYTE : kind, depth);
    }

    private static void refuseDeeper(int depth) throws MalformedException {
        if (depth > MAX_DEPTH) {
            throw new MalformedException("structures are nested too deep");
        }
    }

    private void skipBytes(int count) throws IOException {
        int rest = count;
        while (rest > end - at) {
            rest -= end - at;
            fill();
        }
        at += rest;
    }

    private void copyTo(byte[] value) throws IOException {
        int done = 0;
        while (value.length - done > end - at) {
            System.arraycopy(bytes, at, value, done, end - at);
            done += end - at;
            fill();
        }
        System.arraycopy(bytes, at, value, done, value.length - done);
        at += value.length - done;
    }

    private int size(int listHead) throws IOException {
        return listHead >>> 4 == 15 ? length() : listHead >>> 4;
    }

    /** Reads how many bytes or elements follow; there is no element without a byte. */
    private int length() throws IOException {
        long length = varint();
        if (length < 0 || length > left + end - at) {
            throw new MalformedException.Truncated();
        }
        return (int) length;
    }

    private long varint() throws IOException {
        int first = next();
        return first < 128 ? first : varint(first & 127);
    }

    private long varint(long low) throws IOException {
        long value = low;
        for (int shift = 7; shift < 64; shift += 7) {
            int b = next();
            value |= (long) (b & 127) << shift;
            if (b < 128) {
                return value;
            }
        }
        throw new MalformedException("a number has more than ten bytes");
    }

    private int next() throws IOException {
        if (at == end) {
            fill();
        }
        return bytes[at++] & 255;
    }

    /** Brings the next bytes, at least one; all before must have been taken. */
    private void fill() throws IOException {
        int read = left > 0 && source != null ? source.read(bytes, (int) Math.min(bytes.length, left)) : 0;
        if (read <= 0) {
            throw new MalformedException.Truncated();
        }
        base += end;
        at = 0;
        end = read;
        left -= read;
    }
}
