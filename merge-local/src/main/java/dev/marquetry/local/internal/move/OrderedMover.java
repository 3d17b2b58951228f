/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.align.RowRuns;
import dev.marquetry.local.internal.page.FlatValues;
import dev.marquetry.local.internal.page.Levels;
import dev.marquetry.local.internal.page.ValueStatistics;
import dev.marquetry.local.internal.page.ValueStatistics.Order;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.BloomFilterPlace;
import dev.marquetry.local.internal.read.ChunkIndexReader;
import dev.marquetry.local.internal.read.ChunkPages;
import dev.marquetry.local.internal.read.Page;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.read.SourceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * Moves a column whose rows come in the spine's order, page by page: a page whose rows form one run goes through as it is,
 * a page all of whose rows are used gets new levels around its values, any other is decoded.
 *
 * <p>One per chunk. Gaps between pages become null pages where that spares a page from being rebuilt.
 */
final class OrderedMover {
    /** A longer gap before a page is always worth a null page of its own. */
    private static final int LONG_GAP = 4096;

    /**
     * Encodings of pages that writers put behind those with indices and never before: DuckDB 2.0.0 misreads indices behind them,
     * and spoils other columns meanwhile.
     */
    private static final Set<Encoding> LAST = EnumSet.of(
            Encoding.DELTA_BINARY_PACKED,
            Encoding.DELTA_LENGTH_BYTE_ARRAY,
            Encoding.DELTA_BYTE_ARRAY,
            Encoding.BYTE_STREAM_SPLIT);

    /** How the indices of dictionary-encoded pages go into the output. */
    private enum Dictionary {
        /** Unchanged: all pages come from one chunk, or from chunks with the same dictionary. */
        KEPT,
        /** Through {@link DictionaryUnion#remap}. */
        UNITED,
        /** As values: the dictionaries are too large together, or an earlier chunk has pages of {@link #LAST}. */
        RESOLVED
    }

    private final MoveTools tools;
    private final SourceFile file;
    private final OutputColumn column;
    private final RowRuns runs;
    private final MoveRule rule;
    private final ValueStatistics statistics;
    private final List<SourceChunk> chunks = new ArrayList<>();
    private final int[] remapBegin;
    private Dictionary mode = Dictionary.KEPT;
    private CompressionCodec codec = CompressionCodec.UNCOMPRESSED;
    private BoundaryOrder boundaryOrder = BoundaryOrder.UNORDERED;
    private boolean dictionaryRead;
    private boolean gathered;
    private boolean lastV2;
    private int run;
    private int runOffset;
    private int target;
    private long usedRows;

    OrderedMover(MoveTools tools, SourceFile file, OutputColumn column, RowRuns runs) throws IOException {
        this.tools = tools;
        this.file = file;
        this.column = column;
        this.runs = runs;
        InputColumn source = column.source();
        rule = source.isRestored() ? MoveRule.GATHER : tools.rule;
        statistics = new ValueStatistics(ValueStatistics.order(source.schema(), source.order()));
        if (runs.runs() > 0) {
            int last = runs.runs() - 1;
            int end = file.groupOf(runs.source(last) + runs.length(last) - 1);
            for (int g = file.groupOf(runs.source(0)); g <= end; g++) {
                SourceChunk chunk = file.chunk(g, source);
                ChunkStatistics.leaveTrue(chunk.meta(), source);
                chunks.add(chunk);
            }
        }
        remapBegin = new int[chunks.size()];
    }

    MovedChunk move(ChunkOverflow overflow) throws IOException {
        if (chunks.isEmpty()) {
            return tools.nulls(column, file, runs.rows(), overflow);
        }
        codec = tools.codec(column, chunks.get(0).meta());
        long sizeHint = chunks.size() == 1 ? MoveTools.usedBytes(chunks.get(0), runs.usedRows()) : 0;
        Order order = statistics.order();
        ChunkBuilder builder = tools.builder;
        builder.begin(column, codec, order, sizeHint, overflow);
        if (chunks.size() > 1) {
            uniteDictionaries();
        }
        BloomFilterPlace bloomFilter = null;
        for (int c = 0; c < chunks.size(); c++) {
            ChunkPages pages = new ChunkPages(tools.window, chunks.get(c));
            if (chunks.size() == 1) {
                bloomFilter = new ChunkIndexReader(chunks.get(c)).bloomFilter();
                passDictionary(pages);
            }
            movePages(pages, c);
        }
        if (target < runs.rows()) {
            builder.nullPage(lastV2, runs.rows() - target);
        }
        long rowsThere = chunks.stream().mapToLong(SourceChunk::rows).sum();
        boolean allUsed = usedRows == rowsThere;
        List<ColumnMetaData> metas = chunks.stream().map(SourceChunk::meta).toList();
        return builder.finish(column, metas, allUsed, gathered ? BoundaryOrder.UNORDERED : boundaryOrder, bloomFilter);
    }

