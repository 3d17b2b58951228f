/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.MergeResult.FileMoves;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.local.internal.align.RowMap;
import dev.marquetry.local.internal.align.RowMapStore;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.limits.ProgressMeter;
import dev.marquetry.local.internal.move.MoveRule;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.scratch.Output;
import dev.marquetry.local.internal.scratch.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the output: row group by row group, chunk by chunk in column order, by as many workers as there are. Work is cut
 * into units, a stretch of columns of one file; workers take units in order, prepare them side by side and write them by
 * position. Shared by all workers; thread-safe.
 */
public final class OutputWriter implements AutoCloseable {
    static final byte[] MAGIC = {'P', 'A', 'R', '1'};
    private static final long COPY_UNIT_BYTES = 32 << 20;

    /** Re-arranged columns are taken together up to this size, so that threads seldom wait for each other. */
    private static final long MOVE_UNIT_BYTES = 4 << 20;

    /**
     * A stretch of columns of one file in one row group, or the end of the row group.
     *
     * @param number its place among all units
     * @param group the output row group
     * @param columns its columns, all of one file; none for the end of the row group
     * @param copyFrom the file's row group whose chunks are copied whole, or -1 if they are not
     */
    record Unit(int number, int group, List<OutputColumn> columns, int copyFrom) {
        boolean isEnd() {
            return columns.isEmpty();
        }

        int file() {
            return columns.get(0).file();
        }
    }

    /** What the output should be found to be when it is read again. */
    public record Written(long bytes, int footerCrc) {}

    private final MergePlan plan;
    private final List<RowMap> rowMaps;
    private final RowMapStore store;
    private final MoveRule rule;
    private final MemoryBudget budget;
    private final Place place;
    private final MergeControl control;
    private final ProgressMeter progress;
    private final Output output;
    private final FooterSpill footer;
    private final RowGroupAssembler assembler;
    private final FileTally tally;
    private final Sequencer sequencer;
    private final WriteBack writeBack;
    private final int[] chunksDone;
    private int nextUnit;
    private int group;
    private int file;
    private int column;
    private long groupBegin = MAGIC.length;

    /** Begins the output, in {@code output}. {@code rowMaps.get(f)} is that of feature file {@code f + 1}. */
    public OutputWriter(
            MergePlan plan,
            List<RowMap> rowMaps,
            RowMapStore store,
            MoveRule rule,
            MemoryBudget budget,
            Place place,
            MergeControl control,
            ProgressMeter progress,
            Scratch scratch,
            Output output)
            throws IOException {
        this.plan = plan;
        this.rowMaps = rowMaps;
        this.store = store;
        this.rule = rule;
        this.budget = budget;
        this.place = place;
        this.control = control;
        this.progress = progress;
        this.output = output;
        output.write(0, MAGIC, 0, MAGIC.length);
        Expected expected = Expected.of(plan);
        footer = new FooterSpill(budget, place, scratch, expected);
        assembler = new RowGroupAssembler(plan, budget, place, control, scratch, expected, footer);
        tally = new FileTally(plan);
        sequencer = new Sequencer(MAGIC.length, control);
        chunksDone = new int[plan.files().size()];
        writeBack = new WriteBack(output);
    }

    /** Does one worker's share of the work; returns when no unit is left. */
    public void work(Place place) throws IOException, InterruptedException {
        try (UnitWorker worker = new UnitWorker(this, place)) {
            for (Unit unit = take(); unit != null; unit = take()) {
                control.check();
                worker.execute(unit);
            }
        }
    }

    private synchronized @Nullable Unit take() {
        while (group < plan.rowGroups()) {
            if (file == plan.files().size()) {
                file = 0;
                return new Unit(nextUnit++, group++, List.of(), -1);
            }
            List<OutputColumn> columns = plan.columnsOf(file);
            if (column == columns.size()) {
                column = 0;
                file++;
                continue;
            }
            int begin = column;
            int copyFrom = copyFrom(plan, rule, isIdentical(file), group, columns.get(begin));
            column = copyFrom < 0 ? endOfMove(plan, budget.limit(), group, columns, begin) : endOfCopy(columns, begin);
            return new Unit(nextUnit++, group, columns.subList(begin, column), copyFrom);
        }
        return null;
    }

    /** Returns where in {@code columns}, those of one file, the unit ends that begins at {@code begin} and is not copied. */
    public static int endOfMove(MergePlan plan, long budget, int group, List<OutputColumn> columns, int begin) {
        long most = Math.min(MOVE_UNIT_BYTES, budget / 32);
        boolean keepsPages = plan.keepsPages(columns.get(begin));
        int end = begin + 1;
        while (end < columns.size()
                && plan.keepsPages(columns.get(end)) == keepsPages
                && bytes(plan, group, columns.subList(begin, end + 1)) <= most) {
            end++;
        }
        return end;
    }

