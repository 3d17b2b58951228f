/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import dev.marquetry.local.internal.page.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads thrift's compact protocol from an array, or from a source through a small window, and makes no object but those it
 * returns. A structure is read by a method that takes one field of it:
 *
 * <pre>{@code
 * Place place = in.struct(new Place(), this::take);
 *
 * void take(Place place, int field) throws IOException {
 *     switch (field) {
 *         case 1 << 4 | Kind.I32 -> place.length = in.i32();
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

    /** By kind; a table and no switch, for that would be compiled anew into every method that skips. */
    private static final Skip[] SKIPS = skips();

    private final Element<Long> number = this::number;
    private final @Nullable Source source;
    private byte[] bytes;
    private int at;
    private int end;
    private long base;
    private long left;
    private long value;
    private int depth;

    /** Where more bytes come from. */
    @FunctionalInterface
    public interface Source {
        /** Reads at most {@code count} bytes to the begin of {@code window} and returns how many; none says there are no more. */
        int read(byte[] window, int count) throws IOException;
    }

    /** Takes the fields of a structure. */
    @FunctionalInterface
    public interface Fields<T> {
        /**
         * Takes one field into {@code struct}, or skips it.
         *
         * @param field its number {@code << 4 |} its kind
         */
        void take(T struct, int field) throws IOException;
    }

    /** Reads an element of a list. */
    @FunctionalInterface
    public interface Element<T> {
        /** Reads the next element. */
        T read() throws IOException;
    }

    /** Passes over a value of one kind. */
    @FunctionalInterface
    private interface Skip {
        void take(CompactReader in) throws IOException;
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
        depth = 0;
    }

    /** Returns how many bytes were read. */
    public long position() {
        return base + at;
    }

    /**
     * Reads a structure into {@code struct} and returns that. This is the one loop over fields, and fields that are numbers
     * are read here, for {@link #i32} and {@link #i64}: what takes the fields stays small and quick to compile.
     */
    public <T> T struct(T struct, Fields<? super T> fields) throws IOException {
        deeper();
        int id = 0;
        for (int head = next(); head != 0; head = next()) {
            id = (short) (head >>> 4 == 0 ? number() : id + (head >>> 4));
            int kind = head & 15;
            if (kind >= Kind.I16 && kind <= Kind.I64) {
                value = number();
            }
            fields.take(struct, id << 4 | kind);
        }
        depth--;
        return struct;
    }

    /** Returns the field's value, a number of at most 32 bits. */
    public int i32() {
        return (int) value;
    }

    /** Returns the field's value, a number of at most 64 bits. */
    public long i64() {
        return value;
    }

    /** Returns the boolean that {@code field} is: its kind is its value. */
    public boolean bool(int field) {
        return (field & 15) == Kind.TRUE;
    }

    /** Reads one byte. */
    public byte i8() throws IOException {
        return (byte) next();
    }

    /** Reads an element that is a number. */
    public long number() throws IOException {
        long folded = varint();
        return folded >>> 1 ^ -(folded & 1);
    }

    /** Reads a floating-point number. */
    public double real() throws IOException {
        byte[] eight = new byte[Long.BYTES];
        copyTo(eight);
        return Double.longBitsToDouble(LittleEndian.getLong(eight, 0));
    }

    /** Reads bytes. */
    public ByteBuffer binary() throws IOException {
        byte[] copy = new byte[length()];
        copyTo(copy);
        return ByteBuffer.wrap(copy);
    }

    /** Reads text. */
    public String string() throws IOException {
        int length = length();
        if (length <= end - at) {
            String text = new String(bytes, at, length, StandardCharsets.UTF_8);
            at += length;
            return text;
        }
        byte[] utf8 = new byte[length];
        copyTo(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** Reads a list of elements of {@code kind}. A claim of very many is believed only as they come. */
    public <T> List<T> list(int kind, Element<T> element) throws IOException {
        int size = listSize(kind);
        List<T> elements = new ArrayList<>(Math.min(size, LARGEST_GUESS));
        for (int i = 0; i < size; i++) {
            elements.add(element.read());
        }
        return elements;
    }

    /** Reads a list of numbers of {@code kind}. */
    public List<Long> numbers(int kind) throws IOException {
        return list(kind, number);
    }

    /** Reads the head of a list of elements of {@code kind} and returns how many there are; the elements follow. */
    public int listSize(int kind) throws IOException {
        int head = next();
        int size = size(head);
        int found = head & 15;
        if (size > 0 && found != kind && !(kind == Kind.TRUE && found == Kind.FALSE)) {
            throw new MalformedException("a list of kind " + kind + " was expected, there is one of kind " + found);
        }
        return size;
    }

    /** Passes over the value of {@code field}; a kind alone will do for a field. */
    public void skip(int field) throws IOException {
        SKIPS[field & 15].take(this);
    }

    private static Skip[] skips() {
        Skip[] skips = new Skip[16];
        Arrays.fill(skips, (Skip) in -> {
            throw new MalformedException("there is no such kind of value");
        });
        Skip nothing = in -> {};
        skips[Kind.TRUE] = nothing;
        skips[Kind.FALSE] = nothing;
        skips[Kind.BYTE] = in -> in.skipBytes(1);
        skips[Kind.I16] = nothing; // read already
        skips[Kind.I32] = nothing;
        skips[Kind.I64] = nothing;
        skips[Kind.DOUBLE] = in -> in.skipBytes(Double.BYTES);
        skips[Kind.BINARY] = in -> in.skipBytes(in.length());
        skips[Kind.LIST] = CompactReader::skipList;
        skips[Kind.SET] = CompactReader::skipList;
        skips[Kind.MAP] = CompactReader::skipMap;
        skips[Kind.STRUCT] = in -> in.struct(in, CompactReader::skip);
        return skips;
    }

    private void skipList() throws IOException {
        deeper();
        int head = next();
        for (int n = size(head); n > 0; n--) {
            skipElement(head & 15);
        }
        depth--;
    }

    private void skipMap() throws IOException {
        deeper();
        int size = length();
        int kinds = size == 0 ? 0 : next();
        for (int n = size; n > 0; n--) {
            skipElement(kinds >>> 4);
            skipElement(kinds & 15);
        }
        depth--;
    }

    /** Skips an element of a collection: a boolean has a byte there, and a number was not read yet. */
    private void skipElement(int kind) throws IOException {
        switch (kind) {
            case Kind.TRUE, Kind.FALSE -> skipBytes(1);
            case Kind.I16, Kind.I32, Kind.I64 -> varint();
            default -> skip(kind);
        }
    }

    private void deeper() throws MalformedException {
        if (++depth > MAX_DEPTH) {
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

    private void copyTo(byte[] copy) throws IOException {
        int done = 0;
        while (copy.length - done > end - at) {
            System.arraycopy(bytes, at, copy, done, end - at);
            done += end - at;
            fill();
        }
        System.arraycopy(bytes, at, copy, done, copy.length - done);
        at += copy.length - done;
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
        long number = low;
        for (int shift = 7; shift < 64; shift += 7) {
            int b = next();
            number |= (long) (b & 127) << shift;
            if (b < 128) {
                return number;
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
