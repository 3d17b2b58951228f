/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import java.util.Arrays;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/**
 * Encodes values for pages; the same values always give the same bytes. Owned by one thread, which uses it for all its
 * pages; {@link #close} gives its scratch memory back.
 */
public final class ValueEncoder implements AutoCloseable {
    private final ByteSlab bitmap;
    private final IntSlab prefixes;
    private final DeltaEncoder deltas = new DeltaEncoder();

    /** Begins without scratch memory; it is charged to {@code budget} and a breach names {@code place}. */
    public ValueEncoder(MemoryBudget budget, Place place) {
        bitmap = new ByteSlab(budget, place);
        prefixes = new IntSlab(budget, place);
    }

    /** Returns whether values of {@code type} can be in {@code encoding}; true also of what can be decoded. */
    public static boolean supports(Type type, Encoding encoding) {
        return switch (encoding) {
            case PLAIN, PLAIN_DICTIONARY, RLE_DICTIONARY -> true;
            case RLE -> type == Type.BOOLEAN;
            case DELTA_BINARY_PACKED -> type == Type.INT32 || type == Type.INT64;
            case DELTA_LENGTH_BYTE_ARRAY -> type == Type.BYTE_ARRAY;
            case DELTA_BYTE_ARRAY -> type == Type.BYTE_ARRAY || type == Type.FIXED_LEN_BYTE_ARRAY;
            case BYTE_STREAM_SPLIT -> type != Type.BOOLEAN && type != Type.INT96 && type != Type.BYTE_ARRAY;
            case BIT_PACKED -> false;
        };
    }

    /**
     * Encodes values {@code [start, end)} into {@code out}, which has room for {@link #maxLength}. {@code bitWidth}
     * holds every index and matters to the dictionary encodings only.
     *
     * @return the offset behind what was written
     */
    public int encode(
            Type type,
            int typeLength,
            Encoding encoding,
            int bitWidth,
            FlatValues values,
            int start,
            int end,
            byte[] out,
            int outOffset) {
        require(type, typeLength, encoding, values);
        int count = end - start;
        int width = values.width();
        byte[] bytes = values.bytes();
        return switch (encoding) {
            case PLAIN -> plain(type, values, start, end, out, outOffset);
            case RLE_DICTIONARY, PLAIN_DICTIONARY -> {
                out[outOffset] = (byte) bitWidth;
                yield IndexCoding.encode(values.ints(), start, count, bitWidth, out, outOffset + 1);
            }
            case RLE -> {
                byte[] bits = bitmap.ensure(count + 7 >>> 3);
                BooleanCoding.pack(bytes, start, count, bits, 0);
                int next = Levels.encode(bits, count, out, outOffset + 4);
                LittleEndian.putInt(out, outOffset, next - outOffset - 4);
                yield next;
            }
            case DELTA_BINARY_PACKED -> deltaBinary(width, bytes, start, end, out, outOffset);
            case DELTA_LENGTH_BYTE_ARRAY -> deltaLengths(values, start, end, out, outOffset);
            case DELTA_BYTE_ARRAY -> deltaStrings(values, start, end, out, outOffset);
            case BYTE_STREAM_SPLIT -> {
                ByteStreamSplit.split(bytes, start * width, count, width, out, outOffset);
                yield outOffset + count * width;
            }
            case BIT_PACKED -> throw new IllegalArgumentException("BIT_PACKED is for levels");
        };
    }

    /** Returns the room that {@link #encode} asks for. */
    public int maxLength(
            Type type, int typeLength, Encoding encoding, int bitWidth, FlatValues values, int start, int end) {
        require(type, typeLength, encoding, values);
        int count = end - start;
        long data = values.layout() == FlatValues.Layout.BINARY
                ? (long) values.ints()[end] - values.ints()[start]
                : (long) count * values.width();
        long most = switch (encoding) {
            case PLAIN -> type == Type.BYTE_ARRAY ? data + 4L * count : data;
            case RLE_DICTIONARY, PLAIN_DICTIONARY -> 1L + IndexCoding.maxEncodedLength(count, bitWidth);
            case RLE -> 4L + Levels.maxEncodedLength(count);
            case DELTA_BINARY_PACKED -> DeltaEncoder.maxLength(count, values.width());
            case DELTA_LENGTH_BYTE_ARRAY -> DeltaEncoder.maxLength(count, 4) + data;
            case DELTA_BYTE_ARRAY -> 2 * DeltaEncoder.maxLength(count, 4) + data;
            case BYTE_STREAM_SPLIT -> data;
            case BIT_PACKED -> throw new IllegalArgumentException("BIT_PACKED is for levels");
        };
        return Math.toIntExact(most);
    }

