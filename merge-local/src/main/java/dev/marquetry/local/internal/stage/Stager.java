/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.stage;

import dev.marquetry.local.internal.align.RowMap;
import dev.marquetry.local.internal.align.RowMapStore;
import dev.marquetry.local.internal.align.RowRuns;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.move.MovedChunk;
import dev.marquetry.local.internal.move.NumberChunks;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.ChunkPages;
import dev.marquetry.local.internal.read.ChunkWindow;
import dev.marquetry.local.internal.read.DecodedPage;
import dev.marquetry.local.internal.read.Page;
import dev.marquetry.local.internal.read.SourceFile;
import dev.marquetry.local.internal.read.WorkerCodecs;
import dev.marquetry.local.internal.scratch.ScratchFile;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.local.remote.StagedFile;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/**
 * Makes the form in which files travel: an input's bytes unchanged, then a chunk of spine row numbers for each of its row
 * groups, then a footer of plain types and safe names that leaves the keys out. The input's own footer lies between, where
 * no reader looks: a footer is found from the file's end.
 *
 * <p>A row that belongs to several rows of the spine, for their key stands twice there, has the number of the first of them.
 * Thread-safe; one tail at a time is made.
 */
public final class Stager {
    private static final String CREATED_BY = "marquetry";
    private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
    private static final int SPINE_GROUP_ROWS = 1 << 20;

    private final MergePlan plan;
    private final List<RowMap> rowMaps;
    private final @Nullable RowMap firstRows;
    private final Predicate<URI> isPartial;
    private final RowMapStore store;
    private final ScratchFolder scratch;
    private final MemoryBudget budget;
    private final Place place;
    private final MergeControl control;
    private int spines;

    /**
     * Prepares to stage the files of {@code plan}.
     *
     * @param firstRows null if no key stands twice in the spine
     * @param isPartial whether a file is here without the pages that are to travel
     */
    public Stager(
            MergePlan plan,
            List<RowMap> rowMaps,
            @Nullable RowMap firstRows,
            Predicate<URI> isPartial,
            RowMapStore store,
            ScratchFolder scratch,
            MemoryBudget budget,
            Place place,
            MergeControl control) {
        this.control = control;
        this.plan = plan;
        this.rowMaps = rowMaps;
        this.firstRows = firstRows;
        this.isPartial = isPartial;
        this.store = store;
        this.scratch = scratch;
        this.budget = budget;
        this.place = place;
    }

    /** Writes the staged spine into a scratch file of its own and returns it. */
    public synchronized Path spine() throws IOException {
        List<SchemaElement> columns = new ArrayList<>();
        columns.add(NumberChunks.schema(RemotePlan.ROW, false));
        if (firstRows != null) {
            columns.add(NumberChunks.schema(RemotePlan.KEY, false));
        }
        place.at(plan.spine().name(), "");
        try (ScratchFile file = scratch.create("spine" + spines++);
                NumberChunks chunks = new NumberChunks(budget, place);
                IntSlab numbers = new IntSlab(budget, place);
                RowRuns runs = new RowRuns(budget, place)) {
            ScratchAppender out = new ScratchAppender(file, 0);
            out.write(MAGIC);
            List<List<ColumnMetaData>> groups = new ArrayList<>();
            for (int row = 0; row < plan.rows(); row += SPINE_GROUP_ROWS) {
                int rows = Math.min(SPINE_GROUP_ROWS, plan.rows() - row);
                int[] rowNumbers = numbers.ensure(rows);
                List<ColumnMetaData> metas = new ArrayList<>();
                for (SchemaElement column : columns) {
                    if (column.getName().equals(RemotePlan.KEY)) {
                        fillFirstRows(runs, rowNumbers, row, rows);
                    } else {
                        for (int i = 0; i < rows; i++) {
                            rowNumbers[i] = row + i;
                        }
                    }
                    metas.add(append(chunks, column, rowNumbers, 0, rows, out, 0));
                }
                groups.add(metas);
            }
            PlainFooter footer = new PlainFooter(out, columns, plan.rows(), groups.size());
            for (int g = 0; g < groups.size(); g++) {
                footer.rowGroup(groups.get(g), Math.min(SPINE_GROUP_ROWS, plan.rows() - g * SPINE_GROUP_ROWS));
            }
            footer.end(CREATED_BY);
            return file.path();
        }
    }

    private void fillFirstRows(RowRuns runs, int[] numbers, int from, int rows) throws IOException {
        if (firstRows != null) {
            runs.load(store, firstRows, from, from + rows);
            forEachRow(runs, (target, source) -> numbers[target] = source);
        }
    }

    /** Returns feature file {@code f} staged. */
    public synchronized StagedFile stage(int f) throws IOException {
        InputFile file = plan.files().get(f);
        file.refuseChange();
        place.at(file.name(), "");
        ScratchFile tail = scratch.create("tail" + f + "-" + Long.toHexString(System.nanoTime()));
        boolean made = false;
        try (IntSlab slab = new IntSlab(budget, place);
                NumberChunks chunks = new NumberChunks(budget, place)) {
            if (!isPartial.test(file.path().toUri())) {
                verifyPages(f);
            }
            int[] numbers = numbers(f, slab);
            writeTail(f, file, numbers, chunks, tail);
            made = true;
            return new TailedFile(file, tail);
        } finally {
            if (!made) {
                tail.close();
            }
        }
    }

