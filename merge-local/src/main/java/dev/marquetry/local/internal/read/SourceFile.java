/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.source.Input;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.jspecify.annotations.Nullable;

/** An input file held open by one worker, with the row group descriptions it has used. Not thread-safe. */
public final class SourceFile implements AutoCloseable {
    /** Descriptions that are kept when columns are taken one by one from all row groups; some hundred bytes each. */
    private static final int MOST_KEPT = 32 << 10;

    private final InputFile file;
    private final Input channel;
    private final List<@Nullable List<ColumnChunk>> groups;
    private final int[] firstRow;
    private int keptFrom;
    private int keptTo = Integer.MAX_VALUE;

    /** Opens {@code file}; fails if it has changed since it was planned. */
    public SourceFile(InputFile file) throws IOException {
        this.file = file;
        if (!file.origin().isFar()) { // an object is read in the generation that was planned
            file.refuseChange();
        }
        channel = file.open();
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
    public Input channel() {
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
        if (column.index() < keptFrom || column.index() >= keptTo) {
            keepColumnsFrom(column);
        }
        List<ColumnChunk> described = groups.get(group);
        if (described == null) {
            List<ColumnChunk> all = file.readChunks(channel, group);
            described = new ArrayList<>(all.subList(keptFrom, Math.min(all.size(), keptTo)));
            groups.set(group, described);
        }
        ColumnChunk description = described.get(column.index() - keptFrom);
        return new SourceChunk(channel, file, group, column, description, firstRow[group]);
    }

    /**
     * Says that {@code first} and columns behind it are used next, each in many row groups: of a wide file in many of them
     * the descriptions of no more columns are kept than fit the memory, and read again for the next.
     */
    public void keepColumnsFrom(InputColumn first) {
        boolean all = (long) file.rowGroups() * file.columns().size() <= MOST_KEPT;
        if (!all && (keptTo == Integer.MAX_VALUE || first.index() < keptFrom || first.index() >= keptTo)) {
            keptFrom = first.index();
            keptTo = first.index() + Math.max(16, MOST_KEPT / file.rowGroups());
            Collections.fill(groups, null);
        }
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
