/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.local.internal.plan.ChunkRange;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.source.Input;
import dev.marquetry.local.internal.source.Origin;
import dev.marquetry.local.internal.source.ReadAhead;
import dev.marquetry.local.internal.source.ReadAhead.Wanted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;

/** What a merge is going to read of inputs that are far, in the order in which it will. */
public final class Upcoming {
    /** Descriptions and page indexes up to this size are read in one request, needed or not. */
    private static final long MOST_BESIDE = 1 << 20;

    private Upcoming() {}

    /** Returns what aligning reads: of each feature file its descriptions and key chunks. */
    public static List<ReadAhead.Job> keys(MergePlan plan) {
        List<ReadAhead.Job> jobs = new ArrayList<>();
        for (InputFile file : plan.files().subList(1, plan.files().size())) {
            if (file.origin().isFar()) {
                jobs.add(new Keys(plan, file));
            }
        }
        return jobs;
    }

    /** Returns what moving reads: of each file and output row group the page indexes, the descriptions and the chunks. */
    public static List<ReadAhead.Job> columns(MergePlan plan) {
        List<ReadAhead.Job> jobs = new ArrayList<>();
        for (int group = 0; group < plan.rowGroups(); group++) {
            for (int f = 0; f < plan.files().size(); f++) {
                if (plan.files().get(f).origin().isFar() && !plan.columnsOf(f).isEmpty()) {
                    jobs.add(new Columns(plan, f, group));
                }
            }
        }
        return jobs;
    }

    private record Keys(MergePlan plan, InputFile file) implements ReadAhead.Job {
        @Override
        public Origin origin() {
            return file.origin();
        }

        @Override
        public void ask(Input input, Wanted wanted) throws IOException {
            wanted.now(file.descriptionsBegin(0), file.descriptionsBegin(file.rowGroups()));
            for (int group = 0; group < file.rowGroups(); group++) {
                List<ColumnChunk> chunks = file.readChunks(input, group);
                for (String key : plan.request().keys()) {
                    InputColumn column = file.column(key).orElseThrow();
                    ColumnMetaData meta = chunks.get(column.index()).getMeta_data();
                    wanted.now(ChunkRange.start(meta), ChunkRange.start(meta) + meta.getTotal_compressed_size());
                }
            }
        }
    }

    private record Columns(MergePlan plan, int index, int group) implements ReadAhead.Job {
        private InputFile file() {
            return plan.files().get(index);
        }

        @Override
        public Origin origin() {
            return file().origin();
        }

        @Override
        public void ask(Input input, Wanted wanted) throws IOException {
            InputFile file = file();
            if (input.size() - file.chunksEnd() <= MOST_BESIDE) {
                wanted.now(file.chunksEnd(), input.size());
            } else {
                wanted.now(file.descriptionsBegin(0), file.descriptionsBegin(file.rowGroups()));
            }
            if (file.rowGroups() != plan.rowGroups()) {
                return; // which of its chunks are used depends on its rows
            }
            List<ColumnChunk> chunks = file.readChunks(input, group);
            List<ColumnMetaData> used = new ArrayList<>();
            for (OutputColumn column : plan.columnsOf(index)) {
                used.add(chunks.get(column.source().index()).getMeta_data());
            }
            used.sort(Comparator.comparingLong(ChunkRange::start));
            for (ColumnMetaData meta : used) {
                wanted.later(ChunkRange.start(meta), ChunkRange.start(meta) + meta.getTotal_compressed_size());
            }
        }
    }
}