    private void passDictionary(ChunkPages pages) throws IOException {
        Page page = pages.dictionary();
        if (page == null) {
            return;
        }
        if (codec == chunks.get(0).meta().getCodec() && rule.copiesPages()) {
            tools.builder.verbatimDictionary(pages, page);
        } else {
            readDictionary(pages);
            tools.builder.dictionary(column.schema(), tools.dictionary);
        }
    }

    private void readDictionary(ChunkPages pages) throws IOException {
        if (!dictionaryRead) {
            tools.readDictionary(pages);
            dictionaryRead = true;
        }
    }

    private void uniteDictionaries() throws IOException {
        boolean any = false;
        boolean same = true;
        boolean anyLast = false;
        for (int c = 0; c < chunks.size(); c++) {
            ChunkPages pages = new ChunkPages(tools.window, chunks.get(c));
            if (anyLast && pages.dictionary() != null) {
                mode = Dictionary.RESOLVED;
                return;
            }
            anyLast |= !Collections.disjoint(LAST, chunks.get(c).meta().getEncodings());
            tools.readDictionary(pages);
            if (c == 0) {
                tools.union.reset(tools.dictionary.layout(), tools.dictionary.width());
            }
            any |= pages.dictionary() != null;
            remapBegin[c] = tools.union.add(tools.dictionary);
            if (remapBegin[c] < 0) {
                mode = Dictionary.RESOLVED;
                return;
            }
            same &= isIdentity(remapBegin[c], tools.dictionary.count());
        }
        mode = same ? Dictionary.KEPT : Dictionary.UNITED;
        if (any) {
            tools.builder.dictionary(column.schema(), tools.union.entries());
        }
    }

    private boolean isIdentity(int begin, int count) {
        int[] remap = tools.union.remap();
        for (int i = 0; i < count; i++) {
            if (remap[begin + i] != i) {
                return false;
            }
        }
        return true;
    }

    private void movePages(ChunkPages pages, int c) throws IOException {
        dictionaryRead = dictionaryRead && chunks.size() == 1;
        SourceFacts facts = new SourceFacts(pages, statistics.order());
        boundaryOrder = chunks.size() == 1 ? facts.boundaryOrder() : BoundaryOrder.UNORDERED;
        int end = chunks.get(c).firstRow() + chunks.get(c).rows();
        while (run < runs.runs() && nextSource() < end) {
            if (nextSource() > pages.nextRow()) {
                pages.skipTowards(nextSource());
            }
            Page page = pages.next();
            if (page == null) {
                break;
            }
            if (page.endRow() > nextSource()) {
                tools.control.check();
                movePage(pages, facts, page, c);
            }
        }
    }

    private int nextSource() {
        return runs.source(run) + runOffset;
    }

    private void movePage(ChunkPages pages, SourceFacts facts, Page page, int c) throws IOException {
        int last = runs.lastBefore(page.endRow(), run);
        int lastRows = Math.min(runs.length(last), page.endRow() - runs.source(last));
        int begin = runs.target(run) + runOffset;
        int end = runs.target(last) + lastRows;
        int used = usedRows(last, lastRows);
        usedRows += used;
        boolean whole = used == page.rows();
        boolean indicesKept = !page.isDictionaryEncoded() || mode == Dictionary.KEPT;
        boolean sameCodec = codec == pages.chunk().meta().getCodec();
        boolean verbatim =
                whole && run == last && indicesKept && sameCodec && !column.gainsLevels() && rule.copiesPages();
        int gap = begin - target;
        if (gap > 0 && (verbatim || gap >= LONG_GAP)) {
            tools.builder.nullPage(page.isV2(), gap);
            target = begin;
        }
        lastV2 = page.isV2();
        if (verbatim) {
            pass(pages, facts, page);
        } else if (whole && indicesKept && rule.splices()) {
            splice(pages, facts, page, end - target, sameCodec);
        } else {
            gather(pages, page, cut(page, last, lastRows), end - target, c);
        }
        target = end;
        boolean runEnds = lastRows == runs.length(last);
        run = runEnds ? last + 1 : last;
        runOffset = runEnds ? 0 : lastRows;
    }

    /** Returns the rows from here up to {@code lastRows} rows of run {@code last}. */
    private int usedRows(int last, int lastRows) {
        if (runs.isGapless()) {
            return runs.source(last) + lastRows - nextSource();
        }
        int used = lastRows - runOffset;
        for (int r = run; r < last; r++) {
            used += runs.length(r);
        }
        return used;
    }

    /** Lists the parts of runs that lie in {@code page}: row in the page, row in the output chunk, rows. Returns how many. */
    private int cut(Page page, int last, int lastRows) {
        int count = last - run + 1;
        int[] pieces = tools.pieces.ensure(3 * count);
        for (int p = 0; p < count; p++) {
            int skipped = p == 0 ? runOffset : 0;
            pieces[3 * p] = runs.source(run + p) + skipped - page.firstRow();
            pieces[3 * p + 1] = runs.target(run + p) + skipped;
            pieces[3 * p + 2] = (run + p == last ? lastRows : runs.length(run + p)) - skipped;
        }
        return count;
    }

