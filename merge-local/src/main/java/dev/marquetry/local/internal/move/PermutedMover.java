/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.align.RowRuns;
import dev.marquetry.local.internal.page.FlatValues;
import dev.marquetry.local.internal.page.FlatValues.Layout;
import dev.marquetry.local.internal.page.Levels;
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
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * Moves a column whose rows come in another order: all its values, or dictionary indices while every page has them, are
 * decoded side by side and picked row by row. One per chunk.
 *
 * <p>{@code positions[row - base]} is the place of a row's value among them, -1 for null rows.
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
    private int base;
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
        values = tools.values;
        spare = tools.resolved;
    }

    MovedChunk move(ChunkOverflow overflow) throws IOException {
        boolean[] used = usedGroups();
        int first = 0;
        while (first < used.length && !used[first]) {
            first++;
        }
        if (first == used.length) {
            return tools.nulls(column, file, runs.rows(), overflow);
        }
        BloomFilterPlace bloomFilter = load(used, first);
        SourceChunk firstChunk = file.chunk(first, column.source());
        CompressionCodec codec = tools.codec(firstChunk.meta());
        tools.builder.begin(column, codec, statistics.order(), firstChunk.meta().getTotal_compressed_size(), overflow);
        FlatValues entries = indexed ? entries() : null;
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

    private boolean[] usedGroups() {
        boolean[] used = new boolean[file.file().rowGroups()];
        int[] map = runs.map();
        int group = 0;
        for (int row = 0; row < runs.rows(); row++) {
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
        while (!used[last]) {
            last--;
        }
        base = file.firstRow(first);
        int span = file.firstRow(last + 1) - base;
        Arrays.fill(tools.positions.ensure(span), 0, span, -1);
        united = first < last;
        BloomFilterPlace bloomFilter = null;
        for (int g = first; g <= last; g++) {
            if (used[g]) {
                ChunkPages pages = new ChunkPages(tools.window, file.chunk(g, column.source()));
                bloomFilter = united ? null : new ChunkIndexReader(pages.chunk()).bloomFilter();
                loadChunk(pages, g == first);
            }
        }
        return bloomFilter;
    }

    private void loadChunk(ChunkPages pages, boolean isFirst) throws IOException {
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
            tools.opened.open(pages, page);
            int from = values.count();
            loadPage(pages, page, remapBegin);
            place(page, from);
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

    private void place(Page page, int from) {
        int[] positions = tools.positions.array();
        int at = page.firstRow() - base;
        int value = from;
        if (tools.opened.valueCount() == page.rows()) {
            for (int i = 0; i < page.rows(); i++) {
                positions[at + i] = value++;
            }
        } else {
            byte[] present = tools.opened.present();
            for (int i = 0; i < page.rows(); i++) {
                if (Levels.get(present, i)) {
                    positions[at + i] = value++;
                }
            }
        }
    }

    private void writePage(int row, int rows, @Nullable FlatValues entries) throws IOException {
        byte[] present = tools.present.zeroed((rows + 7) / 8 + 8);
        int[] index = tools.pieces.ensure(rows);
        int[] map = runs.map();
        int[] positions = tools.positions.array();
        int count = 0;
        for (int i = 0; i < rows; i++) {
            int from = map[row + i];
            int position = from < 0 ? -1 : positions[from - base];
            int has = position >>> 31 ^ 1;
            index[count] = position;
            count += has;
            present[i >>> 3] |= (byte) (has << (i & 7));
        }
        if (count == 0) {
            tools.builder.nullPage(v2, rows);
            return;
        }
        tools.picked.reset(values.layout(), values.width());
        tools.picked.appendGather(values, index, 0, count);
        statistics.reset();
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
}
