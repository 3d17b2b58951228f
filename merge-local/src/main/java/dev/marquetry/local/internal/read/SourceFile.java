/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.jspecify.annotations.Nullable;

/** An input file held open by one worker, with the row group descriptions it has used. Not thread-safe. */
public final class SourceFile implements AutoCloseable {
    private final InputFile file;
    private final FileChannel channel;
    private final List<@Nullable List<ColumnChunk>> groups;
    private final int[] firstRow;

    /** Opens {@code file}; fails if it has changed since it was planned. */
    public SourceFile(InputFile file) throws IOException {
        this.file = file;
        file.refuseChange();
        channel = FileChannel.open(file.path(), StandardOpenOption.READ);
        groups = new ArrayList<>(Collections.nCopies(file.rowGroups(), null));
        firstRow = new int[file.rowGroups() + 1];
        for (int g = 0; g < file.rowGroups(); g++) {
            firstRow[g + 1] = firstRow[g] + file.rows(g);
        }
    }

    /** Returns what is known of the file. */
    public InputFile file() {
        return file;
    }

    /** Returns the open file. */
    public FileChannel channel() {
        return channel;
    }

    /** Returns the first row of row group {@code group} in the file; of the group behind the last, the number of rows. */
    public int firstRow(int group) {
        return firstRow[group];
    }

    /** Returns the row group that has row {@code row} of the file. */
    public int groupOf(int row) {
        int group = 0;
        while (firstRow[group + 1] <= row) {
            group++;
        }
        return group;
    }

    /** Returns the chunk of {@code column} in row group {@code group}. */
    public SourceChunk chunk(int group, InputColumn column) throws IOException {
        List<ColumnChunk> described = groups.get(group);
        if (described == null) {
            described = file.readChunks(channel, group);
            groups.set(group, described);
        }
        return new SourceChunk(channel, file, group, column, described.get(column.index()), firstRow[group]);
    }

    /** Forgets row group descriptions before {@code group}, which will not be used again. */
    public void forgetBefore(int group) {
        for (int g = 0; g < group; g++) {
            groups.set(g, null);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
