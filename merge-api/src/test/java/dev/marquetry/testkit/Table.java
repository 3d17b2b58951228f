/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file read back: schema, values and what the footer says; {@link Tables#read} reads one. A nested column goes by
 * its dotted path, such as {@code point.x}. Immutable and thread-safe.
 */
public final class Table {
    /**
     * One data page.
     *
     * @param rowGroup the row group's number
     * @param firstRow the page's first row, counted from the row group's first
     */
    record Page(int rowGroup, ColumnChunkMetaData chunk, int firstRow, List<@Nullable Object> values) {}

    private final ParquetMetadata footer;
    private final Map<String, List<@Nullable Object>> columns;
    private final byte[] file;
    private final List<Page> pages;

    Table(ParquetMetadata footer, Map<String, List<@Nullable Object>> columns, byte[] file, List<Page> pages) {
        this.footer = footer;
        this.columns = columns;
        this.file = file;
        this.pages = pages;
    }

    /** Returns the file's schema. */
    public MessageType schema() {
        return footer.getFileMetaData().getSchema();
    }

    /** Returns the whole footer. */
    public ParquetMetadata footer() {
        return footer;
    }

    /** Returns the footer's key-value metadata. */
    public Map<String, String> metadata() {
        return footer.getFileMetaData().getKeyValueMetaData();
    }

    /** Returns the number of rows. */
    public long rows() {
        return footer.getBlocks().stream()
                .mapToLong(block -> block.getRowCount())
                .sum();
    }

    /** Returns the paths of all columns, in file order. */
    public List<String> columns() {
        return List.copyOf(columns.keySet());
    }

    /**
     * Returns a column's values, one per row: {@link Integer}, {@link Long}, {@link Float}, {@link Double} or {@link
     * Boolean} as the physical type asks for, {@link String} for STRING, ENUM and JSON, else {@code byte[]}.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    public List<@Nullable Object> values(String column) {
        boolean text = isText(type(column));
        List<@Nullable Object> values = new ArrayList<>();
        for (Object value : raw(column)) {
            values.add(text && value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value);
        }
        return values;
    }

    /**
     * Returns a column's values as text that is the same for the same bits only; compare with {@link #exact(Object...)}.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    public List<@Nullable String> exact(String column) {
        return exact(raw(column).toArray());
    }

    /** Returns text for each of {@code values} that tells apart what {@code equals} does not: NaNs, arrays, types. */
    public static List<@Nullable String> exact(@Nullable Object... values) {
        List<@Nullable String> texts = new ArrayList<>();
        for (Object value : values) {
            texts.add(value == null ? null : exactly(value));
        }
        return texts;
    }

    private static String exactly(Object value) {
        if (value instanceof Double number) {
            return number + " (double " + Long.toHexString(Double.doubleToRawLongBits(number)) + ")";
        }
        if (value instanceof Float number) {
            return number + " (float " + Integer.toHexString(Float.floatToRawIntBits(number)) + ")";
        }
        if (value instanceof byte[] || value instanceof String || value instanceof Binary) {
            byte[] bytes = TableWriter.binary(value).getBytes();
            return "0x" + HexFormat.of().formatHex(bytes) + " '" + new String(bytes, StandardCharsets.UTF_8) + "'";
        }
        return value + " (" + value.getClass().getSimpleName() + ")";
    }

    /** Returns the type of {@code column}'s values. */
    public PrimitiveType type(String column) {
        raw(column);
        return schema().getColumns().stream()
                .filter(descriptor -> String.join(".", descriptor.getPath()).equals(column))
                .findFirst()
                .orElseThrow()
                .getPrimitiveType();
    }

    /** Returns the top-level column {@code name} as the schema has it, repetition and logical type included. */
    public Type field(String name) {
        return schema().getType(name);
    }

    /** Returns the codecs that {@code column}'s chunks are compressed by. */
    public Set<CompressionCodecName> codecs(String column) {
        return chunks(column).stream().map(ColumnChunkMetaData::getCodec).collect(Collectors.toSet());
    }

    /** Returns {@code column}'s chunks, one per row group. */
    public List<ColumnChunkMetaData> chunks(String column) {
        raw(column);
        return footer.getBlocks().stream()
                .flatMap(block -> block.getColumns().stream())
                .filter(chunk -> chunk.getPath().toDotString().equals(column))
                .toList();
    }

    /**
     * Checks that statistics, page indexes and counts are true of the values, wherever the file has any.
     *
     * @throws AssertionError naming the first thing that is not
     */
    public Table checkMetadata() {
        new MetadataCheck(file, this).run();
        return this;
    }

    List<Page> pages() {
        return pages;
    }

    private List<@Nullable Object> raw(String column) {
        List<@Nullable Object> values = columns.get(column);
        if (values == null) {
            throw new IllegalArgumentException("no column '" + column + "' among " + columns.keySet());
        }
        return values;
    }

    private static boolean isText(PrimitiveType type) {
        var logical = type.getLogicalTypeAnnotation();
        return logical instanceof StringLogicalTypeAnnotation
                || logical instanceof EnumLogicalTypeAnnotation
                || logical instanceof JsonLogicalTypeAnnotation;
    }
}
