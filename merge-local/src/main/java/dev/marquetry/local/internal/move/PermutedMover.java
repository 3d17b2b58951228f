/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.align.RowRuns;
import dev.marquetry.local.internal.page.FlatValues;
import dev.marquetry.local.internal.page.FlatValues.Layout;
import dev.marquetry.local.internal.page.Gather;
import dev.marquetry.local.internal.page.Levels;
import dev.marquetry.local.internal.page.LittleEndian;
import dev.marquetry.local.internal.page.ValueDecoder;
import dev.marquetry.local.internal.page.ValueStatistics;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.BloomFilterPlace;
import dev.marquetry.local.internal.read.ChunkIndexReader;
import dev.marquetry.local.internal.read.ChunkPages;
import dev.marquetry.local.internal.read.Page;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.read.SourceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/**
 * Moves a column whose rows come in another order: all its values, or dictionary indices while every page has them, are
 * decoded side by side and picked row by row. One per chunk.
 *
 * <p>Bit {@code row - base} of {@code has} tells whether a row has a value; the place of it among them is the number of bits
 * before, counted from {@code ranks[(row - base) / 64]} on.
 */
final class PermutedMover {
    /** Pages of the output have as many rows as the largest source page, but at least these. */
    private static final int LEAST_PAGE_ROWS = 1_000;

    private final MoveTools tools;
    private final SourceFile file;
    private final OutputColumn column;
    private final RowRuns runs;
    private final SchemaElement schema;
    private final ValueStatistics statistics;
    private FlatValues values;
    private FlatValues spare;
    private boolean indexed;
    private boolean united;
    private Encoding plainEncoding = Encoding.PLAIN;
    private final int width;
    /** Whether values of the column can be picked right into the page. */
    private final boolean takesPlain;
    /** Whether the only page's values are picked from where they were decompressed. */
    private boolean inPlace;

    private int base;
    private boolean complete;
    private int pageRows = LEAST_PAGE_ROWS;
    private boolean v2;
    private boolean anyPage;

    PermutedMover(MoveTools tools, SourceFile file, OutputColumn column, RowRuns runs) {
        this.tools = tools;
        this.file = file;
        this.column = column;
        this.runs = runs;
        schema = column.source().schema();
        statistics = new ValueStatistics(
                ValueStatistics.order(schema, column.source().order()));
        width = ValueDecoder.width(schema.getType(), schema.getType_length());
        takesPlain = width > 0 && schema.getType() != Type.BOOLEAN && statistics.takesPlain();
        values = tools.values;
        spare = tools.resolved;
    }

    MovedChunk move(ChunkOverflow overflow) throws IOException {
        if (runs.usedRows() == 0) {
            return tools.nulls(column, file, runs.rows(), overflow);
        }
        int first = file.groupOf(runs.least());
        boolean[] used = usedGroups(first);
        BloomFilterPlace bloomFilter = load(used, first);
        SourceChunk firstChunk = file.chunk(first, column.source());
        CompressionCodec codec = tools.codec(column, firstChunk.meta());
        tools.builder.begin(
                column, codec, statistics.order(), MoveTools.usedBytes(firstChunk, runs.usedRows()), overflow);
        FlatValues entries = indexed && !inPlace ? entries() : null;
        if (entries != null) {
            tools.builder.dictionary(schema, entries);
        }
        List<ColumnMetaData> sources = new ArrayList<>();
        for (int g = first; g < used.length; g++) {
            if (used[g]) {
                ColumnMetaData source = file.chunk(g, column.source()).meta();
                ChunkStatistics.leaveTrue(source, column.source());
                sources.add(source);
            }
        }
        for (int row = 0; row < runs.rows(); row += pageRows) {
            tools.control.check();
            writePage(row, Math.min(pageRows, runs.rows() - row), entries);
        }
        return tools.builder.finish(column, sources, false, BoundaryOrder.UNORDERED, bloomFilter);
    }

    private boolean[] usedGroups(int first) {
        int last = file.groupOf(runs.greatest());
        boolean[] used = new boolean[last + 1];
        used[first] = true;
        used[last] = true;
        int[] map = runs.map();
        int group = first;
        for (int row = 0; row < runs.rows() && last - first > 1; row++) {
            if (map[row] >= 0) {
                if (map[row] < file.firstRow(group) || map[row] >= file.firstRow(group + 1)) {
                    group = file.groupOf(map[row]);
                }
                used[group] = true;
            }
        }
        return used;
    }

    private @Nullable BloomFilterPlace load(boolean[] used, int first) throws IOException {
        int last = used.length - 1;
        base = file.firstRow(first);
        int span = file.firstRow(last + 1) - base;
        byte[] has = tools.has.zeroed(((span + 63) >>> 6) * 8 + 8);
        united = first < last;
        BloomFilterPlace bloomFilter = null;
        for (int g = first; g <= last; g++) {
            if (used[g]) {
                ChunkPages pages = new ChunkPages(tools.window, file.chunk(g, column.source()));
                bloomFilter = united ? null : new ChunkIndexReader(pages.chunk()).bloomFilter();
                loadChunk(pages, g == first, has);
            }
        }
        rank(has, span);
        return bloomFilter;
    }

    private void rank(byte[] has, int span) {
        int words = (span + 63) >>> 6;
        int[] ranks = tools.ranks.ensure(words);
        int rank = 0;
        for (int w = 0; w < words; w++) {
            ranks[w] = rank;
            rank += Long.bitCount(LittleEndian.getLong(has, 8 * w));
        }
        complete = rank == span;
    }

