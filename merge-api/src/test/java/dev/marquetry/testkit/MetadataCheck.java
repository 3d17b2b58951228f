/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** Holds what a file says about its values against the values. */
final class MetadataCheck {
    private final byte[] file;
    private final Table table;

    MetadataCheck(byte[] file, Table table) {
        this.file = file;
        this.table = table;
    }

    void run() {
        Map<ColumnChunkMetaData, List<Table.Page>> pagesOf = new IdentityHashMap<>();
        for (Table.Page page : table.pages()) {
            pagesOf.computeIfAbsent(page.chunk(), chunk -> new ArrayList<>()).add(page);
        }
        for (int group = 0; group < table.footer().getBlocks().size(); group++) {
            BlockMetaData block = table.footer().getBlocks().get(group);
            for (ColumnChunkMetaData chunk : block.getColumns()) {
                String what =
                        "row group " + group + ", column " + chunk.getPath().toDotString() + ": ";
                List<Table.Page> pages = pagesOf.getOrDefault(chunk, List.of());
                List<@Nullable Object> values = new ArrayList<>();
                pages.forEach(page -> values.addAll(page.values()));
                assertThat(values).as(what + "values").hasSize((int) block.getRowCount());
                checkStatistics(what + "statistics", chunk.getPrimitiveType(), chunk.getStatistics(), values);
                checkOffsets(what, chunk, pages);
                checkPageBounds(what, chunk, pages);
            }
        }
    }

    private void checkOffsets(String what, ColumnChunkMetaData chunk, List<Table.Page> pages) {
        IndexReference place = chunk.getOffsetIndexReference();
        if (place == null) {
            return;
        }
        OffsetIndex index =
                read(place, in -> ParquetMetadataConverter.fromParquetOffsetIndex(Util.readOffsetIndex(in)));
        List<Integer> firstRows = pages.stream().map(Table.Page::firstRow).toList();
        List<Integer> indexed = new ArrayList<>();
        for (int page = 0; page < index.getPageCount(); page++) {
            indexed.add((int) index.getFirstRowIndex(page));
            int claimed = index.getCompressedPageSize(page);
            int bodyLeft = read(new IndexReference(index.getOffset(page), claimed), in -> {
                int body = Util.readPageHeader(in).compressed_page_size;
                return in.available() - body;
            });
            assertThat(bodyLeft)
                    .as(what + "bytes too many in the offset index, page " + page)
                    .isZero();
        }
        assertThat(indexed).as(what + "first rows in the offset index").isEqualTo(firstRows);
    }

    private void checkPageBounds(String what, ColumnChunkMetaData chunk, List<Table.Page> pages) {
        IndexReference place = chunk.getColumnIndexReference();
        if (place == null) {
            return;
        }
        PrimitiveType type = chunk.getPrimitiveType();
        ColumnIndex index =
                read(place, in -> ParquetMetadataConverter.fromParquetColumnIndex(type, Util.readColumnIndex(in)));
        if (index == null) {
            return;
        }
        assertThat(index.getNullPages()).as(what + "pages in the column index").hasSameSizeAs(pages);
        for (int page = 0; page < pages.size(); page++) {
            List<@Nullable Object> values = pages.get(page).values();
            String where = what + "page " + page + " in the column index";
            boolean allNull = values.stream().allMatch(Objects::isNull);
            assertThat(index.getNullPages().get(page)).as(where + ": null page").isEqualTo(allNull);
            Statistics.Builder bounds = Statistics.getBuilderForReading(type);
            if (!allNull) {
                bounds.withMin(bytes(index.getMinValues().get(page)))
                        .withMax(bytes(index.getMaxValues().get(page)));
            }
            if (index.getNullCounts() != null) {
                bounds.withNumNulls(index.getNullCounts().get(page));
            }
            checkStatistics(where, type, bounds.build(), values);
        }
    }

    private static void checkStatistics(
            String what, PrimitiveType type, Statistics<?> statistics, List<@Nullable Object> values) {
        if (statistics == null) {
            return;
        }
        if (statistics.isNumNullsSet()) {
            long nulls = values.stream().filter(Objects::isNull).count();
            assertThat(statistics.getNumNulls()).as(what + ": nulls").isEqualTo(nulls);
        }
        if (statistics.hasNonNullValue()) {
            for (Object value : values) {
                if (value != null && !isNaN(type, value)) {
                    checkBounds(what, statistics, value instanceof byte[] ? TableWriter.binary(value) : value);
                }
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Comparable<T>> void checkBounds(String what, Statistics<?> bounds, Object value) {
        Statistics<T> typed = (Statistics<T>) bounds;
        assertThat(typed.compareMinToValue((T) value))
                .as(what + ": minimum and " + value)
                .isLessThanOrEqualTo(0);
        assertThat(typed.compareMaxToValue((T) value))
                .as(what + ": maximum and " + value)
                .isGreaterThanOrEqualTo(0);
    }

    private static boolean isNaN(PrimitiveType type, Object value) {
        if (type.getLogicalTypeAnnotation() instanceof Float16LogicalTypeAnnotation && value instanceof byte[] half) {
            boolean largestExponent = (half[1] & 0x7c) == 0x7c;
            return largestExponent && ((half[1] & 0x03) != 0 || half[0] != 0);
        }
        return value instanceof Double number && number.isNaN() || value instanceof Float real && real.isNaN();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        return Binary.fromConstantByteBuffer(buffer).getBytes();
    }

    private interface Parse<T> {
        T from(ByteArrayInputStream in) throws IOException;
    }

    private <T> T read(IndexReference place, Parse<T> parse) {
        try {
            return parse.from(new ByteArrayInputStream(file, (int) place.getOffset(), place.getLength()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
