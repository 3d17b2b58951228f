/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * A table on its way into a small Parquet file; {@link Fixtures#table} begins one. Columns are OPTIONAL unless {@link
 * #required} follows. The file has the statistics, page indexes and checksums that parquet-java writes.
 *
 * <p>Not thread-safe.
 */
public final class Fixture {
    private final String name;
    private final List<TableWriter.Column> columns = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final ParquetProperties.Builder properties = ParquetProperties.builder();
    private CompressionCodecName codec = CompressionCodecName.SNAPPY;
    private int rowGroupRows = 1 << 20;

    Fixture(String name) {
        this.name = name;
    }

    /** Adds an INT64 column, such as the key; any whole {@link Number} will do. */
    public Fixture key(String column, @Nullable Number... values) {
        List<@Nullable Object> longs = new ArrayList<>();
        for (Number value : values) {
            longs.add(value == null ? null : value.longValue());
        }
        return add(optional(INT64, column), longs);
    }

    /** Adds an INT64 column with the values of {@code values}. */
    public Fixture key(String column, LongStream values) {
        return add(optional(INT64, column), boxed(values.boxed().toArray()));
    }

    /** Adds a DOUBLE column. */
    public Fixture column(String column, @Nullable Double... values) {
        return add(optional(DOUBLE, column), boxed(values));
    }

    /** Adds a DOUBLE column with the values of {@code values}. */
    public Fixture column(String column, DoubleStream values) {
        return add(optional(DOUBLE, column), boxed(values.boxed().toArray()));
    }

    /** Adds an INT32 column. */
    public Fixture ints(String column, @Nullable Integer... values) {
        return add(optional(INT32, column), boxed(values));
    }

    /** Adds an INT64 column. */
    public Fixture longs(String column, @Nullable Long... values) {
        return add(optional(INT64, column), boxed(values));
    }

    /** Adds a FLOAT column. */
    public Fixture floats(String column, @Nullable Float... values) {
        return add(optional(FLOAT, column), boxed(values));
    }

    /** Adds a BOOLEAN column. */
    public Fixture booleans(String column, @Nullable Boolean... values) {
        return add(optional(BOOLEAN, column), boxed(values));
    }

    /** Adds a STRING column. */
    public Fixture strings(String column, @Nullable String... values) {
        return add(Types.optional(BINARY).as(stringType()).named(column), boxed(values));
    }

    /** Adds a column of bytes without a logical type. */
    public Fixture binaries(String column, byte @Nullable []... values) {
        return add(optional(BINARY, column), boxed(values));
    }

    /**
     * Adds a column of any flat type. Its values are {@link Integer}, {@link Long}, {@link Float}, {@link Double} or
     * {@link Boolean} as the physical type asks for, else {@link String}, {@code byte[]} or {@code Binary}.
     *
     * @throws IllegalArgumentException if a value does not suit the type, or is null in a REQUIRED column
     */
    public Fixture column(PrimitiveType type, @Nullable Object... values) {
        return add(type, boxed(values));
    }

    /** Adds a nested column: an OPTIONAL group with one OPTIONAL DOUBLE named {@code value}; null is a null group. */
    public Fixture nested(String column, @Nullable Double... values) {
        return add(new GroupType(Repetition.OPTIONAL, column, optional(DOUBLE, "value")), boxed(values));
    }

    /**
     * Makes the column added last REQUIRED.
     *
     * @throws IllegalArgumentException if it has a null
     */
    public Fixture required() {
        TableWriter.Column last = columns.remove(columns.size() - 1);
        PrimitiveType type = last.type().asPrimitiveType();
        PrimitiveType required = Types.primitive(type.getPrimitiveTypeName(), Repetition.REQUIRED)
                .length(type.getTypeLength())
                .as(type.getLogicalTypeAnnotation())
                .named(type.getName());
        return add(required, last.values());
    }

    /** Begins a new row group every {@code rows} rows; default 1,048,576. */
    public Fixture rowGroupRows(int rows) {
        rowGroupRows = rows;
        return this;
    }

    /** Begins a new page every {@code rows} rows; default 20,000. */
    public Fixture pageRows(int rows) {
        properties.withPageRowCountLimit(rows).withMinRowCountForPageSizeCheck(Math.min(rows, 100));
        return this;
    }

    /** Writes data pages of version 2, with the delta encodings that parquet-java then takes; default version 1. */
    public Fixture pageVersion2() {
        properties.withWriterVersion(WriterVersion.PARQUET_2_0);
        return this;
    }

    /** Writes values as they are, without a dictionary; by default parquet-java decides. */
    public Fixture noDictionary() {
        properties.withDictionaryEncoding(false);
        return this;
    }

    /** Gives up dictionaries that grow over {@code bytes}, so that one chunk has pages with and without. */
    public Fixture dictionaryBytes(int bytes) {
        properties.withDictionaryPageSize(bytes);
        return this;
    }

    /** Encodes FLOAT and DOUBLE columns by BYTE_STREAM_SPLIT, without a dictionary. */
    public Fixture byteStreamSplit() {
        properties.withByteStreamSplitEncoding(true);
        return noDictionary();
    }

    /** Writes bloom filters for all columns; default none. */
    public Fixture bloomFilters() {
        properties.withBloomFilterEnabled(true).withMaxBloomFilterBytes(1024);
        return this;
    }

    /** Compresses the columns added from here on by {@code wanted}; default SNAPPY. Not LZO, BROTLI or old LZ4. */
    public Fixture codec(CompressionCodecName wanted) {
        codec = wanted;
        return this;
    }

    /** Adds an entry to the footer's key-value metadata. */
    public Fixture metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /**
     * Writes {@code name.parquet} into {@code folder}, replacing it if it is there, and returns its path.
     *
     * @throws IllegalStateException if columns differ in length
     */
    public Path writeTo(Path folder) {
        for (TableWriter.Column column : columns) {
            if (column.values().size() != columns.get(0).values().size()) {
                throw new IllegalStateException("columns must have as many values as "
                        + columns.get(0).type().getName() + " but "
                        + column.type().getName() + " has " + column.values().size());
            }
        }
        Path file = folder.resolve(name + ".parquet");
        try {
            new TableWriter(properties.build(), rowGroupRows).write(file, columns, metadata, () -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private Fixture add(Type type, List<@Nullable Object> values) {
        for (Object value : values) {
            if (value == null ? type.isRepetition(Repetition.REQUIRED) : !suits(leaf(type), value)) {
                throw new IllegalArgumentException("column '" + type + "' can not hold " + value);
            }
        }
        columns.add(new TableWriter.Column(type, codec, values));
        return this;
    }

    private static PrimitiveType leaf(Type type) {
        return type.isPrimitive()
                ? type.asPrimitiveType()
                : type.asGroupType().getType(0).asPrimitiveType();
    }

    private static boolean suits(PrimitiveType type, Object value) {
        return switch (type.getPrimitiveTypeName()) {
            case INT32 -> value instanceof Integer;
            case INT64 -> value instanceof Long;
            case FLOAT -> value instanceof Float;
            case DOUBLE -> value instanceof Double;
            case BOOLEAN -> value instanceof Boolean;
            case BINARY -> isBinary(value);
            case FIXED_LEN_BYTE_ARRAY ->
                isBinary(value) && TableWriter.binary(value).length() == type.getTypeLength();
            case INT96 -> isBinary(value) && TableWriter.binary(value).length() == 12;
        };
    }

    private static boolean isBinary(Object value) {
        return value instanceof String || value instanceof byte[] || value instanceof org.apache.parquet.io.api.Binary;
    }

    private static PrimitiveType optional(PrimitiveTypeName physical, String column) {
        return Types.optional(physical).named(column);
    }

    private static List<@Nullable Object> boxed(@Nullable Object[] values) {
        return Collections.unmodifiableList(new ArrayList<>(Arrays.asList(values)));
    }
}
