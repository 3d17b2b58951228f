/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** Writes sampled files one after another. One per thread. */
final class SampleFileWriter {
    private static final int TRUNCATE_INDEX_BYTES = 64;

    private final SampleSpec spec;
    private final PageEncoder pages;

    /** {@code keyRows[i]} = the spine's row that is row i of the row group being written. */
    private int[] keyRows = {};

    SampleFileWriter(SampleSpec spec) {
        this.spec = spec;
        pages = new PageEncoder(spec.codec());
    }

    /** Writes file number {@code file} as {@code path}, which must not exist. */
    void write(int file, Path path) throws IOException {
        List<SampleColumn> columns = spec.columnsOf(file);
        List<Type> fields = columns.stream().<Type>map(SampleColumn::type).toList();
        MessageType schema = new MessageType("schema", fields);
        try (ParquetFileWriter writer = new ParquetFileWriter(
                new LocalOutputFile(path),
                schema,
                ParquetFileWriter.Mode.CREATE,
                Long.MAX_VALUE,
                0,
                TRUNCATE_INDEX_BYTES,
                Integer.MAX_VALUE,
                true)) {
            writer.start();
            writeRowGroups(writer, schema, file, columns);
            writer.end(Map.of());
        }
    }

    private void writeRowGroups(ParquetFileWriter writer, MessageType schema, int file, List<SampleColumn> columns)
            throws IOException {
        List<ColumnDescriptor> descriptors = schema.getColumns();
        RowSource source = new RowSource(spec, file);
        int most = Math.min(spec.rows(), spec.rowGroupRows(file));
        keyRows = keyRows.length < most ? new int[most] : keyRows;
        for (int rows = source.next(keyRows, most); rows > 0; rows = source.next(keyRows, most)) {
            writer.startBlock(rows);
            for (int c = 0; c < columns.size(); c++) {
                if (Thread.interrupted()) {
                    throw new InterruptedIOException("Interrupted while writing " + SampleSpec.fileName(file));
                }
                writer.startColumn(descriptors.get(c), rows, spec.codec().parquetName());
                pages.writeChunk(writer, columns.get(c), keyRows, rows);
                writer.endColumn();
            }
            writer.endBlock();
        }
    }

    /** The rows of one file in their order. */
    private static final class RowSource {
        private final SampleSpec spec;
        private final int file;
        private final Permutation order;
        private int position;

        RowSource(SampleSpec spec, int file) {
            this.spec = spec;
            this.file = file;
            order = SampleValues.order(spec, file);
        }

        /** Fills at most {@code most} of {@code keyRows} from its start and returns how many, 0 at the end. */
        int next(int[] keyRows, int most) {
            boolean shuffled = spec.shape(file) == Shape.SHUFFLED;
            int count = 0;
            while (count < most && position < spec.rows()) {
                int keyRow = shuffled ? order.at(position) : position;
                position++;
                if (SampleValues.present(spec, file, keyRow)) {
                    keyRows[count++] = keyRow;
                }
            }
            return count;
        }
    }
}
