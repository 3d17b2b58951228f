/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;

/**
 * Values that are not null, decoded: of a page, of a column chunk or of a dictionary. Used again after {@link #reset};
 * memory is charged to the budget. Owned by one thread; {@link #close} gives the memory back.
 *
 * <pre>
 * FIXED   bytes[i * width .. (i + 1) * width)      BOOLEAN: width 1, each byte 0 or 1
 * BINARY  bytes[ints[i] .. ints[i + 1])            ints[0] = 0
 * INDEX   ints[i], an entry of a dictionary that is another FlatValues
 * </pre>
 *
 * More than 2 GiB of one kind is an {@link ArithmeticException}. Ranges of rows are the caller's to keep within
 * {@link #count}; they are checked against the arrays only.
 */
public final class FlatValues implements AutoCloseable {
    /** How values lie in memory. */
    public enum Layout {
        /** Side by side, all of one width. */
        FIXED,
        /** Side by side, with an array of offsets. */
        BINARY,
        /** Indices into a dictionary. */
        INDEX
    }

    private final ByteSlab byteSlab;
    private final IntSlab intSlab;
    private Layout layout = Layout.FIXED;
    private int width = 1;
    private int count;

    /** Begins empty; growth is charged to {@code budget} and a breach names {@code place}. */
    public FlatValues(MemoryBudget budget, Place place) {
        byteSlab = new ByteSlab(budget, place);
        intSlab = new IntSlab(budget, place);
    }

    /** Drops all values. {@code newWidth} is the bytes per value if {@code newLayout} is FIXED, else ignored. */
    public void reset(Layout newLayout, int newWidth) {
        layout = newLayout;
        width = newLayout == Layout.FIXED ? newWidth : 0;
        count = 0;
        if (newLayout == Layout.BINARY) {
            intSlab.ensure(1)[0] = 0;
        }
    }

    /** Returns how values lie in memory. */
    public Layout layout() {
        return layout;
    }

    /** Returns the bytes per value if FIXED, else 0. */
    public int width() {
        return width;
    }

    /** Returns how many values there are. */
    public int count() {
        return count;
    }

    /** Returns the bytes; a new array whenever more room was needed. */
    public byte[] bytes() {
        return byteSlab.array();
    }

    /** Returns the offsets or indices; a new array whenever more room was needed. */
    public int[] ints() {
        return intSlab.array();
    }

    /** Makes room for {@code values} more, of together {@code binaryBytes} bytes if BINARY. */
    public void reserve(int values, int binaryBytes) {
        long total = (long) count + values;
        switch (layout) {
            case FIXED -> byteSlab.grow(Math.toIntExact(total * width), count * width);
            case BINARY -> {
                int used = byteLength();
                byteSlab.grow(Math.addExact(used, binaryBytes), used);
                intSlab.grow(Math.toIntExact(total + 1), count + 1);
            }
            case INDEX -> intSlab.grow(Math.toIntExact(total), count);
        }
    }

    /** Appends the values {@code [start, end)} of another of the same layout. */
    public void appendRange(FlatValues from, int start, int end) {
        requireSameLayout(from);
        int values = end - start;
        if (values <= 0) {
            return;
        }
        switch (layout) {
            case FIXED -> appendRaw(from.bytes(), start * width, values);
            case BINARY -> appendBinaryRange(from, start, end);
            case INDEX -> {
                reserve(values, 0);
                System.arraycopy(from.ints(), start, ints(), count, values);
                count += values;
            }
        }
    }

    /** Appends {@code length} values of another of the same layout: the one at {@code index[offset + i]} for each i. */
    public void appendGather(FlatValues from, int[] index, int offset, int length) {
        requireSameLayout(from);
        switch (layout) {
            case FIXED -> {
                reserve(length, 0);
                Gather.fixed(from.bytes(), 0, width, index, offset, length, bytes(), count * width);
                count += length;
            }
            case BINARY -> appendBinaryGather(from, index, offset, length);
            case INDEX -> {
                reserve(length, 0);
                Gather.ints(from.ints(), index, offset, length, ints(), count);
                count += length;
            }
        }
    }