    private void pass(ChunkPages pages, SourceFacts facts, Page page) throws IOException {
        int nulls = column.source().isRequired() ? 0 : facts.nulls(page);
        if (nulls < 0) {
            tools.opened.open(pages, page, 0);
            nulls = page.rows() - tools.opened.valueCount();
        } else {
            tools.opened.verify(pages, page);
        }
        int at = pages.load(page);
        tools.builder.verbatim(pages.bytes(), at, page, facts.of(page, page.rows(), nulls));
    }

    private void splice(ChunkPages pages, SourceFacts facts, Page page, int rows, boolean sameCodec)
            throws IOException {
        tools.opened.open(pages, page, 4 + Levels.maxEncodedLength(rows));
        byte[] present = tools.present.ensure((rows + 7) / 8 + 8);
        if (tools.opened.valueCount() == page.rows()) {
            Levels.copyBits(runs.present(), target, present, 0, rows);
        } else {
            Levels.spread(tools.opened.present(), runs.present(), target, rows, present);
        }
        PageFacts moved = facts.of(page, rows, rows - tools.opened.valueCount());
        if (page.isV2() && sameCodec) {
            tools.builder.storedPage(present, page, pages.bytes(), tools.opened, moved);
        } else {
            tools.opened.decompressValues(pages, page);
            tools.builder.splicedPage(page.isV2(), present, page.encoding(), tools.opened, moved);
        }
    }

    private byte[] presentRows(int count, int rows) {
        byte[] present = tools.present.zeroed((rows + 7) / 8 + 8);
        int[] pieces = tools.pieces.array();
        for (int p = 0; p < count; p++) {
            Levels.copyBits(
                    tools.opened.present(), pieces[3 * p], present, pieces[3 * p + 1] - target, pieces[3 * p + 2]);
        }
        return present;
    }

    private void gather(ChunkPages pages, Page page, int count, int rows, int c) throws IOException {
        gathered = true;
        boolean indexed = page.isDictionaryEncoded();
        if (indexed) {
            readDictionary(pages);
        }
        tools.opened.open(pages, page, 0);
        byte[] present = presentRows(count, rows);
        SchemaElement schema = column.source().schema();
        MoveTools.reset(tools.values, schema, page.encoding());
        tools.opened.decodeInto(pages, page, tools.values, tools.dictionary.count());
        FlatValues entries = indexed ? entries(c) : null;
        FlatValues from = tools.values;
        if (indexed && mode == Dictionary.RESOLVED) {
            tools.resolved.reset(tools.dictionary.layout(), tools.dictionary.width());
            tools.resolved.appendResolved(tools.values, 0, tools.values.count(), tools.dictionary);
            from = tools.resolved;
            entries = null;
        }
        pick(from, count);
        write(page, present, rows, schema, entries);
    }

    /** Returns the dictionary that indices point into in the output, having mapped those in hand to it. */
    private @Nullable FlatValues entries(int c) {
        if (mode != Dictionary.UNITED) {
            return mode == Dictionary.KEPT ? tools.dictionary : null;
        }
        int[] remap = tools.union.remap();
        int[] indices = tools.values.ints();
        for (int i = 0; i < tools.values.count(); i++) {
            indices[i] = remap[remapBegin[c] + indices[i]];
        }
        return tools.union.entries();
    }

    private void pick(FlatValues from, int count) {
        tools.picked.reset(from.layout(), from.width());
        int[] pieces = tools.pieces.array();
        byte[] had = tools.opened.present();
        int row = 0;
        int value = 0;
        for (int p = 0; p < count; p++) {
            value += Levels.count(had, row, pieces[3 * p]);
            row = pieces[3 * p] + pieces[3 * p + 2];
            int end = value + Levels.count(had, pieces[3 * p], row);
            tools.picked.appendRange(from, value, end);
            value = end;
        }
    }

    private void write(Page page, byte[] present, int rows, SchemaElement schema, @Nullable FlatValues entries)
            throws IOException {
        int values = tools.picked.count();
        statistics.reset();
        Encoding encoding = page.encoding();
        int width = 0;
        if (entries != null) {
            statistics.updateIndexed(tools.picked, 0, values, entries);
            width = MoveTools.indexWidth(entries);
        } else {
            statistics.update(tools.picked, 0, values);
            encoding = page.isDictionaryEncoded() ? Encoding.PLAIN : MoveTools.encoding(schema, encoding);
        }
        tools.builder.page(
                page.isV2(), present, schema, encoding, width, tools.picked, tools.facts(statistics, rows, entries));
    }
}
