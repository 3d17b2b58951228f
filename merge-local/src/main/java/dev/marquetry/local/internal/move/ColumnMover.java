/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.align.RowRuns;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.SourceFile;
import java.io.IOException;

/** Moves one column after another into chunks of the output. One per worker; not thread-safe. */
public final class ColumnMover implements AutoCloseable {
    private final MoveTools tools;

    /** Makes a mover with empty buffers. */
    public ColumnMover(MergePlan plan, MoveRule rule, MemoryBudget budget, Place place, MergeControl control) {
        tools = new MoveTools(plan, rule, budget, place, control);
    }

    /** Empties the {@link #buffer}, for chunks of together about {@code bytes} bytes. */
    public void beginUnit(long bytes) {
        tools.builder.beginUnit(bytes);
    }

    /**
     * Moves {@code column} of {@code file} into one chunk of {@code runs.rows()} rows. What outgrows the buffer goes to
     * {@code overflow}; the rest is in {@link #buffer}, behind the chunks moved before, until the next unit begins.
     */
    public MovedChunk move(SourceFile file, OutputColumn column, RowRuns runs, ChunkOverflow overflow)
            throws IOException {
        return runs.isOrdered()
                ? new OrderedMover(tools, file, column, runs).move(overflow)
                : new PermutedMover(tools, file, column, runs).move(overflow);
    }

    /** Returns the end of the chunks moved since the unit began, {@link #buffered} bytes of them. */
    public byte[] buffer() {
        return tools.builder.buffer();
    }

    /** Returns how many bytes are in {@link #buffer}. */
    public int buffered() {
        return tools.builder.buffered();
    }

    @Override
    public void close() {
        tools.close();
    }
}
