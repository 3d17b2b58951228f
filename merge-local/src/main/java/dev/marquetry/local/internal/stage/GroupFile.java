/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.stage;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.local.internal.page.ValueStatistics;
import dev.marquetry.local.internal.plan.FooterReader;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.scratch.ScratchFile;
import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemoteGroup;
import dev.marquetry.local.remote.RemotePlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/**
 * The shards of a column group in one scratch file. Once all are there a footer behind them makes them one Parquet file:
 * their pages stay where they are, their own footers are read no more.
 */
public final class GroupFile implements RemoteGroup {
    private final MergePlan plan;
    private final List<RemoteColumn> columns;
    private final ScratchFile file;
    private boolean complete;

    /** Begins an empty group of {@code columns} in {@code file}. */
    public GroupFile(MergePlan plan, List<RemoteColumn> columns, ScratchFile file) {
        this.plan = plan;
        this.columns = List.copyOf(columns);
        this.file = file;
        for (int c = 1; c < columns.size(); c++) {
            if (columns.get(c).output() != columns.get(0).output() + c) {
                throw new IllegalArgumentException("a group's columns lie side by side: " + columns);
            }
        }
    }

    @Override
    public List<RemoteColumn> columns() {
        return columns;
    }

    /** Returns the group's file, which may be read once it is {@link #isComplete}. */
    public Path path() {
        return file.path();
    }

    /** Returns whether {@link #complete} was called and found nothing wrong. */
    public boolean isComplete() {
        return complete;
    }

    @Override
    public void write(long position, ByteBuffer bytes) throws IOException {
        file.write(position, bytes);
    }

    @Override
    public void complete(List<Long> shardBytes) throws IOException {
        List<InputFile> shards = new ArrayList<>();
        List<Long> bases = new ArrayList<>();
        long end = 0;
        long rows = 0;
        int rowGroups = 0;
        for (long bytes : shardBytes) {
            InputFile shard = read(end, bytes, shards.size());
            if (!shards.isEmpty() && !sameTypes(shard, shards.get(0))) {
                throw wrong(shards.size(), "its types are not those of shard 0");
            }
            shards.add(shard);
            bases.add(end);
            end += bytes;
            rows += shard.rows();
            rowGroups += shard.rowGroups();
        }
        if (rows != plan.rows()) {
            throw new MergeFailedException("Cannot lay the group of columns " + label() + " beside the spine: its "
                    + shards.size() + " shards have " + rows + " rows in all and the spine " + plan.rows()
                    + ", a shard is missing or rows are");
        }
        ScratchAppender out = new ScratchAppender(file, end);
        List<SchemaElement> schema =
                shards.get(0).columns().stream().map(InputColumn::schema).toList();
        PlainFooter footer = new PlainFooter(out, schema, rows, rowGroups);
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            for (int s = 0; s < shards.size(); s++) {
                InputFile shard = shards.get(s);
                for (int g = 0; g < shard.rowGroups(); g++) {
                    List<ColumnMetaData> chunks = new ArrayList<>();
                    for (ColumnChunk chunk : shard.readChunks(channel, g)) {
                        chunks.add(placed(chunk.getMeta_data(), bases.get(s), chunks.size()));
                    }
                    footer.rowGroup(chunks, shard.rows(g));
                }
            }
        }
        footer.end("");
        complete = true;
        file.close();
    }

    /** Ends the use of the file, complete or not. */
    public void close() throws IOException {
        file.close();
    }

    private InputFile read(long base, long bytes, int shard) throws IOException {
        InputFile found;
        try {
            found = FooterReader.readPart(file.path(), base, bytes);
        } catch (InvalidInputException e) {
            throw new MergeFailedException(
                    "Cannot read shard " + shard + " of the group of columns " + label() + ": " + e.getMessage(), e);
        }
        if (found.columns().size() != columns.size() + 1) {
            throw wrong(shard, "it has " + found.columns().size() + " columns and not " + (columns.size() + 1));
        }
        for (int c = 0; c < found.columns().size(); c++) {
            InputColumn column = found.columns().get(c);
            String name = c == 0 ? RemotePlan.ROW : columns.get(c - 1).stagedName();
            if (!column.name().equals(name)) {
                throw wrong(shard, "its column " + c + " is called " + column.name() + " and not " + name);
            }
            if (c > 0
                    && Description.remoteType(column.schema().getType())
                            != columns.get(c - 1).type()) {
                throw wrong(
                        shard,
                        "column " + name + " is of type " + column.schema().getType());
            }
        }
        return found;
    }

    private static boolean sameTypes(InputFile one, InputFile other) {
        for (int c = 0; c < one.columns().size(); c++) {
            SchemaElement a = one.columns().get(c).schema();
            SchemaElement b = other.columns().get(c).schema();
            if (a.getType() != b.getType()
                    || a.getType_length() != b.getType_length()
                    || a.getRepetition_type() != b.getRepetition_type()) {
                return false;
            }
        }
        return true;
    }

    private ColumnMetaData placed(ColumnMetaData meta, long shift, int column) {
        meta.setData_page_offset(meta.getData_page_offset() + shift);
        if (meta.isSetDictionary_page_offset()) {
            meta.setDictionary_page_offset(meta.getDictionary_page_offset() + shift);
        }
        meta.unsetIndex_page_offset();
        meta.unsetBloom_filter_offset();
        meta.unsetBloom_filter_length();
        meta.unsetSize_statistics();
        if (column > 0 && meta.isSetStatistics()) {
            leaveTrue(meta, plan.columns().get(columns.get(column - 1).output()));
        }
        return meta;
    }

    /** Takes away bounds unless they mean the same for the column that the values are restored to. */
    private static void leaveTrue(ColumnMetaData meta, OutputColumn column) {
        SchemaElement bare = new SchemaElement(column.name());
        bare.setType(meta.getType());
        bare.setRepetition_type(FieldRepetitionType.OPTIONAL);
        ValueStatistics.Order there = ValueStatistics.order(bare, null);
        ValueStatistics.Order here =
                ValueStatistics.order(column.schema(), column.source().order());
        if (meta.getType() != column.schema().getType() || there != here || meta.getType() == Type.BOOLEAN) {
            meta.unsetStatistics();
        }
    }

    private MergeFailedException wrong(int shard, String what) {
        return new MergeFailedException(
                "Cannot lay shard " + shard + " of the group of columns " + label() + " beside the spine: " + what);
    }

    private String label() {
        String first = plan.columns().get(columns.get(0).output()).name();
        String last =
                plan.columns().get(columns.get(columns.size() - 1).output()).name();
        return columns.size() == 1 ? "'" + first + "'" : "'" + first + "' to '" + last + "'";
    }
}
