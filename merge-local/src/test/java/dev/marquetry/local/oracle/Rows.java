/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** Reads rows with parquet-java's record reader: physical values, checksums verified, page indexes used. */
final class Rows extends RecordMaterializer<Object[]> {
    static {
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.parquet", "warn");
    }

    private static final Configuration NO_SETTINGS = new Configuration(false);

    private final RowConverter row;

    private Rows(int columns) {
        row = new RowConverter(columns);
    }

    /** Returns how to open a file: page checksums verified, no settings from outside. */
    static ParquetReadOptions options() {
        return settings().build();
    }

    private static ParquetReadOptions.Builder settings() {
        return ParquetReadOptions.builder(new HadoopParquetConfiguration(NO_SETTINGS))
                .usePageChecksumVerification(true);
    }

    /** Returns the rows of {@code file} that {@code filter} keeps, with the named columns or, if none is named, all. */
    static List<Object[]> read(BytesFile file, FilterCompat.Filter filter, Set<String> columns) throws IOException {
        return read(file, filter, columns, true, MendedPages::new);
    }

    /** Returns the same, having looked at every row. */
    static List<Object[]> readAll(BytesFile file, FilterCompat.Filter filter, Set<String> columns) throws IOException {
        return read(file, filter, columns, false, MendedPages::new);
    }

    /** Returns what parquet-java makes of it by itself, with the fault that {@link MendedPages} tells of. */
    static List<Object[]> readUnmended(BytesFile file, FilterCompat.Filter filter, Set<String> columns)
            throws IOException {
        return read(file, filter, columns, true, pages -> pages);
    }

    /** Does what parquet-java's ParquetReader does, with pages that pass through {@code mend}. */
    private static List<Object[]> read(
            BytesFile file,
            FilterCompat.Filter filter,
            Set<String> columns,
            boolean skip,
            UnaryOperator<PageReadStore> mend)
            throws IOException {
        ParquetReadOptions options = settings()
                .withRecordFilter(filter)
                .useStatsFilter(skip)
                .useDictionaryFilter(skip)
                .useBloomFilter(skip)
                .useColumnIndexFilter(skip)
                .build();
        List<Object[]> rows = new ArrayList<>();
        try (ParquetFileReader reader = ParquetFileReader.open(file, options)) {
            FileMetaData footer = reader.getFileMetaData();
            MessageType wanted = wanted(footer.getSchema(), columns);
            reader.setRequestedSchema(wanted);
            MessageColumnIO assembly =
                    new ColumnIOFactory(footer.getCreatedBy()).getColumnIO(wanted, footer.getSchema(), true);
            Rows materializer = new Rows(wanted.getFieldCount());
            PageReadStore pages = reader.readNextFilteredRowGroup();
            while (pages != null) {
                RecordReader<Object[]> records = assembly.getRecordReader(mend.apply(pages), materializer, filter);
                for (long r = 0; r < pages.getRowCount(); r++) {
                    Object[] row = records.read();
                    if (!records.shouldSkipCurrentRecord()) {
                        rows.add(row);
                    }
                }
                pages = reader.readNextFilteredRowGroup();
            }
        }
        return rows;
    }

    private static MessageType wanted(MessageType schema, Set<String> columns) {
        List<Type> wanted = schema.getFields().stream()
                .filter(field -> columns.isEmpty() || columns.contains(field.getName()))
                .toList();
        return new MessageType(schema.getName(), wanted);
    }

    @Override
    public Object[] getCurrentRecord() {
        return row.values;
    }

    @Override
    public GroupConverter getRootConverter() {
        return row;
    }

    private static final class RowConverter extends GroupConverter {
        private final CellConverter[] cells;
        private Object[] values;

        RowConverter(int columns) {
            cells = new CellConverter[columns];
            values = new Object[columns];
            for (int c = 0; c < columns; c++) {
                cells[c] = new CellConverter(this, c);
            }
        }

        @Override
        public Converter getConverter(int column) {
            return cells[column];
        }

        @Override
        public void start() {
            values = new Object[cells.length];
        }

        @Override
        public void end() {}
    }

    private static final class CellConverter extends PrimitiveConverter {
        private final RowConverter row;
        private final int column;

        CellConverter(RowConverter row, int column) {
            this.row = row;
            this.column = column;
        }

        @Override
        public void addBinary(Binary value) {
            row.values[column] = Binary.fromConstantByteArray(value.getBytes());
        }

        @Override
        public void addBoolean(boolean value) {
            row.values[column] = value;
        }

        @Override
        public void addDouble(double value) {
            row.values[column] = value;
        }

        @Override
        public void addFloat(float value) {
            row.values[column] = value;
        }

        @Override
        public void addInt(int value) {
            row.values[column] = value;
        }

        @Override
        public void addLong(long value) {
            row.values[column] = value;
        }
    }
}
