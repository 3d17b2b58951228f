/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.validate;

import dev.marquetry.InvalidInputException;
import dev.marquetry.ValidationReport.Kind;
import dev.marquetry.local.internal.align.RowRuns;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.read.SourceFile;
import dev.marquetry.local.internal.read.WorkerCodecs;
import java.io.IOException;
import java.util.function.IntFunction;

/**
 * Compares a column chunk of the output with the rows of the input that it should hold, value by value. Where rows come in
 * order both sides are read page by page, once. Where they do not, a stretch of the output is held while the input passes
 * by stretch by stretch, so that any column fits any memory. One per worker; not thread-safe.
 */
final class ChunkComparer implements AutoCloseable {
    /** Values of one chunk that are told one by one. */
    private static final int MOST_TOLD = 5;

    private final MergeControl control;
    private final Findings findings;
    private final IntFunction<String> keys;
    private final long stretchBytes;
    private final WorkerCodecs codecs;
    private final ColumnWindow output;
    private final ColumnWindow input;
    private final SameBytes sameBytes;
    private long different;

    /** What is compared: a chunk of an output column, and the input that has its rows. */
    private record Task(OutputColumn column, SourceChunk chunk, SourceFile source, RowRuns runs) {
        /** Returns the row of the output that the chunk begins with. */
        int begin() {
            return chunk.firstRow();
        }

        long stretchBytes(long picked) {
            return runs.isOrdered() ? 0 : picked;
        }
    }

    ChunkComparer(
            MemoryBudget budget,
            Place place,
            MergeControl control,
            long stretchBytes,
            Findings findings,
            IntFunction<String> keys) {
        this.control = control;
        this.findings = findings;
        this.keys = keys;
        this.stretchBytes = stretchBytes;
        codecs = new WorkerCodecs(budget, place);
        output = new ColumnWindow(budget, place, control, codecs);
        input = new ColumnWindow(budget, place, control, codecs);
        sameBytes = new SameBytes(budget, place, control);
    }

    /**
     * Compares {@code chunk}, one of {@code column}, with the rows of {@code source} that {@code runs} tells.
     *
     * @throws InvalidInputException if the input can not be read; what is wrong with the output is told to the findings
     */
    void compare(OutputColumn column, SourceChunk chunk, SourceFile source, RowRuns runs) throws IOException {
        Task task = new Task(column, chunk, source, runs);
        different = 0;
        input.forget();
        SourceChunk twin = SameBytes.twin(chunk, source, column.source(), runs);
        try {
            if (twin != null && sameBytes.are(chunk, twin)) {
                return;
            }
            output.open(chunk);
        } catch (InvalidInputException e) {
            tellUnreadable(task, e);
            return;
        }
        int end = chunk.firstRow() + chunk.rows();
        int run = 0;
        for (int row = chunk.firstRow(); row < end; row = output.end()) {
            try {
                output.load(row, task.stretchBytes(stretchBytes));
            } catch (InvalidInputException e) {
                tellUnreadable(task, e);
                break;
            }
            if (runs.isOrdered()) {
                run = compareRuns(task, run);
            } else {
                comparePicked(task);
            }
        }
        findings.untold(Math.max(0, different - MOST_TOLD));
    }

    private void tellUnreadable(Task task, InvalidInputException e) {
        findings.ofColumn(
                task.column.index(),
                Kind.UNREADABLE,
                task.chunk.file().name(),
                task.column.name(),
                "readable",
                "not: " + e.getMessage());
    }

    /** Compares the stretch of the output at hand; returns the first run that reaches behind it. */
    private int compareRuns(Task task, int firstRun) throws IOException {
        RowRuns runs = task.runs;
        int begin = task.begin();
        int run = firstRun;
        int row = output.from();
        while (row < output.end()) {
            while (run < runs.runs() && begin + runs.target(run) + runs.length(run) <= row) {
                run++;
            }
            int next = run < runs.runs() ? begin + runs.target(run) : Integer.MAX_VALUE;
            if (row < next) {
                int absentEnd = Math.min(next, output.end());
                for (; row < absentEnd; row++) {
                    compareAbsent(task, row);
                }
                continue;
            }
            int sourceRow = runs.source(run) + row - next;
            seek(task, sourceRow);
            int rows = Math.min(next + runs.length(run), output.end()) - row;
            rows = Math.min(rows, input.end() - sourceRow);
            if (!output.sameRun(row, input, sourceRow, rows)) {
                for (int i = 0; i < rows; i++) {
                    compare(task, row + i, sourceRow + i);
                }
            }
            row += rows;
        }
        return run;
    }

    /** Compares the stretch of the output at hand with the input's rows in their own order, wherever they went. */
    private void comparePicked(Task task) throws IOException {
        int[] map = task.runs.map();
        int begin = task.begin();
        int next = Integer.MAX_VALUE;
        for (int row = output.from(); row < output.end(); row++) {
            int sourceRow = map[row - begin];
            if (sourceRow < 0) {
                compareAbsent(task, row);
            } else {
                next = Math.min(next, sourceRow);
            }
        }
        while (next != Integer.MAX_VALUE) {
            control.check();
            seek(task, next);
            next = Integer.MAX_VALUE;
            for (int row = output.from(); row < output.end(); row++) {
                int sourceRow = map[row - begin];
                if (sourceRow >= input.end()) {
                    next = Math.min(next, sourceRow);
                } else if (sourceRow >= input.from()) {
                    compare(task, row, sourceRow);
                }
            }
        }
    }

    /** Sees to it that the input's stretch has {@code row}. */
    private void seek(Task task, int row) throws IOException {
        if (row >= input.from() && row < input.end()) {
            return;
        }
        SourceFile source = task.source;
        SourceChunk wanted = source.chunk(source.groupOf(row), task.column.source());
        if (!input.canReach(wanted, row)) {
            input.open(wanted);
        }
        input.load(row, task.stretchBytes(stretchBytes));
    }

    private void compareAbsent(Task task, int row) {
        if (output.has(row)) {
            differs(task, row, "null", output.text(row, task.chunk.column().schema()));
        }
    }

    private void compare(Task task, int row, int sourceRow) {
        boolean has = output.has(row);
        if (has != input.has(sourceRow) || (has && !output.same(row, input, sourceRow))) {
            boolean told = different < MOST_TOLD;
            String expected = told ? input.text(sourceRow, task.column.source().schema()) : "";
            String found = told ? output.text(row, task.chunk.column().schema()) : "";
            differs(task, row, expected, found);
        }
    }

    private void differs(Task task, int row, String expected, String found) {
        if (++different <= MOST_TOLD) {
            findings.ofValue(
                    task.column.index(),
                    task.source.file().name(),
                    task.column.name(),
                    row,
                    keys.apply(row),
                    expected,
                    found.equals(expected) ? found + " in other bytes" : found);
        }
    }

    @Override
    public void close() {
        output.close();
        input.close();
        sameBytes.close();
        codecs.close();
    }
}
