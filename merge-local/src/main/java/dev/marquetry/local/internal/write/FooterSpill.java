/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.local.internal.format.CompactReader;
import dev.marquetry.local.internal.format.CompactWriter;
import dev.marquetry.local.internal.format.DescriptionReader;
import dev.marquetry.local.internal.format.DescriptionWriter;
import dev.marquetry.local.internal.format.Kind;
import dev.marquetry.local.internal.format.SchemaWriter;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.scratch.Scratch;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TypeDefinedOrder;

/**
 * The footer as it comes about: each row group is serialised once it is final and waits in a spill, so that memory does not
 * grow with columns times row groups. Not thread-safe.
 */
final class FooterSpill implements AutoCloseable {
    private static final int FORMAT_VERSION = 1;

    private final SpillBuffer spill;
    private final CompactWriter writer = new CompactWriter(1024);
    private final DescriptionWriter descriptions = new DescriptionWriter(writer);

    /**
     * Where a page index or Bloom filter lies in the output.
     *
     * @param at its offset
     * @param length its bytes, 0 if there is none
     */
    record Stretch(long at, int length) {
        static final Stretch NONE = new Stretch(0, 0);
    }

    FooterSpill(MemoryBudget budget, Place place, Scratch scratch, Expected expected) {
        spill = new SpillBuffer(budget, place, scratch, "footer", expected.footer());
    }

    /** Begins a RowGroup of {@code chunks} column chunks. */
    void beginRowGroup(int chunks) throws IOException {
        writer.begin();
        writer.list(1, Kind.STRUCT, chunks);
    }

    /**
     * Adds a ColumnChunk of {@code column} whose serialised ColumnMetaData, end mark included, is {@code metas[from, to)} and lacks nothing but
     * the Bloom filter's place.
     */
    void chunk(
            String column,
            SpillBuffer metas,
            long from,
            long to,
            Stretch bloom,
            Stretch offsetIndex,
            Stretch columnIndex)
            throws IOException {
        writer.begin();
        writer.i64(2, 0); // file_offset, which the format tells writers to leave 0
        if (bloom.length > 0) {
            ColumnMetaData meta = placed(metas, from, to, bloom);
            meta.setPath_in_schema(List.of(column));
            descriptions.meta(3, meta);
        } else {
            writer.begin(3);
            metas.read(from, to - 1, writer::raw);
            writer.end();
        }
        if (offsetIndex.length > 0) {
            writer.i64(4, offsetIndex.at);
            writer.i32(5, offsetIndex.length);
        }
        if (columnIndex.length > 0) {
            writer.i64(6, columnIndex.at);
            writer.i32(7, columnIndex.length);
        }
        writer.end();
        writer.drainTo(spill);
    }

    /** Reads a description again to put the place of its Bloom filter in: fields are in order then, which some readers need. */
    private static ColumnMetaData placed(SpillBuffer metas, long from, long to, Stretch bloom) throws IOException {
        CompactWriter bytes = new CompactWriter(Math.toIntExact(to - from));
        metas.read(from, to, bytes::raw);
        CompactReader in = new CompactReader(Arrays.copyOf(bytes.bytes(), bytes.length()));
        ColumnMetaData meta = new DescriptionReader(in).wholeMeta();
        meta.setBloom_filter_offset(bloom.at);
        meta.setBloom_filter_length(bloom.length);
        return meta;
    }

    /** Ends the RowGroup. */
    void endRowGroup(int ordinal, int rows, long begin, long rawBytes, long storedBytes) throws IOException {
        writer.i64(2, rawBytes);
        writer.i64(3, rows);
        writer.i64(5, begin);
        writer.i64(6, storedBytes);
        if (ordinal <= Short.MAX_VALUE) {
            writer.i16(7, ordinal);
        }
        writer.end();
        writer.drainTo(spill);
    }

    /** Writes the whole FileMetaData to {@code out}. */
    void writeTo(OutputStream out, MergePlan plan, List<KeyValue> keyValues, String createdBy) throws IOException {
        CompactWriter file = new CompactWriter(1024);
        SchemaWriter schema = new SchemaWriter(file);
        file.begin();
        file.i32(1, FORMAT_VERSION);
        file.list(2, Kind.STRUCT, plan.columns().size() + 1);
        SchemaElement root = new SchemaElement("schema");
        root.setNum_children(plan.columns().size());
        schema.element(root);
        for (OutputColumn column : plan.columns()) {
            schema.element(column.schema());
            file.drainTo(out);
        }
        file.i64(3, plan.rows());
        file.list(4, Kind.STRUCT, plan.rowGroups());
        file.drainTo(out);
        spill.read(0, spill.length(), out::write);
        file.list(5, Kind.STRUCT, keyValues.size());
        for (KeyValue entry : keyValues) {
            schema.keyValue(entry);
            file.drainTo(out);
        }
        file.string(6, createdBy);
        file.list(7, Kind.STRUCT, plan.columns().size());
        ColumnOrder byType = ColumnOrder.TYPE_ORDER(new TypeDefinedOrder());
        for (OutputColumn column : plan.columns()) {
            ColumnOrder order = column.source().order();
            schema.columnOrder(order == null ? byType : order);
            file.drainTo(out);
        }
        file.end();
        file.drainTo(out);
    }

    @Override
    public void close() throws IOException {
        spill.close();
    }
}