    /** Reads every page that is to travel and checks it against its checksum, which the other side may not do. */
    private void verifyPages(int f) throws IOException {
        try (SourceFile source = new SourceFile(plan.files().get(f));
                ChunkWindow window = new ChunkWindow(budget, place);
                WorkerCodecs codecs = new WorkerCodecs(budget, place);
                DecodedPage opened = new DecodedPage(budget, place, codecs)) {
            for (int g = 0; g < source.file().rowGroups(); g++) {
                for (OutputColumn column : plan.columnsOf(f)) {
                    control.check();
                    place.at(source.file().name(), column.source().name());
                    ChunkPages pages = new ChunkPages(window, source.chunk(g, column.source()));
                    if (pages.dictionary() != null) {
                        opened.verify(pages, pages.dictionary());
                    }
                    for (Page page = pages.next(); page != null; page = pages.next()) {
                        opened.verify(pages, page);
                    }
                }
                source.forgetBefore(g + 1);
            }
        }
    }

    /** Returns for each row of file {@code f} the spine row that it belongs to, or -1. */
    private int[] numbers(int f, IntSlab slab) throws IOException {
        int rows = plan.files().get(f).rows();
        int[] numbers = slab.ensure(rows);
        Arrays.fill(numbers, 0, rows, -1);
        try (RowRuns runs = new RowRuns(budget, place)) {
            for (int from = 0; from < plan.rows(); from += SPINE_GROUP_ROWS) {
                int begin = from;
                runs.load(store, rowMaps.get(f - 1), from, Math.min(plan.rows(), from + SPINE_GROUP_ROWS));
                forEachRow(runs, (target, source) -> {
                    if (numbers[source] < 0) {
                        numbers[source] = begin + target;
                    }
                });
            }
        }
        return numbers;
    }

    private interface Pair {
        void take(int target, int source);
    }

    private static void forEachRow(RowRuns runs, Pair pair) {
        if (!runs.isOrdered()) {
            int[] map = runs.map();
            for (int row = 0; row < runs.rows(); row++) {
                if (map[row] >= 0) {
                    pair.take(row, map[row]);
                }
            }
            return;
        }
        for (int r = 0; r < runs.runs(); r++) {
            for (int i = 0; i < runs.length(r); i++) {
                pair.take(runs.target(r) + i, runs.source(r) + i);
            }
        }
    }

    private void writeTail(int f, InputFile file, int[] numbers, NumberChunks chunks, ScratchFile tail)
            throws IOException {
        List<OutputColumn> carried = plan.columnsOf(f);
        SchemaElement rowColumn = NumberChunks.schema(RemotePlan.ROW, true);
        List<SchemaElement> columns = new ArrayList<>();
        columns.add(rowColumn);
        for (OutputColumn column : carried) {
            columns.add(plain(column));
        }
        ScratchAppender out = new ScratchAppender(tail, 0);
        List<ColumnMetaData> rowChunks = new ArrayList<>();
        int row = 0;
        for (int g = 0; g < file.rowGroups(); g++) {
            long inputBytes = file.stamp().bytes();
            rowChunks.add(append(chunks, rowColumn, numbers, row, file.rows(g), out, inputBytes));
            row += file.rows(g);
        }
        PlainFooter footer = new PlainFooter(out, columns, file.rows(), file.rowGroups());
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            for (int g = 0; g < file.rowGroups(); g++) {
                List<ColumnChunk> described = file.readChunks(channel, g);
                List<ColumnMetaData> metas = new ArrayList<>();
                metas.add(rowChunks.get(g));
                for (int c = 0; c < carried.size(); c++) {
                    ColumnMetaData meta =
                            described.get(carried.get(c).source().index()).getMeta_data();
                    metas.add(plain(meta, columns.get(c + 1)));
                }
                footer.rowGroup(metas, file.rows(g));
            }
        }
        footer.end(CREATED_BY);
    }

    /** Appends a chunk and returns its description in a file in which {@code out} begins at {@code base}. */
    private static ColumnMetaData append(
            NumberChunks chunks,
            SchemaElement column,
            int[] numbers,
            int from,
            int rows,
            ScratchAppender out,
            long base)
            throws IOException {
        long at = out.position();
        MovedChunk chunk = chunks.write(column, numbers, from, rows, (bytes, length) -> out.write(bytes, 0, length));
        chunk.placeAt(base + at);
        chunk.meta().setPath_in_schema(List.of(column.getName()));
        return chunk.meta();
    }

    /** Returns the column under its staged name and without a meaning: numbers are numbers, all else is bytes. */
    private static SchemaElement plain(OutputColumn column) {
        SchemaElement source = column.source().schema();
        SchemaElement plain = new SchemaElement("c" + column.index());
        plain.setRepetition_type(source.getRepetition_type());
        if (source.getType() == Type.INT96) { // whose values lie in pages just as bytes of this length do
            plain.setType(Type.FIXED_LEN_BYTE_ARRAY);
            plain.setType_length(12);
        } else {
            plain.setType(source.getType());
            if (source.getType() == Type.FIXED_LEN_BYTE_ARRAY) {
                plain.setType_length(source.getType_length());
            }
        }
        return plain;
    }

    /** Returns a description without bounds and indexes, which mean something under the column's own type only. */
    private static ColumnMetaData plain(ColumnMetaData meta, SchemaElement column) {
        meta.setType(column.getType());
        meta.setPath_in_schema(List.of(column.getName()));
        meta.unsetStatistics();
        meta.unsetKey_value_metadata();
        meta.unsetBloom_filter_offset();
        meta.unsetBloom_filter_length();
        meta.unsetSize_statistics();
        meta.unsetGeospatial_statistics();
        return meta;
    }
}