    private static int plain(Type type, FlatValues values, int start, int end, byte[] out, int outOffset) {
        byte[] bytes = values.bytes();
        if (type == Type.BOOLEAN) {
            return BooleanCoding.pack(bytes, start, end - start, out, outOffset);
        }
        if (type != Type.BYTE_ARRAY) {
            int length = (end - start) * values.width();
            System.arraycopy(bytes, start * values.width(), out, outOffset, length);
            return outOffset + length;
        }
        int[] offsets = values.ints();
        int at = outOffset;
        for (int i = start; i < end; i++) {
            int from = offsets[i];
            int length = offsets[i + 1] - from;
            LittleEndian.putInt(out, at, length);
            System.arraycopy(bytes, from, out, at + 4, length);
            at += 4 + length;
        }
        return at;
    }

    private int deltaBinary(int width, byte[] bytes, int start, int end, byte[] out, int outOffset) {
        deltas.begin(out, outOffset, end - start, width);
        for (int i = start; i < end; i++) {
            deltas.add(width == 4 ? LittleEndian.getInt(bytes, 4 * i) : LittleEndian.getLong(bytes, 8 * i));
        }
        return deltas.finish();
    }

    private int deltaLengths(FlatValues values, int start, int end, byte[] out, int outOffset) {
        int[] offsets = values.ints();
        deltas.begin(out, outOffset, end - start, 4);
        for (int i = start; i < end; i++) {
            deltas.add(offsets[i + 1] - offsets[i]);
        }
        int at = deltas.finish();
        int length = offsets[end] - offsets[start];
        System.arraycopy(values.bytes(), offsets[start], out, at, length);
        return at + length;
    }

    private int deltaStrings(FlatValues values, int start, int end, byte[] out, int outOffset) {
        int count = end - start;
        byte[] bytes = values.bytes();
        int[] prefix = prefixes.ensure(count);
        deltas.begin(out, outOffset, count, 4);
        int before = 0;
        int beforeEnd = 0;
        for (int i = 0; i < count; i++) {
            int from = offset(values, start + i);
            int to = offset(values, start + i + 1);
            int shared = Arrays.mismatch(bytes, before, beforeEnd, bytes, from, to);
            prefix[i] = shared < 0 ? to - from : shared;
            deltas.add(prefix[i]);
            before = from;
            beforeEnd = to;
        }
        deltas.begin(out, deltas.finish(), count, 4);
        for (int i = 0; i < count; i++) {
            deltas.add(offset(values, start + i + 1) - offset(values, start + i) - prefix[i]);
        }
        int at = deltas.finish();
        for (int i = 0; i < count; i++) {
            int from = offset(values, start + i) + prefix[i];
            int length = offset(values, start + i + 1) - from;
            System.arraycopy(bytes, from, out, at, length);
            at += length;
        }
        return at;
    }

    private static int offset(FlatValues values, int value) {
        return values.layout() == FlatValues.Layout.BINARY ? values.ints()[value] : value * values.width();
    }

    private static void require(Type type, int typeLength, Encoding encoding, FlatValues values) {
        FlatValues.Layout layout = ValueDecoder.layout(type, encoding);
        int width = layout == FlatValues.Layout.FIXED ? ValueDecoder.width(type, typeLength) : 0;
        if (values.layout() != layout || values.width() != width || !supports(type, encoding)) {
            throw new IllegalArgumentException(
                    type + " in " + encoding + " from layout " + values.layout() + " of width " + values.width());
        }
    }

    @Override
    public void close() {
        bitmap.close();
        prefixes.close();
    }
}
