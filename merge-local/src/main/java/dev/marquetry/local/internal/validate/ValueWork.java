/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.validate;

import dev.marquetry.ValidationReport;
import dev.marquetry.ValidationReport.Depth;
import dev.marquetry.local.internal.align.RowMap;
import dev.marquetry.local.internal.align.RowMapStore;
import dev.marquetry.local.internal.align.RowRuns;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.limits.ProgressMeter;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.read.SourceFile;
import dev.marquetry.local.internal.source.Input;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The values to be compared, which any number of threads share out: file by file, row group by row group, a stretch of columns
 * at a time; of a sample, chunk by chunk. {@link #work} is thread-safe.
 */
public final class ValueWork {
    /** Column chunks of which a sample has the values, spread evenly over the files; of every file one at least. */
    private static final int SAMPLED_CHUNKS = 1024;

    private static final int COLUMNS_AT_ONCE = 64;

    /** Columns {@code [first, end)} of those of a file, in a row group of the output. */
    private record Unit(int file, int group, int first, int end, boolean isLastOfFile) {}

    private final MergePlan plan;
    private final List<RowMap> rowMaps;
    private final RowMapStore store;
    private final InputFile output;
    private final ChunkTable chunks;
    private final List<@Nullable InputColumn> pairs;
    private final Depth depth;
    private final Findings findings;
    private final IntFunction<String> keys;
    private final MemoryBudget budget;
    private final MergeControl control;
    private final ProgressMeter progress;
    private final int[] firstRow;
    private final BitSet compared = new BitSet();
    private long values;
    private long stretchBytes;
    private int file;
    private long next;

    /**
     * Begins with nothing compared.
     *
     * @param rowMaps that of feature file {@code f + 1} at {@code f}
     * @param pairs for each column of the plan the output's, or null if its values are not compared
     * @param keys gives a row's key for messages
     */
    public ValueWork(
            MergePlan plan,
            List<RowMap> rowMaps,
            RowMapStore store,
            InputFile output,
            ChunkTable chunks,
            List<@Nullable InputColumn> pairs,
            Depth depth,
            Findings findings,
            IntFunction<String> keys,
            MemoryBudget budget,
            MergeControl control,
            ProgressMeter progress) {
        this.plan = plan;
        this.rowMaps = rowMaps;
        this.store = store;
        this.output = output;
        this.chunks = chunks;
        this.pairs = pairs;
        this.depth = depth;
        this.findings = findings;
        this.keys = keys;
        this.budget = budget;
        this.control = control;
        this.progress = progress;
        firstRow = new int[output.rowGroups() + 1];
        for (int g = 0; g < output.rowGroups(); g++) {
            firstRow[g + 1] = firstRow[g] + output.rows(g);
        }
    }

    /** Returns how many of {@code threads} fit what is left of the budget, one at least; to be asked before they work. */
    public int threads(int threads) {
        long left = budget.limit() - budget.used();
        long largest = output.sizes().maxUncompressed();
        for (InputFile input : plan.files()) {
            largest = Math.max(largest, input.sizes().maxUncompressed());
        }
        long window = Math.max(256 << 10, Math.min(4 << 20, budget.limit() / 16));
        long maps = 20L * output.rows() / Math.max(1, output.rowGroups());
        long each = 2 * window + maps + Math.min(4 * largest, left / 2) + (2 << 20);
        int fit = (int) Math.max(1, Math.min(threads, left / each));
        stretchBytes = Math.max(64 << 10, left / fit / 12);
        return fit;
    }

    /** Compares until nothing is left to be compared. */
    public void work(Place place) throws IOException {
        try (Input open = output.open();
                ChunkComparer comparer = new ChunkComparer(budget, place, control, stretchBytes, findings, keys);
                RowRuns runs = new RowRuns(budget, place);
                OpenInput input = new OpenInput()) {
            for (Unit unit = take(); unit != null; unit = take()) {
                control.check();
                compare(unit, open, comparer, runs, input.of(plan.files().get(unit.file)), place);
            }
        }
    }

    private void compare(Unit unit, Input open, ChunkComparer comparer, RowRuns runs, SourceFile source, Place place)
            throws IOException {
        int from = firstRow[unit.group];
        int to = firstRow[unit.group + 1];
        if (unit.file == 0) {
            runs.identity(from, to);
        } else {
            runs.load(store, rowMaps.get(unit.file - 1), from, to);
        }
        long bytes = 0;
        List<OutputColumn> columns = plan.columnsOf(unit.file).subList(unit.first, unit.end);
        for (OutputColumn column : columns) {
            InputColumn pair = pairs.get(column.index());
            if (pair != null) {
                place.at(source.file().name(), column.name());
                control.check();
                SourceChunk chunk = chunks.chunk(open, output, unit.group, pair, from);
                comparer.compare(column, chunk, source, runs);
                bytes += chunk.meta().getTotal_compressed_size();
                count(column, to - from);
            }
        }
        progress.stretchMoved(bytes, unit.isLastOfFile);
    }

    private synchronized void count(OutputColumn column, int rows) {
        compared.set(column.index());
        values += rows;
    }

    private synchronized @Nullable Unit take() {
        while (file < plan.files().size()) {
            Unit unit = depth == Depth.FULL ? takeStretch() : takeSample();
            if (unit != null) {
                return unit;
            }
            file++;
            next = 0;
        }
        return null;
    }

    private @Nullable Unit takeStretch() {
        int columns = plan.columnsOf(file).size();
        int stretches = (columns + COLUMNS_AT_ONCE - 1) / COLUMNS_AT_ONCE;
        long all = (long) stretches * output.rowGroups();
        if (next >= all) {
            return null;
        }
        int group = (int) (next / stretches);
        int first = (int) (next % stretches) * COLUMNS_AT_ONCE;
        boolean isLast = ++next == all;
        return new Unit(file, group, first, Math.min(columns, first + COLUMNS_AT_ONCE), isLast);
    }

    /** Of the spine all keys come first, which the rest of the sample then leaves out. */
    private @Nullable Unit takeSample() {
        int columns = plan.columnsOf(file).size();
        long all = (long) columns * output.rowGroups();
        long keyChunks = file > 0 ? 0 : (long) plan.request().keys().size() * output.rowGroups();
        long picked = Math.min(all, Math.max(1, SAMPLED_CHUNKS / plan.files().size()));
        while (next < keyChunks + picked) {
            long at = next++;
            boolean isLast = next == keyChunks + picked;
            if (at < keyChunks) {
                String key = plan.request().keys().get((int) (at / output.rowGroups()));
                int column = plan.spine().column(key).orElseThrow().index();
                return new Unit(file, (int) (at % output.rowGroups()), column, column + 1, isLast);
            }
            long chunk = ((at - keyChunks) * all / picked + file) % all;
            int column = (int) (chunk % columns);
            String name = plan.columnsOf(file).get(column).source().name();
            if (file > 0 || !plan.request().keys().contains(name)) {
                return new Unit(file, (int) (chunk / columns), column, column + 1, isLast);
            }
        }
        return null;
    }

    /** Tells {@code report} how much was compared. */
    public synchronized void addTo(ValidationReport.Builder report) {
        report.compared(values, compared.cardinality());
    }

    /** The input that a worker has open. */
    private static final class OpenInput implements AutoCloseable {
        private @Nullable SourceFile open;

        SourceFile of(InputFile file) throws IOException {
            SourceFile at = open;
            if (at == null || at.file() != file) {
                close();
                at = new SourceFile(file);
                open = at;
            }
            return at;
        }

        @Override
        public void close() throws IOException {
            if (open != null) {
                open.close();
                open = null;
            }
        }
    }
}
