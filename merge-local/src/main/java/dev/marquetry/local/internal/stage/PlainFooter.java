/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.stage;

import dev.marquetry.local.internal.format.CompactWriter;
import dev.marquetry.local.internal.format.DescriptionWriter;
import dev.marquetry.local.internal.format.Kind;
import dev.marquetry.local.internal.format.SchemaWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.SchemaElement;

/**
 * Writes the end of a Parquet file whose chunks lie somewhere before: the footer, its length and the magic. It says what is
 * needed to read the chunks and nothing else. Row groups are written one by one, so that one at a time is in memory.
 */
final class PlainFooter {
    private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
    private static final int FORMAT_VERSION = 1;

    private final OutputStream out;
    private final CompactWriter writer = new CompactWriter(4096);
    private final DescriptionWriter descriptions = new DescriptionWriter(writer);
    private long length;

    /** Begins the footer of {@code rowGroups} row groups of {@code columns}, of together {@code rows} rows. */
    PlainFooter(OutputStream out, List<SchemaElement> columns, long rows, int rowGroups) throws IOException {
        this.out = out;
        SchemaWriter schema = new SchemaWriter(writer);
        writer.begin();
        writer.i32(1, FORMAT_VERSION);
        writer.list(2, Kind.STRUCT, columns.size() + 1);
        SchemaElement root = new SchemaElement("schema");
        root.setNum_children(columns.size());
        schema.element(root);
        columns.forEach(schema::element);
        writer.i64(3, rows);
        writer.list(4, Kind.STRUCT, rowGroups);
        drain();
    }

    /** Adds a row group of {@code rows} rows, whose chunks are {@code chunks}. */
    void rowGroup(List<ColumnMetaData> chunks, long rows) throws IOException {
        long raw = 0;
        writer.begin();
        writer.list(1, Kind.STRUCT, chunks.size());
        for (ColumnMetaData chunk : chunks) {
            raw += chunk.getTotal_uncompressed_size();
            writer.begin();
            writer.i64(2, 0); // file_offset, which the format tells writers to leave 0
            descriptions.meta(3, chunk);
            writer.end();
        }
        writer.i64(2, raw);
        writer.i64(3, rows);
        writer.end();
        drain();
    }

    /** Ends the file. */
    void end(String createdBy) throws IOException {
        writer.string(6, createdBy);
        writer.end();
        drain();
        out.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(Math.toIntExact(length))
                .put(MAGIC)
                .array());
    }

    private void drain() throws IOException {
        length += writer.length();
        writer.drainTo(out);
    }
}
