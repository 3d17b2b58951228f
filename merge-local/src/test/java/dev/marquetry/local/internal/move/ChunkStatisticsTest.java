/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.local.internal.page.ValueStatistics.Order;
import dev.marquetry.local.internal.plan.InputColumn;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.SizeStatistics;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.TypeDefinedOrder;
import org.junit.jupiter.api.Test;

/** What an output chunk's statistics claim, from what those of its sources and of its pages claim. */
class ChunkStatisticsTest {
    private static byte[] plain(double value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array();
    }

    private static byte[] plain(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private static Bounds bounds(Order order, byte[]... minsAndMaxs) {
        Bounds bounds = new Bounds(order);
        for (int i = 0; i < minsAndMaxs.length; i += 2) {
            bounds.add(minsAndMaxs[i], minsAndMaxs[i + 1], true);
        }
        return bounds;
    }

    private static void assertBounds(Bounds bounds, byte[] min, byte[] max) {
        assertThat(bounds.isKnown()).isTrue();
        assertThat(bounds.min()).isEqualTo(min);
        assertThat(bounds.max()).isEqualTo(max);
    }

    @Test
    void pageOfNothingButNan_addsNothingToNumbers() {
        byte[] nan = plain(Double.NaN);
        assertBounds(bounds(Order.DOUBLE_TOTAL, nan, nan, plain(1d), plain(2d), nan, nan), plain(1d), plain(2d));
        assertBounds(bounds(Order.DOUBLE_TOTAL, nan, nan), nan, nan);
    }

    @Test
    void nanBesideANumber_orUnderTypeOrder_boundsNothing() {
        byte[] nan = plain(Double.NaN);
        assertThat(bounds(Order.DOUBLE_TOTAL, plain(1d), nan).isKnown()).isFalse();
        assertThat(bounds(Order.DOUBLE, nan, nan).isKnown()).isFalse();
        assertThat(bounds(Order.DOUBLE, plain(1d), plain(2d), plain(1d), nan).isKnown())
                .isFalse();
        byte[] half = {0, 0x7e};
        assertThat(bounds(Order.FLOAT16, half, half).isKnown()).isFalse();
    }

    @Test
    void boundsOfTheWrongLength_boundNothing() {
        assertThat(bounds(Order.SIGNED_INT32, new byte[3], new byte[4]).isKnown())
                .isFalse();
        assertThat(bounds(Order.BOOLEAN, new byte[0], new byte[1]).isKnown()).isFalse();
        assertThat(bounds(Order.DOUBLE, new byte[8], new byte[9]).isKnown()).isFalse();
    }

    @Test
    void boundsCompareAsTheirColumnDoes() {
        assertBounds(bounds(Order.UNSIGNED_INT32, plain(-1), plain(-1), plain(5), plain(5)), plain(5), plain(-1));
        assertBounds(bounds(Order.SIGNED_INT32, plain(-1), plain(-1), plain(5), plain(5)), plain(-1), plain(5));
        assertBounds(bounds(Order.DOUBLE, plain(0d), plain(-0d), plain(-0d), plain(0d)), plain(-0d), plain(0d));
        byte[] small = BigInteger.valueOf(-300).toByteArray();
        byte[] large = BigInteger.valueOf(7).toByteArray();
        assertBounds(bounds(Order.SIGNED_BYTES_DECIMAL, large, large, small, small), small, large);
        assertBounds(bounds(Order.UNSIGNED_BYTES, text("é"), text("é"), text("z"), text("z")), text("z"), text("é"));
    }

    private static ColumnMetaData source(Type type, long rows, Statistics statistics) {
        ColumnMetaData meta =
                new ColumnMetaData(type, List.of(), List.of("c"), CompressionCodec.UNCOMPRESSED, rows, 0, 0, 0);
        return meta.setStatistics(statistics);
    }

    private static Statistics between(byte[] min, byte[] max) {
        Statistics statistics = new Statistics();
        statistics.setMin_value(min);
        statistics.setMax_value(max);
        return statistics;
    }

    private static ChunkIndexes pages(Order order, PageFacts... facts) {
        ChunkIndexes indexes = new ChunkIndexes(order);
        for (PageFacts page : facts) {
            indexes.add(0, 1, page);
        }
        return indexes;
    }

    private static PageFacts page(int rows, int nulls, byte[] min, byte[] max, long nans, long dataBytes) {
        return new PageFacts(rows, nulls, min, max, true, nans, dataBytes);
    }

    @Test
    void boundsOfBytes_areExactOnlyIfAllSourcesSaySo() {
        PageFacts unknown = page(4, 1, null, null, -1, -1);
        ColumnMetaData said = source(
                Type.BYTE_ARRAY,
                2,
                between(text("a"), text("b")).setIs_min_value_exact(true).setIs_max_value_exact(true));
        ColumnMetaData silent = source(Type.BYTE_ARRAY, 2, between(text("c"), text("d")));
        Order order = Order.UNSIGNED_BYTES;
        Statistics exact = ChunkStatistics.of(List.of(said, said), true, pages(order, unknown));
        assertThat(exact.isIs_min_value_exact() && exact.isIs_max_value_exact()).isTrue();
        Statistics mixed = ChunkStatistics.of(List.of(said, silent), true, pages(order, unknown));
        assertThat(mixed.isIs_min_value_exact() || mixed.isIs_max_value_exact()).isFalse();
        assertThat(mixed.getMax_value()).isEqualTo(text("d"));
        Statistics fewer = ChunkStatistics.of(List.of(said, said), false, pages(order, unknown));
        assertThat(fewer.isIs_min_value_exact() || fewer.isIs_max_value_exact()).isFalse();
    }

    @Test
    void countsOfNan_areThoseOfPages_elseOfSourcesIfAllIsUsed_elseNotWritten() {
        byte[] one = plain(1d);
        ColumnMetaData source = source(Type.DOUBLE, 4, between(one, one).setNan_count(3));
        PageFacts known = page(4, 1, one, one, 2, -1);
        PageFacts unknown = page(4, 1, one, one, -1, -1);
        List<ColumnMetaData> sources = List.of(source, source);
        assertThat(ChunkStatistics.of(sources, false, pages(Order.DOUBLE, known, PageFacts.ofNulls(9)))
                        .getNan_count())
                .isEqualTo(2);
        assertThat(ChunkStatistics.of(sources, true, pages(Order.DOUBLE, known, unknown))
                        .getNan_count())
                .isEqualTo(6);
        assertThat(ChunkStatistics.of(sources, false, pages(Order.DOUBLE, known, unknown))
                        .isSetNan_count())
                .isFalse();
        assertThat(ChunkStatistics.of(sources, true, pages(Order.SIGNED_INT64, known))
                        .isSetNan_count())
                .isFalse();
    }

    @Test
    void sizes_areWrittenIfASourceHasThem_asFarAsTheyAreKnown() {
        ColumnMetaData source = source(Type.BYTE_ARRAY, 4, new Statistics());
        Order order = Order.UNSIGNED_BYTES;
        ChunkIndexes unknown = pages(order, page(9, 2, text("a"), text("b"), 0, 20), page(3, 1, null, null, 0, -1));
        assertThat(ChunkStatistics.sizes(List.of(source), true, unknown, true)).isNull();
        source.setSize_statistics(new SizeStatistics().setUnencoded_byte_array_data_bytes(100));
        SizeStatistics all = ChunkStatistics.sizes(List.of(source, source), true, unknown, true);
        assertThat(all.getUnencoded_byte_array_data_bytes()).isEqualTo(200);
        assertThat(all.getDefinition_level_histogram()).containsExactly(3L, 9L);
        SizeStatistics some = ChunkStatistics.sizes(List.of(source, source), false, unknown, false);
        assertThat(some).isEqualTo(new SizeStatistics());
        ChunkIndexes known = pages(order, page(9, 2, text("a"), text("b"), 0, 20));
        assertThat(ChunkStatistics.sizes(List.of(source), false, known, false).getUnencoded_byte_array_data_bytes())
                .isEqualTo(20);
    }

    @Test
    void boundsUnderNoStatedOrder_andDeprecatedOnesOfUnsignedValues_areNotBelieved() {
        ColumnOrder byType = ColumnOrder.TYPE_ORDER(new TypeDefinedOrder());
        Statistics number = ofAll();
        ChunkStatistics.leaveTrue(source(Type.INT32, 1, number), column(Type.INT32, byType));
        assertThat(number).isEqualTo(ofAll());

        Statistics unstated = ofAll();
        ChunkStatistics.leaveTrue(source(Type.INT32, 1, unstated), column(Type.INT32, null));
        assertThat(unstated.isSetMin_value() || unstated.isSetMax_value() || unstated.isSetIs_min_value_exact())
                .isFalse();
        assertThat(unstated.isSetMin() && unstated.isSetMax()).isTrue();

        Statistics bytes = ofAll();
        ChunkStatistics.leaveTrue(source(Type.BYTE_ARRAY, 1, bytes), column(Type.BYTE_ARRAY, byType));
        assertThat(bytes.isSetMin() || bytes.isSetMax()).isFalse();
        assertThat(bytes.isSetMin_value() && bytes.isSetMax_value()).isTrue();
    }

    private static Statistics ofAll() {
        Statistics statistics = between(plain(1), plain(2)).setIs_min_value_exact(true);
        statistics.setMin(plain(1));
        statistics.setMax(plain(2));
        return statistics;
    }

    private static InputColumn column(Type type, ColumnOrder order) {
        return new InputColumn(0, new SchemaElement("c").setType(type), order);
    }
}