    /** Returns about how many bytes {@code columns} of one file have in output row group {@code group}, as stored. */
    public static long bytes(MergePlan plan, int group, List<OutputColumn> columns) {
        InputFile of = plan.files().get(columns.get(0).file());
        List<Long> perColumn = of.sizes().perColumn();
        long bytes = 0;
        for (OutputColumn column : columns) {
            bytes += perColumn.isEmpty() ? 0 : perColumn.get(column.source().index());
        }
        return Math.round(bytes * (double) plan.rowGroupRows(group) / Math.max(plan.rows(), 1));
    }

    private int endOfCopy(List<OutputColumn> columns, int begin) {
        InputFile of = plan.files().get(file);
        long chunks = Math.max(1, (long) of.columns().size() * of.rowGroups());
        long most = Math.max(1, COPY_UNIT_BYTES / Math.max(1, of.sizes().totalCompressed() / chunks));
        int end = begin + 1;
        while (end < columns.size() && end - begin < most && plan.keepsPages(columns.get(end))) {
            end++;
        }
        return end;
    }

    /**
     * Returns the row group of the file of {@code first} whose chunks are those of output row group {@code group}, or -1 if
     * chunks can not be copied whole.
     *
     * @param identical whether the file's rows are the spine's
     */
    public static int copyFrom(MergePlan plan, MoveRule rule, boolean identical, int group, OutputColumn first) {
        if (!identical || !rule.copiesChunks() || !plan.keepsPages(first)) {
            return -1;
        }
        InputFile of = plan.files().get(first.file());
        int row = 0;
        for (int source = 0; source < of.rowGroups() && row <= plan.rowGroupStart(group); source++) {
            if (row == plan.rowGroupStart(group) && of.rows(source) == plan.rowGroupRows(group)) {
                return source;
            }
            row += of.rows(source);
        }
        return -1;
    }

    /** Returns about how many bytes of a budget of {@code budget} all workers together take beside their own. */
    public static long sharedBytes(MergePlan plan, long budget) {
        return Expected.of(plan).bytesInMemory(budget) + 12L * plan.columns().size();
    }

    /** Returns the bytes of a worker's copy buffer. */
    public static int copyBytes(MemoryBudget budget) {
        return (int) Math.max(64 << 10, Math.min(512 << 10, budget.limit() / 64));
    }

    private boolean isIdentical(int f) {
        return f == 0 || rowMaps.get(f - 1).kind() == RowMapKind.IDENTICAL;
    }

    void moved(int f, int g, int columns) {
        writeBack.reached(sequencer.position());
        InputFile of = plan.files().get(f);
        int perGroup = plan.columnsOf(f).size();
        boolean stretch;
        boolean done;
        synchronized (chunksDone) {
            int before = chunksDone[f];
            chunksDone[f] += columns;
            stretch = before / perGroup < chunksDone[f] / perGroup;
            done = chunksDone[f] == perGroup * plan.rowGroups();
        }
        if (g == plan.rowGroups() - 1) {
            progress.columnsMoved(columns);
        }
        if (stretch) {
            long bytes = of.sizes().totalCompressed();
            long share = plan.rows() == 0 ? bytes : Math.round(bytes * ((double) plan.rowGroupRows(g) / plan.rows()));
            progress.stretchMoved(share, done);
        }
    }

    /** Writes what follows the chunks of output row group {@code g}. */
    void endRowGroup(Unit unit) throws IOException, InterruptedException {
        long position = sequencer.await(unit.number());
        long next = assembler.finish(unit.number(), unit.group(), groupBegin, position, output);
        groupBegin = next;
        sequencer.pass(next);
    }

    /**
     * Writes the footer and returns once the whole output is on disk, or sent but for its last piece. Called once, after all workers.
     *
     * @throws IOException if it can not be written
     */
    public Written finish() throws IOException {
        output.beginFooter(sequencer.position());
        OutputStreamAt out = new OutputStreamAt(output, sequencer.position());
        String version = Provenance.version();
        footer.writeTo(out, plan, Provenance.of(plan.origin(), version, budget, place), "marquetry version " + version);
        int crc = out.crc();
        writeBack.close();
        int length = Math.toIntExact(out.position() - sequencer.position());
        byte[] tail = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .put(MAGIC)
                .array();
        output.write(out.position(), tail, 0, tail.length);
        output.sync();
        return new Written(out.position() + tail.length, crc);
    }

    /** Returns how many chunks came about in each way. */
    public Map<Move, Long> moves() {
        return tally.moves();
    }

    /** Returns how each of the request's files came into the output, the spine first. */
    public List<FileMoves> fileMoves() {
        return tally.files();
    }

    MergePlan plan() {
        return plan;
    }

    RowMap rowMap(int f) {
        return rowMaps.get(f - 1);
    }

    RowMapStore store() {
        return store;
    }

    MoveRule rule() {
        return rule;
    }

    MemoryBudget budget() {
        return budget;
    }

    MergeControl control() {
        return control;
    }

    Output output() {
        return output;
    }

    Sequencer sequencer() {
        return sequencer;
    }

    RowGroupAssembler assembler() {
        return assembler;
    }

    FileTally tally() {
        return tally;
    }

    @Override
    public void close() throws IOException {
        try (writeBack;
                footer;
                assembler) {
            // Each is closed whatever happens to the others.
        }
    }
}
