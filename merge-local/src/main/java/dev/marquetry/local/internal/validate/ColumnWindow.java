/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.validate;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.FlatValues;
import dev.marquetry.local.internal.page.FlatValues.Layout;
import dev.marquetry.local.internal.page.Levels;
import dev.marquetry.local.internal.page.LittleEndian;
import dev.marquetry.local.internal.page.ValueDecoder;
import dev.marquetry.local.internal.read.ChunkPages;
import dev.marquetry.local.internal.read.ChunkWindow;
import dev.marquetry.local.internal.read.DecodedPage;
import dev.marquetry.local.internal.read.Page;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.read.WorkerCodecs;
import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of rows of a column chunk, decoded: which of them have a value, and the values, which stay indices where the
 * pages have a dictionary. Rows are those of the file. Used again for one chunk after another; not thread-safe.
 */
final class ColumnWindow implements AutoCloseable {
    private final MergeControl control;
    private final ChunkWindow window;
    private final DecodedPage opened;
    private final FlatValues values;
    private final FlatValues dictionary;
    private final ByteSlab hasSlab;
    private final IntSlab rankSlab;
    private @Nullable ChunkPages pages;
    private @Nullable Page next;
    private int from;
    private int end;

    ColumnWindow(MemoryBudget budget, Place place, MergeControl control, WorkerCodecs codecs) {
        this.control = control;
        window = new ChunkWindow(budget, place);
        opened = new DecodedPage(budget, place, codecs);
        values = new FlatValues(budget, place);
        dictionary = new FlatValues(budget, place);
        hasSlab = new ByteSlab(budget, place);
        rankSlab = new IntSlab(budget, place);
    }

    /** Moves to {@code chunk}, before its first row. */
    void open(SourceChunk chunk) throws IOException {
        from = chunk.firstRow();
        end = from;
        next = null;
        ChunkPages begun = new ChunkPages(window, chunk);
        pages = begun;
        Page page = begun.dictionary();
        if (page != null) {
            opened.decodeDictionary(begun, page, dictionary);
        } else {
            dictionary.reset(Layout.FIXED, 1);
        }
    }

    /** Returns whether {@code row} lies behind the stretch, in the same chunk. */
    boolean canReach(SourceChunk chunk, int row) {
        ChunkPages at = pages;
        return at != null
                && at.chunk().file() == chunk.file()
                && at.chunk().group() == chunk.group()
                && at.chunk().column().index() == chunk.column().index()
                && row >= end;
    }

    /** Forgets the chunk. */
    void forget() {
        pages = null;
        next = null;
        from = 0;
        end = 0;
    }

    /**
     * Moves to the page that has {@code row}, which lies behind the stretch, and takes pages behind it as long as they have
     * values in the same form, and less than {@code mostBytes} of them.
     */
    void load(int row, long mostBytes) throws IOException {
        ChunkPages at = pages;
        if (at == null) {
            throw new IllegalStateException("open comes first");
        }
        Page page = next == null ? first(at, row) : next;
        while (page != null && page.endRow() <= row) {
            page = at.next();
        }
        if (page == null) {
            throw at.chunk().corrupt("it has no row " + row, null);
        }
        SchemaElement schema = at.chunk().column().schema();
        Layout layout = ValueDecoder.layout(schema.getType(), page.encoding());
        values.reset(layout, ValueDecoder.width(schema.getType(), schema.getType_length()));
        from = page.firstRow();
        end = from;
        do {
            control.check();
            opened.open(at, page, 0);
            opened.decodeInto(at, page, values, dictionary.count());
            int rows = page.endRow() - from;
            byte[] has = hasSlab.grow(((rows + 63) >>> 6) * 8 + 16, (end - from + 63) / 64 * 8);
            Levels.copyBits(opened.present(), 0, has, end - from, page.rows());
            end = page.endRow();
            page = at.next();
        } while (page != null
                && values.dataBytes() < mostBytes
                && ValueDecoder.layout(schema.getType(), page.encoding()) == layout);
        next = page;
        rank();
    }

    private static @Nullable Page first(ChunkPages at, int row) throws IOException {
        if (row > at.nextRow()) {
            at.skipTowards(row);
        }
        return at.next();
    }

    private void rank() {
        int words = (end - from + 63) >>> 6;
        int[] ranks = rankSlab.ensure(words);
        int rank = 0;
        for (int w = 0; w < words; w++) {
            ranks[w] = rank;
            rank += Long.bitCount(LittleEndian.getLong(hasSlab.array(), 8 * w));
        }
    }

    /** Returns the first row of the stretch. */
    int from() {
        return from;
    }

    /** Returns the row behind the last of the stretch. */
    int end() {
        return end;
    }

    /** Returns whether {@code row}, of the stretch, has a value. */
    boolean has(int row) {
        return Levels.get(hasSlab.array(), row - from);
    }

    /** Returns the place among the values of {@code row}'s, or of the next there is. */
    private int place(int row) {
        int at = row - from;
        long word = LittleEndian.getLong(hasSlab.array(), at >>> 6 << 3);
        return rankSlab.array()[at >>> 6] + Long.bitCount(word & (1L << at) - 1);
    }

    /** Returns whether the value of {@code row}, which has one, is that of {@code otherRow} of {@code other}, which has one. */
    boolean same(int row, ColumnWindow other, int otherRow) {
        return sameAt(place(row), other, other.place(otherRow));
    }

    private boolean sameAt(int place, ColumnWindow other, int otherPlace) {
        int at = start(place);
        int otherAt = other.start(otherPlace);
        return Arrays.equals(
                data().bytes(),
                at,
                at + length(place),
                other.data().bytes(),
                otherAt,
                otherAt + other.length(otherPlace));
    }

    /** Returns whether {@code rows} rows from {@code row} on have a value or none, and the same, as those of {@code other}. */
    boolean sameRun(int row, ColumnWindow other, int otherRow, int rows) {
        int count = 0;
        for (int i = 0; i < rows; i++) {
            boolean has = has(row + i);
            if (has != other.has(otherRow + i)) {
                return false;
            }
            count += has ? 1 : 0;
        }
        if (count == 0) {
            return true;
        }
        int place = place(row);
        int otherPlace = other.place(otherRow);
        if (values.layout() == Layout.FIXED && other.values.layout() == Layout.FIXED) {
            int width = values.width();
            return width == other.values.width()
                    && Arrays.equals(
                            values.bytes(),
                            place * width,
                            (place + count) * width,
                            other.values.bytes(),
                            otherPlace * width,
                            (otherPlace + count) * width);
        }
        for (int i = 0; i < count; i++) {
            if (!sameAt(place + i, other, otherPlace + i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the value of {@code row} for messages, {@code null} if it has none. */
    String text(int row, SchemaElement schema) {
        if (!has(row)) {
            return "null";
        }
        int place = place(row);
        return ValueText.of(schema, data().bytes(), start(place), length(place));
    }

    private FlatValues data() {
        return values.layout() == Layout.INDEX ? dictionary : values;
    }

    private int entry(int place) {
        return values.layout() == Layout.INDEX ? values.ints()[place] : place;
    }

    private int start(int place) {
        FlatValues data = data();
        return data.layout() == Layout.BINARY ? data.ints()[entry(place)] : entry(place) * data.width();
    }

    private int length(int place) {
        FlatValues data = data();
        int entry = entry(place);
        return data.layout() == Layout.BINARY ? data.ints()[entry + 1] - data.ints()[entry] : data.width();
    }

    @Override
    public void close() {
        window.close();
        opened.close();
        values.close();
        dictionary.close();
        hasSlab.close();
        rankSlab.close();
    }
}
