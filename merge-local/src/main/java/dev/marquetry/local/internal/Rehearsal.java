/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import dev.marquetry.MergeException;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.Phase;
import dev.marquetry.local.internal.align.Aligner;
import dev.marquetry.local.internal.align.RowMap;
import dev.marquetry.local.internal.align.RowMapStore;
import dev.marquetry.local.internal.align.RowRuns;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.move.ColumnMover;
import dev.marquetry.local.internal.move.MoveRule;
import dev.marquetry.local.internal.move.MovedChunk;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.plan.Rehearsed;
import dev.marquetry.local.internal.read.SourceFile;
import dev.marquetry.local.internal.write.OutputWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/**
 * Merges the largest columns of a few feature files into nothing, with a ledger of its own: footers do not tell which rows
 * match, and that decides what a merge takes. The files that were not looked at are taken to be like these.
 */
final class Rehearsal {
    /** Feature files that are looked at: the one with the largest chunk, one in the middle and the last. */
    private static final int FILES = 3;

    /** Files that are looked at however long it takes: buffers grow from one to the next, which takes most. */
    private static final int LEAST_FILES = 2;

    /** Nothing more is begun after this but what the first files still need. */
    private static final long ENOUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** The same where inputs are far and most of the time is waiting. */
    private static final long ENOUGH_NANOS_FROM_AFAR = TimeUnit.SECONDS.toNanos(2);

    /** With more rows, reading the keys of two files takes longer than a rehearsal may. */
    private static final int MOST_ROWS = 2_000_000;

    private final MergePlan plan;
    private final MergeControl control;
    private final Place place = new Place(Phase.PLAN);
    private final MemoryBudget aligning;
    private final MemoryBudget moving;
    private final long begin = System.nanoTime();
    private long packedBytes;
    private long matched;
    private long fileRows;
    private int aligned;
    private long copiedBytes;
    private long allBytes;
    private long movedBytes;
    private long movedRawBytes;
    private long gatheredBytes;

    private Rehearsal(MergePlan plan, long budget, MergeControl control) {
        this.plan = plan;
        this.control = control;
        aligning = new MemoryBudget(budget);
        moving = new MemoryBudget(budget);
    }

    /**
     * Rehearses {@code plan} within {@code budget} bytes. Returns null if it can not be done: the files are too long, the
     * budget is too small, or an input is not as it should be, which is for the merge itself to tell.
     */
    static @Nullable Rehearsed of(MergePlan plan, long budget, MergeControl control) {
        if (plan.rows() == 0 || plan.rows() > MOST_ROWS || plan.files().size() == 1) {
            return null;
        }
        try {
            return new Rehearsal(plan, budget, control).run();
        } catch (IOException | MergeException e) {
            control.check();
            return null;
        }
    }

    private @Nullable Rehearsed run() throws IOException {
        long shared;
        long each;
        try (RowMapStore store = RowMapStore.inMemory(aligning);
                Aligner aligner = new Aligner(plan, aligning, place, control, store);
                ColumnMover mover = new ColumnMover(plan, MoveRule.FASTEST, moving, place, control);
                RowRuns runs = new RowRuns(moving, place)) {
            Aligner.Worker worker = aligner.worker(place);
            try (worker) {
                for (int f : chosen()) {
                    if (aligned >= LEAST_FILES && isEnough()) {
                        break;
                    }
                    rehearse(f, worker, store, mover, runs);
                }
            }
            shared = aligning.used() - packedBytes;
            each = Math.max(0, aligning.peak() - packedBytes - shared);
        }
        return new Rehearsed(
                shared,
                each,
                packedBytes / aligned,
                RowMapStore.memoryLimit(moving.limit()),
                moving.peak(),
                OutputWriter.sharedBytes(plan, moving.limit()),
                OutputWriter.copyBytes(moving),
                (double) copiedBytes / Math.max(1, allBytes),
                (double) matched / Math.max(1, fileRows),
                (double) gatheredBytes / Math.max(1, movedBytes),
                (double) movedRawBytes / Math.max(1, movedBytes));
    }

    private boolean isEnough() {
        boolean far = plan.files().stream().anyMatch(file -> file.origin().isFar());
        return System.nanoTime() - begin > (far ? ENOUGH_NANOS_FROM_AFAR : ENOUGH_NANOS);
    }

    private Set<Integer> chosen() {
        List<InputFile> files = plan.files();
        int largest = 1;
        for (int f = 2; f < files.size(); f++) {
            if (files.get(f).sizes().maxUncompressed()
                    > files.get(largest).sizes().maxUncompressed()) {
                largest = f;
            }
        }
        Set<Integer> chosen = new LinkedHashSet<>(List.of(largest));
        for (int i = 1; i < FILES; i++) {
            chosen.add(Math.max(1, i * (files.size() - 1) / (FILES - 1)));
        }
        return chosen;
    }

    private void rehearse(int f, Aligner.Worker worker, RowMapStore store, ColumnMover mover, RowRuns runs)
            throws IOException {
        InputFile file = plan.files().get(f);
        RowMap map = worker.align(f);
        aligned++;
        packedBytes += map.length();
        matched += map.match().matchedRows();
        fileRows += file.rows();
        int group = plan.rowGroups() / 2;
        allBytes += file.sizes().totalCompressed();
        if (!plan.columnsOf(f).isEmpty()
                && OutputWriter.copyFrom(
                                plan,
                                MoveRule.FASTEST,
                                map.kind() == RowMapKind.IDENTICAL,
                                group,
                                plan.columnsOf(f).get(0))
                        >= 0) {
            copiedBytes += file.sizes().totalCompressed();
            return;
        }
        runs.load(store, map, plan.rowGroupStart(group), plan.rowGroupStart(group + 1));
        try (SourceFile source = new SourceFile(file)) {
            for (OutputColumn column : largestOfEachType(f)) {
                if (aligned > LEAST_FILES && isEnough()) {
                    return;
                }
                place.at(file.name(), column.source().name());
                List<OutputColumn> columns = plan.columnsOf(f);
                int first = columns.indexOf(column);
                int end = OutputWriter.endOfMove(plan, moving.limit(), group, columns, first);
                mover.beginUnit(OutputWriter.bytes(plan, group, columns.subList(first, end)));
                MovedChunk chunk = mover.move(source, column, runs, (bytes, length) -> {});
                long bytes = chunk.meta().getTotal_compressed_size();
                movedBytes += bytes;
                movedRawBytes += chunk.meta().getTotal_uncompressed_size();
                gatheredBytes += chunk.move() == Move.GATHERED ? bytes : 0;
            }
        }
    }

    private Collection<OutputColumn> largestOfEachType(int f) {
        List<Long> sizes = plan.files().get(f).sizes().perColumn();
        Map<Type, OutputColumn> largest = new EnumMap<>(Type.class);
        for (OutputColumn column : plan.columnsOf(f)) {
            largest.merge(
                    column.source().schema().getType(),
                    column,
                    (one, other) -> sizes.get(one.source().index())
                                    >= sizes.get(other.source().index())
                            ? one
                            : other);
        }
        List<OutputColumn> columns = new ArrayList<>(largest.values());
        columns.sort((one, other) -> Long.compare(
                sizes.get(other.source().index()), sizes.get(one.source().index())));
        return columns;
    }
}
