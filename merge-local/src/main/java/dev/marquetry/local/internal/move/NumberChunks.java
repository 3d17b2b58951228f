/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.MergeResult.Move;
import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.LittleEndian;
import dev.marquetry.local.internal.page.ValueStatistics.Order;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.WorkerCodecs;
import java.io.IOException;
import java.util.List;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/** Writes column chunks of row numbers, INT32, PLAIN and in Snappy, which every engine reads. Not thread-safe. */
public final class NumberChunks implements AutoCloseable {
    private static final int PAGE_ROWS = 64 << 10;
    private static final int WIDTH = 4;

    private final WorkerCodecs codecs;
    private final ChunkBuilder builder;
    private final ByteSlab presentSlab;

    /** Begins with empty buffers; memory is charged to {@code budget} and a breach names {@code place}. */
    public NumberChunks(MemoryBudget budget, Place place) {
        codecs = new WorkerCodecs(budget, place);
        builder = new ChunkBuilder(budget, place, codecs);
        presentSlab = new ByteSlab(budget, place);
    }

    /** Returns the schema element of a column called {@code name}, which has nulls if {@code optional}. */
    public static SchemaElement schema(String name, boolean optional) {
        SchemaElement schema = new SchemaElement(name);
        schema.setType(Type.INT32);
        schema.setRepetition_type(optional ? FieldRepetitionType.OPTIONAL : FieldRepetitionType.REQUIRED);
        return schema;
    }

    /**
     * Writes the {@code rows} numbers from {@code from} on, those below zero as nulls, as one chunk of a column that {@link
     * #schema} describes. Offsets of the result count from its begin.
     */
    public MovedChunk write(SchemaElement schema, int[] numbers, int from, int rows, ChunkOverflow out)
            throws IOException {
        boolean optional = schema.getRepetition_type() == FieldRepetitionType.OPTIONAL;
        InputColumn column = new InputColumn(0, schema, null);
        OutputColumn described = new OutputColumn(0, optional ? 1 : 0, column, schema);
        builder.beginUnit((long) WIDTH * rows);
        builder.begin(described, CompressionCodec.SNAPPY, Order.NONE, 0, out);
        for (int row = 0; row < rows; row += PAGE_ROWS) {
            page(numbers, from + row, Math.min(PAGE_ROWS, rows - row));
        }
        MovedChunk chunk = builder.finish(described, List.of(), false, BoundaryOrder.UNORDERED, null);
        out.accept(builder.buffer(), builder.buffered());
        return new MovedChunk(chunk.meta(), 0, null, null, null, Move.GATHERED);
    }

    private void page(int[] numbers, int from, int rows) throws IOException {
        byte[] present = presentSlab.zeroed((rows + 7) / 8 + 8);
        int count = 0;
        for (int row = 0; row < rows; row++) {
            if (numbers[from + row] >= 0) {
                present[row >>> 3] |= (byte) (1 << (row & 7));
                count++;
            }
        }
        int begin = builder.beginPlain(false, present, rows, WIDTH * count);
        byte[] values = builder.plainValues();
        int at = begin;
        for (int row = from; row < from + rows; row++) {
            if (numbers[row] >= 0) {
                LittleEndian.putInt(values, at, numbers[row]);
                at += WIDTH;
            }
        }
        builder.endPlain(false, begin, at, new PageFacts(rows, rows - count, null, null, true, -1, -1));
    }

    @Override
    public void close() {
        builder.close();
        codecs.close();
        presentSlab.close();
    }
}
