/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** Reads rows with parquet-java's record reader: physical values, checksums verified, page indexes used. */
final class Rows extends ReadSupport<Object[]> {
    static {
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.parquet", "warn");
    }

    private static final Configuration NO_SETTINGS = new Configuration(false);

    private final Set<String> columns;

    private Rows(Set<String> columns) {
        this.columns = columns;
    }

    /** Returns how to open a file: page checksums verified, no settings from outside. */
    static ParquetReadOptions options() {
        return ParquetReadOptions.builder(new HadoopParquetConfiguration(NO_SETTINGS))
                .usePageChecksumVerification(true)
                .build();
    }

    /** Returns the rows of {@code file} that {@code filter} keeps, with the named columns or, if none is named, all. */
    static List<Object[]> read(BytesFile file, FilterCompat.Filter filter, Set<String> columns) throws IOException {
        return read(file, filter, columns, true);
    }

    /** Returns the same, having looked at every row. */
    static List<Object[]> readAll(BytesFile file, FilterCompat.Filter filter, Set<String> columns) throws IOException {
        return read(file, filter, columns, false);
    }

    private static List<Object[]> read(BytesFile file, FilterCompat.Filter filter, Set<String> columns, boolean skip)
            throws IOException {
        List<Object[]> rows = new ArrayList<>();
        try (ParquetReader<Object[]> reader = new Builder(file, columns)
                .withFilter(filter)
                .useStatsFilter(skip)
                .useDictionaryFilter(skip)
                .useBloomFilter(skip)
                .useColumnIndexFilter(skip)
                .usePageChecksumVerification(true)
                .build()) {
            for (Object[] row = reader.read(); row != null; row = reader.read()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static final class Builder extends ParquetReader.Builder<Object[]> {
        private final Set<String> columns;

        Builder(BytesFile file, Set<String> columns) {
            super(file, new HadoopParquetConfiguration(NO_SETTINGS));
            this.columns = columns;
        }

        @Override
        protected ReadSupport<Object[]> getReadSupport() {
            return new Rows(columns);
        }
    }

    @Override
    public ReadContext init(InitContext context) {
        MessageType schema = context.getFileSchema();
        List<Type> wanted = schema.getFields().stream()
                .filter(field -> columns.isEmpty() || columns.contains(field.getName()))
                .toList();
        return new ReadContext(new MessageType(schema.getName(), wanted));
    }

    @Override
    public RecordMaterializer<Object[]> prepareForRead(
            ParquetConfiguration configuration, Map<String, String> metadata, MessageType schema, ReadContext context) {
        RowConverter row = new RowConverter(context.getRequestedSchema().getFieldCount());
        return new RecordMaterializer<>() {
            @Override
            public Object[] getCurrentRecord() {
                return row.values;
            }

            @Override
            public GroupConverter getRootConverter() {
                return row;
            }
        };
    }

    @Override
    @Deprecated
    public RecordMaterializer<Object[]> prepareForRead(
            Configuration configuration, Map<String, String> metadata, MessageType schema, ReadContext context) {
        return prepareForRead(new HadoopParquetConfiguration(configuration), metadata, schema, context);
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