    private void loadChunk(ChunkPages pages, boolean isFirst, byte[] has) throws IOException {
        tools.readDictionary(pages);
        int remapBegin = -1;
        if (isFirst) {
            indexed = pages.dictionary() != null;
            values.reset(indexed ? Layout.INDEX : tools.dictionary.layout(), tools.dictionary.width());
            tools.union.reset(tools.dictionary.layout(), tools.dictionary.width());
        }
        if (indexed && united) {
            remapBegin = tools.union.add(tools.dictionary);
            if (remapBegin < 0) {
                resolveAll();
            }
        }
        for (Page page = pages.next(); page != null; page = pages.next()) {
            tools.control.check();
            v2 |= !anyPage && page.isV2();
            anyPage = true;
            pageRows = Math.max(pageRows, page.rows());
            tools.opened.open(pages, page, 0);
            inPlace = takesPlain
                    && !united
                    && page.rows() == pages.chunk().rows()
                    && tools.opened.isPlain(pages, page, width);
            if (!inPlace) {
                loadPage(pages, page, remapBegin);
            }
            Levels.copyBits(tools.opened.present(), 0, has, page.firstRow() - base, page.rows());
        }
    }

    private void loadPage(ChunkPages pages, Page page, int remapBegin) throws IOException {
        if (!page.isDictionaryEncoded()) {
            if (indexed) {
                resolveAll();
            }
            plainEncoding = page.encoding();
            tools.opened.decodeInto(pages, page, values, 0);
        } else if (indexed) {
            int from = values.count();
            tools.opened.decodeInto(pages, page, values, tools.dictionary.count());
            if (united) {
                int[] remap = tools.union.remap();
                int[] indices = values.ints();
                for (int i = from; i < values.count(); i++) {
                    indices[i] = remap[remapBegin + indices[i]];
                }
            }
        } else {
            MoveTools.reset(tools.picked, schema, page.encoding());
            tools.opened.decodeInto(pages, page, tools.picked, tools.dictionary.count());
            values.appendResolved(tools.picked, 0, tools.picked.count(), tools.dictionary);
        }
    }

    /** Turns the indices loaded so far into values, for from here on not every page has indices into one dictionary. */
    private void resolveAll() {
        FlatValues entries = entries();
        spare.reset(entries.layout(), entries.width());
        spare.appendResolved(values, 0, values.count(), entries);
        FlatValues indices = values;
        values = spare;
        spare = indices;
        indexed = false;
    }

    private FlatValues entries() {
        return united ? tools.union.entries() : tools.dictionary;
    }

    private void writePage(int row, int rows, @Nullable FlatValues entries) throws IOException {
        byte[] present = tools.present.ensure((rows + 7) / 8 + 8);
        int[] index;
        int from;
        int count;
        if (complete && base == 0 && runs.usedRows() == runs.rows()) {
            index = runs.map();
            from = row;
            count = rows;
            Levels.setBits(present, 0, rows, true);
        } else {
            index = tools.pieces.ensure(rows);
            from = 0;
            count = locate(runs.map(), row, rows, base, tools.has.array(), tools.ranks.array(), present, index);
        }
        if (count == 0) {
            tools.builder.nullPage(v2, rows);
            return;
        }
        statistics.reset();
        if (takesPlain && (inPlace || !indexed && MoveTools.encoding(schema, plainEncoding) == Encoding.PLAIN)) {
            pickPlain(index, from, rows, count, present);
            return;
        }
        tools.picked.reset(values.layout(), values.width());
        tools.picked.appendGather(values, index, from, count);
        if (entries != null) {
            statistics.updateIndexed(tools.picked, 0, count, entries);
        } else {
            statistics.update(tools.picked, 0, count);
        }
        tools.builder.page(
                v2,
                present,
                schema,
                entries != null ? Encoding.RLE_DICTIONARY : MoveTools.encoding(schema, plainEncoding),
                entries != null ? MoveTools.indexWidth(entries) : 0,
                tools.picked,
                tools.facts(statistics, rows, entries));
    }

    private void pickPlain(int[] index, int from, int rows, int count, byte[] present) throws IOException {
        int length = Math.multiplyExact(count, width);
        int at = tools.builder.beginPlain(v2, present, rows, length);
        byte[] out = tools.builder.plainValues();
        byte[] source = inPlace ? tools.opened.raw() : values.bytes();
        Gather.fixed(source, inPlace ? tools.opened.valuesAt() : 0, width, index, from, count, out, at);
        statistics.updatePlain(out, at, count);
        tools.builder.endPlain(v2, at, at + length, MoveTools.facts(statistics, rows, count));
    }

    /**
     * Looks up where the values of rows {@code [row, row + rows)} of the stretch are, into {@code index}, and which rows have
     * one, into {@code present}. Returns how many have.
     */
    private static int locate(
            int[] map, int row, int rows, int base, byte[] has, int[] ranks, byte[] present, int[] index) {
        int count = 0;
        for (int begin = 0; begin < rows; begin += 64) {
            long bits = 0;
            int end = Math.min(64, rows - begin);
            for (int i = 0; i < end; i++) {
                int source = map[row + begin + i];
                if (source >= 0) {
                    int at = source - base;
                    long word = LittleEndian.getLong(has, at >>> 6 << 3);
                    long there = word >>> at & 1;
                    index[count] = ranks[at >>> 6] + Long.bitCount(word & (1L << at) - 1);
                    count += (int) there;
                    bits |= there << i;
                }
            }
            LittleEndian.putLong(present, begin >>> 3, bits);
        }
        return count;
    }
}