    /** Appends {@code values} values of this FIXED layout that lie side by side in {@code from}. */
    public void appendRaw(byte[] from, int offset, int values) {
        if (layout != Layout.FIXED) {
            throw new IllegalStateException("raw bytes for a layout of " + layout);
        }
        reserve(values, 0);
        System.arraycopy(from, offset, bytes(), count * width, values * width);
        count += values;
    }

    /**
     * Appends what the indices {@code [start, end)} stand for; this has the dictionary's layout.
     *
     * @throws CorruptPageException if an index is not below the dictionary's count
     */
    public void appendResolved(FlatValues indices, int start, int end, FlatValues dictionary) {
        indices.requireIndicesBelow(start, end, dictionary.count());
        appendGather(dictionary, indices.ints(), start, end - start);
    }

    /**
     * Checks that the indices {@code [start, end)} are entries of a dictionary of {@code entries}.
     *
     * @throws CorruptPageException if one is not
     */
    public void requireIndicesBelow(int start, int end, int entries) {
        if (layout != Layout.INDEX) {
            throw new IllegalStateException("indices in a layout of " + layout);
        }
        int[] indices = ints();
        int signs = 0;
        for (int i = start; i < end; i++) {
            signs |= indices[i] | entries - 1 - indices[i];
        }
        for (int i = start; signs < 0 && i < end; i++) {
            if (indices[i] < 0 || indices[i] >= entries) {
                throw new CorruptPageException("index " + Integer.toUnsignedString(indices[i])
                        + " into a dictionary of " + entries + " entries");
            }
        }
    }

    /** Returns how many bytes the values take in PLAIN encoding, BOOLEAN as a byte each; of INDEX, the ints' bytes. */
    public long dataBytes() {
        return switch (layout) {
            case FIXED -> (long) count * width;
            case BINARY -> 4L * count + byteLength();
            case INDEX -> 4L * count;
        };
    }

    /** Counts values that the decoder put behind the others, in room that it had reserved. */
    void added(int values) {
        count += values;
    }

    /** Returns the bytes in use, where the next ones go. */
    int byteLength() {
        return layout == Layout.BINARY ? ints()[count] : count * width;
    }

    private void appendBinaryRange(FlatValues from, int start, int end) {
        int[] source = from.ints();
        int first = source[start];
        int length = source[end] - first;
        reserve(end - start, length);
        int[] offsets = ints();
        int base = offsets[count];
        System.arraycopy(from.bytes(), first, bytes(), base, length);
        int shift = base - first;
        int to = count + 1 - (start + 1);
        for (int i = start + 1; i <= end; i++) {
            offsets[to + i] = source[i] + shift;
        }
        count += end - start;
    }

    private void appendBinaryGather(FlatValues from, int[] index, int offset, int length) {
        int[] source = from.ints();
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            total += source[index[i] + 1] - source[index[i]];
        }
        reserve(length, Math.toIntExact(total));
        byte[] sourceBytes = from.bytes();
        byte[] targetBytes = bytes();
        int[] offsets = ints();
        int next = offsets[count];
        for (int i = 0; i < length; i++) {
            int value = index[offset + i];
            int first = source[value];
            int valueLength = source[value + 1] - first;
            System.arraycopy(sourceBytes, first, targetBytes, next, valueLength);
            next += valueLength;
            offsets[count + i + 1] = next;
        }
        count += length;
    }

    private void requireSameLayout(FlatValues from) {
        if (from.layout != layout || from.width != width) {
            throw new IllegalStateException("values of layout " + from.layout + " and width " + from.width
                    + " do not fit layout " + layout + " and width " + width);
        }
    }

    @Override
    public void close() {
        byteSlab.close();
        intSlab.close();
        reset(Layout.FIXED, 1);
    }
}
