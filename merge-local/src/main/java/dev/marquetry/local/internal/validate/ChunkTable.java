/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.validate;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.ChunkRange;
import dev.marquetry.local.internal.plan.FooterReader;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.scratch.ScratchFile;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import dev.marquetry.local.internal.source.Input;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.jspecify.annotations.Nullable;

/**
 * Where the output's column chunks lie, 28 bytes each: in memory up to a sixteenth of the budget, behind that in a scratch
 * file, for a wide output in many row groups has more descriptions than fit the memory. Filled by {@link #read}, thread-safe
 * after it.
 */
public final class ChunkTable implements AutoCloseable {
    private static final int ENTRY = 28;
    private static final int BLOCK = 1 << 10;

    private final ScratchFolder scratch;
    private final long memoryLimit;
    private final ByteSlab slab;
    private int length;
    private @Nullable ScratchFile spilled;

    /** Begins empty. */
    public ChunkTable(MemoryBudget budget, Place place, ScratchFolder scratch) {
        this.scratch = scratch;
        memoryLimit = budget.limit() / 16;
        slab = new ByteSlab(budget, place);
    }

    /**
     * Reads the footer of {@code output} and keeps where its chunks lie.
     *
     * @throws dev.marquetry.InvalidInputException if it is not a readable, flat, unencrypted Parquet file
     */
    public InputFile read(Path output) throws IOException {
        try {
            return FooterReader.read(output, (group, index, chunk) -> add(chunk.getMeta_data()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void add(ColumnMetaData meta) {
        if (length >= memoryLimit - (long) BLOCK * ENTRY) {
            spill();
        }
        byte[] bytes = slab.grow(length + ENTRY, length);
        ByteBuffer.wrap(bytes, length, ENTRY)
                .putLong(ChunkRange.start(meta))
                .putLong(meta.getTotal_compressed_size())
                .putLong(meta.getTotal_uncompressed_size())
                .putInt(meta.getCodec().getValue());
        length += ENTRY;
    }

    private void spill() {
        try {
            ScratchFile file = spilled;
            if (file == null) {
                file = scratch.create("chunks");
                spilled = file;
            }
            file.append(slab.array(), 0, length);
            length = 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the chunk of {@code column} in row group {@code group} of the open {@code output}. */
    SourceChunk chunk(Input open, InputFile output, int group, InputColumn column, int firstRow) throws IOException {
        long at = ((long) group * output.columns().size() + column.index()) * ENTRY;
        ScratchFile file = spilled;
        ByteBuffer entry;
        if (file == null || at >= file.length()) {
            entry = ByteBuffer.wrap(slab.array(), (int) (at - (file == null ? 0 : file.length())), ENTRY);
        } else {
            entry = ByteBuffer.allocate(ENTRY);
            file.read(at, entry.array(), 0, ENTRY);
        }
        ColumnMetaData meta = new ColumnMetaData();
        meta.setData_page_offset(entry.getLong());
        meta.setTotal_compressed_size(entry.getLong());
        meta.setTotal_uncompressed_size(entry.getLong());
        meta.setCodec(CompressionCodec.findByValue(entry.getInt()));
        meta.setNum_values(output.rows(group));
        ColumnChunk chunk = new ColumnChunk();
        chunk.setMeta_data(meta);
        return new SourceChunk(open, output, group, column, chunk, firstRow);
    }

    @Override
    public void close() throws IOException {
        slab.close();
        if (spilled != null) {
            spilled.close();
        }
    }
}
