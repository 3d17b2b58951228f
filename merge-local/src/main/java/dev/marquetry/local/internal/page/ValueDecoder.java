/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/**
 * Decodes the values of pages, of every encoding in the format but the levels'. Owned by one thread, which uses it for
 * all its pages; {@link #close} gives its scratch memory back.
 */
public final class ValueDecoder implements AutoCloseable {
    private final ByteSlab bitmap;
    private final IntSlab prefixes;
    private final IntSlab suffixes;
    private final DeltaDecoder deltas = new DeltaDecoder();

    /** Begins without scratch memory; it is charged to {@code budget} and a breach names {@code place}. */
    public ValueDecoder(MemoryBudget budget, Place place) {
        bitmap = new ByteSlab(budget, place);
        prefixes = new IntSlab(budget, place);
        suffixes = new IntSlab(budget, place);
    }

    /** Returns how values of {@code type} lie in memory when they were decoded from {@code encoding}. */
    public static FlatValues.Layout layout(Type type, Encoding encoding) {
        if (encoding == Encoding.RLE_DICTIONARY || encoding == Encoding.PLAIN_DICTIONARY) {
            return FlatValues.Layout.INDEX;
        }
        return type == Type.BYTE_ARRAY ? FlatValues.Layout.BINARY : FlatValues.Layout.FIXED;
    }

    /** Returns the bytes per value of {@code type}, BOOLEAN as a byte; 0 for BYTE_ARRAY. */
    public static int width(Type type, int typeLength) {
        return switch (type) {
            case BOOLEAN -> 1;
            case INT32, FLOAT -> 4;
            case INT64, DOUBLE -> 8;
            case INT96 -> 12;
            case BYTE_ARRAY -> 0;
            case FIXED_LEN_BYTE_ARRAY -> {
                if (typeLength < 0) {
                    throw new CorruptPageException("values of " + typeLength + " bytes");
                }
                yield typeLength;
            }
        };
    }

    /**
     * Appends to {@code out} the {@code count} values (nulls not counted) of the value section {@code [offset, end)} of
     * a page. {@code out} has the layout and width that {@link #layout} and {@link #width} give. The entries of a
     * dictionary page are PLAIN, even if its header says PLAIN_DICTIONARY.
     *
     * @throws CorruptPageException if the section is not {@code count} values in that encoding; {@code out} may then
     *     hold some of them
     */
    public void decode(
            Type type, int typeLength, Encoding encoding, byte[] page, int offset, int end, int count, FlatValues out) {
        FlatValues.Layout layout = layout(type, encoding);
        int width = layout == FlatValues.Layout.FIXED ? width(type, typeLength) : 0;
        if (out.layout() != layout || out.width() != width) {
            throw new IllegalStateException(
                    type + " in " + encoding + " decoded into layout " + out.layout() + " of width " + out.width());
        }
        if (!ValueEncoder.supports(type, encoding)) {
            throw new CorruptPageException("values of type " + type + " in encoding " + encoding);
        }
        if (count < 0) {
            throw new CorruptPageException("a page of " + count + " values");
        }
        ByteCursor in = new ByteCursor(page, offset, end);
        if (count == 0) {
            return;
        }
        switch (encoding) {
            case PLAIN -> plain(type, width, in, count, out);
            case RLE_DICTIONARY, PLAIN_DICTIONARY -> indices(in, count, out);
            case RLE -> booleanRuns(in, count, out);
            case DELTA_BINARY_PACKED -> {
                deltas.begin(in, count);
                out.reserve(count, 0);
                deltas.fixed(width, out.bytes(), out.byteLength());
                out.added(count);
            }
            case DELTA_LENGTH_BYTE_ARRAY -> deltaLengths(in, count, out);
            case DELTA_BYTE_ARRAY -> deltaStrings(in, count, width, out);
            case BYTE_STREAM_SPLIT -> {
                in.require((long) count * width, "the streams of a page");
                out.reserve(count, 0);
                ByteStreamSplit.join(page, in.at, count, width, out.bytes(), out.byteLength());
                out.added(count);
            }
            case BIT_PACKED -> throw new CorruptPageException("values in the levels' encoding BIT_PACKED");
        }
    }

    private static void plain(Type type, int width, ByteCursor in, int count, FlatValues out) {
        if (type == Type.BYTE_ARRAY) {
            plainBinary(in, count, out);
        } else if (type == Type.BOOLEAN) {
            in.require(count + 7L >>> 3, "a page of booleans");
            out.reserve(count, 0);
            BooleanCoding.spread(in.bytes, in.at, count, out.bytes(), out.byteLength());
            out.added(count);
        } else {
            in.require((long) count * width, "a page of " + count + " values");
            out.appendRaw(in.bytes, in.at, count);
        }
    }

