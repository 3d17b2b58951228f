/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.validate;

import dev.marquetry.local.internal.align.RowRuns;
import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.ChunkRange;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.read.PageWatcher;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.read.SourceFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes chunks of the output that are a chunk of an input byte for byte, of the same rows and type: they hold the same
 * values, and need no decoding to tell. Their pages are checked against their headers and checksums. Not thread-safe.
 */
final class SameBytes implements AutoCloseable {
    private final MergeControl control;
    private final int stretch;
    private final ByteSlab outputSlab;
    private final ByteSlab inputSlab;
    private final PageWatcher watcher = new PageWatcher();

    SameBytes(MemoryBudget budget, Place place, MergeControl control) {
        this.control = control;
        stretch = (int) Math.max(4 << 10, Math.min(256 << 10, budget.limit() / 256));
        outputSlab = new ByteSlab(budget, place);
        inputSlab = new ByteSlab(budget, place);
    }

    /**
     * Returns whether {@code output} has the bytes of {@code input}, its {@link #twin}.
     *
     * @throws dev.marquetry.InvalidInputException if the output's pages can not be right
     */
    boolean are(SourceChunk output, SourceChunk input) throws IOException {
        long length = output.meta().getTotal_compressed_size();
        byte[] outputBytes = outputSlab.ensure(stretch);
        byte[] inputBytes = inputSlab.ensure(stretch);
        watcher.begin(List.of(output));
        int count;
        for (long done = 0; done < length; done += count) {
            control.check();
            count = (int) Math.min(stretch, length - done);
            output.channel().readFully(ChunkRange.start(output.meta()) + done, outputBytes, 0, count);
            input.channel().readFully(ChunkRange.start(input.meta()) + done, inputBytes, 0, count);
            if (!Arrays.equals(outputBytes, 0, count, inputBytes, 0, count)) {
                return false;
            }
            watcher.accept(ByteBuffer.wrap(outputBytes, 0, count));
        }
        return true;
    }

    /** Returns the chunk of {@code column} that {@code output}, whose rows are {@code runs}, may be a copy of, or null. */
    static @Nullable SourceChunk twin(SourceChunk output, SourceFile source, InputColumn column, RowRuns runs)
            throws IOException {
        boolean oneRun = runs.isOrdered() && runs.runs() == 1 && runs.usedRows() == runs.rows();
        if (!oneRun || output.column().isRequired() != column.isRequired()) {
            return null;
        }
        int group = source.groupOf(runs.source(0));
        if (source.firstRow(group) != runs.source(0) || source.file().rows(group) != runs.rows()) {
            return null;
        }
        SourceChunk input = source.chunk(group, column);
        boolean sameSizes = input.meta().getTotal_compressed_size()
                        == output.meta().getTotal_compressed_size()
                && input.meta().getTotal_uncompressed_size() == output.meta().getTotal_uncompressed_size()
                && input.meta().getCodec() == output.meta().getCodec();
        return sameSizes ? input : null;
    }

    @Override
    public void close() {
        outputSlab.close();
        inputSlab.close();
    }
}
