/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.local.internal.page.Narrowing;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.SchemaElement;

/** Plans to lay column groups beside the spine: files whose first column numbers rows, the others being output columns. */
public final class GroupPlanner {
    private GroupPlanner() {}

    /** Plans how the rows of {@code groups} are matched with those of {@code numbers} by column {@code row}. */
    public static MergePlan matching(InputFile numbers, List<InputFile> groups, String row, Path output) {
        MergeRequest request = MergeRequest.onKey(row)
                .spine(numbers.path())
                .features(groups.stream().map(InputFile::path).toList())
                .writeTo(output);
        List<InputFile> files = new ArrayList<>();
        files.add(numbers);
        files.addAll(groups);
        return Planner.plan(request, files);
    }

    /**
     * Returns {@code plan} with its feature columns drawn from {@code groups}, whose columns but for the first are the plan's
     * feature columns in order.
     *
     * @throws MergeFailedException if a group has a column of a type that the plan's can not be restored from
     */
    public static MergePlan laid(MergePlan plan, List<InputFile> groups) throws IOException {
        List<InputFile> files = new ArrayList<>();
        files.add(plan.spine());
        files.addAll(groups);
        List<OutputColumn> columns = new ArrayList<>(plan.columnsOf(0));
        for (int g = 0; g < groups.size(); g++) {
            for (InputColumn there :
                    groups.get(g).columns().subList(1, groups.get(g).columns().size())) {
                OutputColumn wanted = plan.columns().get(columns.size());
                columns.add(new OutputColumn(wanted.index(), g + 1, source(there, wanted), wanted.schema()));
            }
        }
        if (columns.size() != plan.columns().size()) {
            throw new IllegalArgumentException(
                    "groups have " + columns.size() + " of " + plan.columns().size() + " columns");
        }
        return plan.drawnFrom(files, columns, codecs(plan));
    }

    /** Returns the codec of each output column in the file that it comes from, as its first row group has it. */
    private static List<CompressionCodec> codecs(MergePlan plan) throws IOException {
        List<CompressionCodec> codecs = new ArrayList<>();
        for (int f = 0; f < plan.files().size(); f++) {
            InputFile file = plan.files().get(f);
            try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
                List<ColumnChunk> chunks = file.rowGroups() == 0 ? List.of() : file.readChunks(channel, 0);
                for (OutputColumn column : plan.columnsOf(f)) {
                    codecs.add(
                            chunks.isEmpty()
                                    ? CompressionCodec.UNCOMPRESSED
                                    : chunks.get(column.source().index())
                                            .getMeta_data()
                                            .getCodec());
                }
            }
        }
        return codecs;
    }

    private static InputColumn source(InputColumn there, OutputColumn wanted) {
        SchemaElement stored = there.schema();
        SchemaElement schema = new SchemaElement(wanted.schema());
        schema.setRepetition_type(stored.getRepetition_type());
        boolean same = stored.getType() == schema.getType() && stored.getType_length() == schema.getType_length();
        if (!same && !Narrowing.restores(stored.getType(), schema.getType())) {
            throw new MergeFailedException("Cannot restore column '" + wanted.name() + "' of type " + schema.getType()
                    + " from type " + stored.getType());
        }
        return new InputColumn(there.index(), schema, wanted.source().order(), same ? null : stored);
    }
}