    private static void plainBinary(ByteCursor in, int count, FlatValues out) {
        in.require(4L * count, "the lengths of a page");
        out.reserve(count, in.remaining() - 4 * count);
        byte[] page = in.bytes;
        byte[] bytes = out.bytes();
        int[] offsets = out.ints();
        int base = out.count() + 1;
        int next = out.byteLength();
        int at = in.at;
        int last = in.end - 4 * count;
        for (int i = 0; i < count; i++, last += 4) {
            int length = LittleEndian.getInt(page, at);
            // Each later value takes four bytes at least and this one ends before those, so the room holds.
            if (length < 0 || length > last - at) {
                throw new CorruptPageException("value " + i + " of " + count + " has a length of "
                        + Integer.toUnsignedString(length) + " bytes, beyond the end of its page");
            }
            System.arraycopy(page, at + 4, bytes, next, length);
            at += 4 + length;
            next += length;
            offsets[base + i] = next;
        }
        out.added(count);
    }

    private static void indices(ByteCursor in, int count, FlatValues out) {
        int bitWidth = in.unsignedByte();
        out.reserve(count, 0);
        IndexCoding.decode(in.bytes, in.at, in.end, bitWidth, count, out.ints(), out.count());
        out.added(count);
    }

    private void booleanRuns(ByteCursor in, int count, FlatValues out) {
        int length = in.littleEndianInt();
        in.require(length, "a section of runs");
        byte[] bits = bitmap.ensure((count + 7 >>> 3));
        Levels.decode(in.bytes, in.at, in.at + length, count, bits);
        out.reserve(count, 0);
        BooleanCoding.spread(bits, 0, count, out.bytes(), out.byteLength());
        out.added(count);
    }

    private void deltaLengths(ByteCursor in, int count, FlatValues out) {
        int[] lengths = lengths(in, count, suffixes);
        int total = sum(lengths, count, in);
        out.reserve(count, total);
        int[] offsets = out.ints();
        int base = out.count() + 1;
        int next = out.byteLength();
        System.arraycopy(in.bytes, in.at, out.bytes(), next, total);
        for (int i = 0; i < count; i++) {
            next += lengths[i];
            offsets[base + i] = next;
        }
        out.added(count);
    }

    private void deltaStrings(ByteCursor in, int count, int width, FlatValues out) {
        boolean fixed = out.layout() == FlatValues.Layout.FIXED;
        int[] prefix = lengths(in, count, prefixes);
        int[] suffix = lengths(in, count, suffixes);
        sum(suffix, count, in);
        long total = 0;
        int before = 0;
        for (int i = 0; i < count; i++) {
            if (prefix[i] < 0 || prefix[i] > before) {
                throw new CorruptPageException("value " + i + " shares " + prefix[i] + " bytes with one of " + before);
            }
            before = Math.addExact(prefix[i], suffix[i]);
            if (fixed && before != width) {
                throw new CorruptPageException("value " + i + " has " + before + " bytes where all have " + width);
            }
            total += before;
        }
        out.reserve(count, Math.toIntExact(total));
        byte[] bytes = out.bytes();
        int next = out.byteLength();
        int previous = next;
        int at = in.at;
        int base = out.count() + 1;
        for (int i = 0; i < count; i++) {
            System.arraycopy(bytes, previous, bytes, next, prefix[i]);
            System.arraycopy(in.bytes, at, bytes, next + prefix[i], suffix[i]);
            at += suffix[i];
            previous = next;
            next += prefix[i] + suffix[i];
            if (!fixed) {
                out.ints()[base + i] = next;
            }
        }
        out.added(count);
    }

    private int[] lengths(ByteCursor in, int count, IntSlab slab) {
        deltas.begin(in, count);
        int[] lengths = slab.ensure(count);
        deltas.ints(lengths);
        return lengths;
    }

    /** Adds up lengths and checks that none is negative and that as many bytes follow. */
    private static int sum(int[] lengths, int count, ByteCursor in) {
        long total = 0;
        int signs = 0;
        for (int i = 0; i < count; i++) {
            total += lengths[i];
            signs |= lengths[i];
        }
        if (signs < 0) {
            throw new CorruptPageException("a value of negative length");
        }
        in.require(total, "the values of a page");
        return (int) total;
    }

    @Override
    public void close() {
        bitmap.close();
        prefixes.close();
        suffixes.close();
    }
}
