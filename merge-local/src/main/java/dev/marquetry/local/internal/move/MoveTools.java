/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.FlatValues;
import dev.marquetry.local.internal.page.FlatValues.Layout;
import dev.marquetry.local.internal.page.IndexCoding;
import dev.marquetry.local.internal.page.ValueDecoder;
import dev.marquetry.local.internal.page.ValueEncoder;
import dev.marquetry.local.internal.page.ValueStatistics;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.ChunkPages;
import dev.marquetry.local.internal.read.ChunkWindow;
import dev.marquetry.local.internal.read.DecodedPage;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.read.SourceFile;
import dev.marquetry.local.internal.read.WorkerCodecs;
import java.io.IOException;
import java.util.List;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/** The buffers and codecs of one worker, shared by its ways of moving. Not thread-safe. */
final class MoveTools implements AutoCloseable {
    final MergePlan plan;
    final MoveRule rule;
    final MergeControl control;
    final ChunkWindow window;
    final WorkerCodecs codecs;
    final DecodedPage opened;
    final FlatValues values;
    final FlatValues picked;
    final FlatValues resolved;
    final FlatValues dictionary;
    final DictionaryUnion union;
    final ByteSlab present;
    final IntSlab pieces;
    final ByteSlab has;
    final IntSlab ranks;
    final ChunkBuilder builder;

    MoveTools(MergePlan plan, MoveRule rule, MemoryBudget budget, Place place, MergeControl control) {
        this.plan = plan;
        this.rule = rule;
        this.control = control;
        window = new ChunkWindow(budget, place);
        codecs = new WorkerCodecs(budget, place);
        opened = new DecodedPage(budget, place, codecs);
        values = new FlatValues(budget, place);
        picked = new FlatValues(budget, place);
        resolved = new FlatValues(budget, place);
        dictionary = new FlatValues(budget, place);
        union = new DictionaryUnion(budget, place);
        present = new ByteSlab(budget, place);
        pieces = new IntSlab(budget, place);
        has = new ByteSlab(budget, place);
        ranks = new IntSlab(budget, place);
        builder = new ChunkBuilder(budget, place, codecs);
    }

    /** Returns the codec of a chunk of {@code column} that draws from {@code first} and perhaps others. */
    CompressionCodec codec(OutputColumn column, ColumnMetaData first) {
        return plan.codec(column).orElse(first.getCodec());
    }

    /** Returns about how many bytes {@code usedRows} of the chunk's rows have, as stored; all of them if there are more. */
    static long usedBytes(SourceChunk chunk, int usedRows) {
        double share = usedRows / (double) Math.max(1, chunk.rows());
        return Math.round(chunk.meta().getTotal_compressed_size() * Math.min(1, share));
    }

    /** Returns the facts of a page that holds {@code picked}, which may be indices into {@code entries}, and nulls. */
    PageFacts facts(ValueStatistics statistics, int rows, @Nullable FlatValues entries) {
        return facts(statistics, rows, picked.count(), dataBytes(entries));
    }

    /** Returns the facts of a page that holds {@code count} values, which are no BYTE_ARRAYs, and nulls. */
    static PageFacts facts(ValueStatistics statistics, int rows, int count) {
        return facts(statistics, rows, count, -1);
    }

    private static PageFacts facts(ValueStatistics statistics, int rows, int count, long dataBytes) {
        boolean known = count > 0 && statistics.hasMinMax();
        return new PageFacts(
                rows,
                rows - count,
                known ? statistics.min() : null,
                known ? statistics.max() : null,
                true,
                statistics.nanCount(),
                dataBytes);
    }

    private long dataBytes(@Nullable FlatValues entries) {
        if (entries == null) {
            boolean binary = picked.layout() == Layout.BINARY;
            return binary ? picked.dataBytes() - 4L * picked.count() : -1;
        } else if (entries.layout() != Layout.BINARY) {
            return -1;
        }
        long bytes = 0;
        int[] indices = picked.ints();
        int[] offsets = entries.ints();
        for (int i = 0; i < picked.count(); i++) {
            bytes += offsets[indices[i] + 1] - offsets[indices[i]];
        }
        return bytes;
    }

    static int indexWidth(FlatValues entries) {
        return Math.max(1, IndexCoding.bitWidth(Math.max(0, entries.count() - 1)));
    }

    /** Returns {@code wanted} if values of the column can be encoded so, else PLAIN. */
    static Encoding encoding(SchemaElement schema, Encoding wanted) {
        return ValueEncoder.supports(schema.getType(), wanted) ? wanted : Encoding.PLAIN;
    }

    static void reset(FlatValues values, SchemaElement schema, Encoding encoding) {
        values.reset(
                ValueDecoder.layout(schema.getType(), encoding),
                ValueDecoder.width(schema.getType(), schema.getType_length()));
    }

    /** Makes {@link #dictionary} that of the chunk; empty if it has none. */
    void readDictionary(ChunkPages pages) throws IOException {
        if (pages.dictionary() == null) {
            reset(dictionary, pages.chunk().column().schema(), Encoding.PLAIN);
        } else {
            opened.decodeDictionary(pages, pages.dictionary(), dictionary);
        }
    }

    /** Returns a chunk of nothing but nulls. */
    MovedChunk nulls(OutputColumn column, SourceFile file, int rows, ChunkOverflow overflow) throws IOException {
        CompressionCodec inFile = file.file().sizes().codec();
        CompressionCodec codec = plan.codec(column).orElse(inFile == null ? CompressionCodec.UNCOMPRESSED : inFile);
        builder.begin(column, codec, ValueStatistics.Order.NONE, 0, overflow);
        if (column.schema().getType() == Type.BYTE_ARRAY) { // an empty dictionary, for readers of categories want one
            reset(dictionary, column.schema(), Encoding.PLAIN);
            builder.dictionary(column.schema(), dictionary);
        }
        builder.nullPage(false, rows);
        return builder.finish(column, List.of(), false, BoundaryOrder.UNORDERED, null);
    }

    @Override
    public void close() {
        window.close();
        codecs.close();
        opened.close();
        values.close();
        picked.close();
        resolved.close();
        dictionary.close();
        union.close();
        present.close();
        pieces.close();
        has.close();
        ranks.close();
        builder.close();
    }
}
