/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.local.internal.page.ValueStatistics.Order;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DecimalType;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Float16Type;
import org.apache.parquet.format.IEEE754TotalOrder;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.NullType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.TypeDefinedOrder;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ValueStatisticsTest {
    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void equalParquetJavas_withAllKindsOfValues(Order order) {
        for (int seed = 0; seed < 400; seed++) {
            FlatValues values = values(order, seed);
            Statistics<?> theirs = theirs(order, values);
            ValueStatistics ours = new ValueStatistics(order);

            int middle = values.count() / 3;
            ours.update(values, 0, middle);
            ours.update(values, middle, values.count());

            check(ours, theirs, order, seed);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void overADictionary_onlyUsedEntriesCount(Order order) {
        for (int seed = 0; seed < 400; seed++) {
            FlatValues dictionary = values(order, seed);
            if (dictionary.count() == 0) {
                continue;
            }
            int entries = dictionary.count();
            Random random = new Random(seed);
            int used = 1 + random.nextInt(entries);
            FlatValues indices = Values.indices(
                    random.ints(random.nextInt(200), entries - used, entries).toArray());
            FlatValues resolved = values(order, seed);
            resolved.reset(dictionary.layout(), dictionary.width());
            resolved.appendResolved(indices, 0, indices.count(), dictionary);
            ValueStatistics ours = new ValueStatistics(order);

            int middle = indices.count() / 2;
            ours.updateIndexed(indices, 0, middle, dictionary);
            ours.updateIndexed(indices, middle, indices.count(), dictionary);

            check(ours, theirs(order, resolved), order, seed);
        }
    }

    @Test
    void afterReset_nothingWasSeen() {
        for (Order order : Order.values()) {
            ValueStatistics statistics = new ValueStatistics(order);
            if (order != Order.NONE) {
                statistics.update(values(order, 5), 0, values(order, 5).count());
            }
            statistics.reset();
            assertThat(statistics.hasMinMax()).isFalse();
            assertThat(statistics.nanSeen()).isFalse();
            assertThatThrownBy(statistics::min).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void zeros_areWrittenSoThatNoReaderMissesOne_unlessTheOrderIsTotal() {
        FlatValues plusZero = doubles(0.0);
        FlatValues minusZero = doubles(-0.0);
        for (FlatValues zero : List.of(plusZero, minusZero)) {
            ValueStatistics statistics = new ValueStatistics(Order.DOUBLE);
            statistics.update(zero, 0, 1);
            assertThat(statistics.min()).isEqualTo(Values.get(minusZero, 0));
            assertThat(statistics.max()).isEqualTo(Values.get(plusZero, 0));
        }
        ValueStatistics total = new ValueStatistics(Order.DOUBLE_TOTAL);
        total.update(plusZero, 0, 1);
        assertThat(total.min()).isEqualTo(Values.get(plusZero, 0));
    }

    @Test
    void nanAlone_hasMinMaxOnlyUnderATotalOrder() {
        FlatValues nan = doubles(Double.NaN, Double.NaN);
        ValueStatistics byType = new ValueStatistics(Order.DOUBLE);
        byType.update(nan, 0, 2);
        assertThat(byType.hasMinMax()).isFalse();
        assertThat(byType.nanCount()).isEqualTo(2);

        ValueStatistics total = new ValueStatistics(Order.DOUBLE_TOTAL);
        total.update(nan, 0, 2);
        assertThat(total.min()).isEqualTo(Values.get(nan, 0));
        total.update(doubles(3.5), 0, 1);
        assertThat(total.min()).isEqualTo(Values.get(doubles(3.5), 0));
        assertThat(total.nanCount()).isEqualTo(2);
    }

    @Test
    void theOrderOfAColumn_isThatOfItsTypeAndAnnotation() {
        ColumnOrder byType = ColumnOrder.TYPE_ORDER(new TypeDefinedOrder());
        ColumnOrder total = ColumnOrder.IEEE_754_TOTAL_ORDER(new IEEE754TotalOrder());
        assertThat(ValueStatistics.order(column(Type.DOUBLE), byType)).isEqualTo(Order.DOUBLE);
        assertThat(ValueStatistics.order(column(Type.DOUBLE), null)).isEqualTo(Order.DOUBLE);
        assertThat(ValueStatistics.order(column(Type.DOUBLE), total)).isEqualTo(Order.DOUBLE_TOTAL);
        assertThat(ValueStatistics.order(column(Type.FLOAT), total)).isEqualTo(Order.FLOAT_TOTAL);
        assertThat(ValueStatistics.order(column(Type.INT32), total)).isEqualTo(Order.NONE);
        assertThat(ValueStatistics.order(column(Type.INT32), new ColumnOrder())).isEqualTo(Order.NONE);
        assertThat(ValueStatistics.order(column(Type.INT96), byType)).isEqualTo(Order.NONE);
        assertThat(ValueStatistics.order(column(Type.BYTE_ARRAY), byType)).isEqualTo(Order.UNSIGNED_BYTES);
        assertThat(ValueStatistics.order(new SchemaElement("group"), byType)).isEqualTo(Order.NONE);

        assertThat(of(Type.INT32, LogicalType.INTEGER(new IntType((byte) 8, false))))
                .isEqualTo(Order.UNSIGNED_INT32);
        assertThat(of(Type.INT64, LogicalType.INTEGER(new IntType((byte) 64, true))))
                .isEqualTo(Order.SIGNED_INT64);
        assertThat(of(Type.INT64, LogicalType.DECIMAL(new DecimalType(2, 9)))).isEqualTo(Order.SIGNED_INT64);
        assertThat(of(Type.INT64, LogicalType.UNKNOWN(new NullType()))).isEqualTo(Order.NONE);
        assertThat(of(Type.BYTE_ARRAY, LogicalType.STRING(new StringType()))).isEqualTo(Order.UNSIGNED_BYTES);
        assertThat(of(Type.BYTE_ARRAY, LogicalType.DECIMAL(new DecimalType(2, 9))))
                .isEqualTo(Order.SIGNED_BYTES_DECIMAL);
        assertThat(of(Type.BYTE_ARRAY, LogicalType.FLOAT16(new Float16Type()))).isEqualTo(Order.NONE);
        assertThat(of(Type.BYTE_ARRAY, new LogicalType())).isEqualTo(Order.NONE);
        SchemaElement half = column(Type.FIXED_LEN_BYTE_ARRAY).setType_length(2);
        half.setLogicalType(LogicalType.FLOAT16(new Float16Type()));
        assertThat(ValueStatistics.order(half, byType)).isEqualTo(Order.FLOAT16);
        assertThat(ValueStatistics.order(half, total)).isEqualTo(Order.FLOAT16_TOTAL);

        assertThat(of(Type.INT64, ConvertedType.UINT_64)).isEqualTo(Order.UNSIGNED_INT64);
        assertThat(of(Type.INT64, ConvertedType.TIMESTAMP_MICROS)).isEqualTo(Order.SIGNED_INT64);
        assertThat(of(Type.FIXED_LEN_BYTE_ARRAY, ConvertedType.DECIMAL)).isEqualTo(Order.SIGNED_BYTES_DECIMAL);
        assertThat(of(Type.FIXED_LEN_BYTE_ARRAY, ConvertedType.INTERVAL)).isEqualTo(Order.NONE);
    }

    private static void check(ValueStatistics ours, Statistics<?> theirs, Order order, int seed) {
        assertThat(ours.hasMinMax()).as("seed %d", seed).isEqualTo(theirs.hasNonNullValue());
        if (ours.hasMinMax()) {
            assertThat(ours.min()).as("min, seed %d", seed).isEqualTo(normal(theirs.getMinBytes(), order, true));
            assertThat(ours.max()).as("max, seed %d", seed).isEqualTo(normal(theirs.getMaxBytes(), order, false));
        }
        if (theirs.isNanCountSet()) {
            assertThat(ours.nanCount()).as("seed %d", seed).isEqualTo(theirs.getNanCount());
        }
        assertThat(ours.nanSeen()).isEqualTo(ours.nanCount() > 0);
    }

    /** Gives a zero the sign that the format wants, which parquet-java may leave to the writer of the footer. */
    private static byte[] normal(byte[] value, Order order, boolean min) {
        if (order != Order.FLOAT && order != Order.DOUBLE) {
            return value;
        }
        byte[] zero = value.clone();
        zero[zero.length - 1] &= 0x7F;
        for (byte b : zero) {
            if (b != 0) {
                return value;
            }
        }
        zero[zero.length - 1] = (byte) (min ? 0x80 : 0);
        return zero;
    }

    private static Statistics<?> theirs(Order order, FlatValues values) {
        PrimitiveType type = type(order);
        Statistics<?> statistics = Statistics.createStats(type);
        for (int i = 0; i < values.count(); i++) {
            byte[] value = Values.get(values, i);
            switch (type.getPrimitiveTypeName()) {
                case BOOLEAN -> statistics.updateStats(value[0] != 0);
                case INT32 -> statistics.updateStats(LittleEndian.getInt(value, 0));
                case INT64 -> statistics.updateStats(LittleEndian.getLong(value, 0));
                case FLOAT -> statistics.updateStats(Float.intBitsToFloat(LittleEndian.getInt(value, 0)));
                case DOUBLE -> statistics.updateStats(Double.longBitsToDouble(LittleEndian.getLong(value, 0)));
                case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> statistics.updateStats(Binary.fromConstantByteArray(value));
            }
        }
        return statistics;
    }

    private static PrimitiveType type(Order order) {
        org.apache.parquet.schema.ColumnOrder byType = org.apache.parquet.schema.ColumnOrder.typeDefined();
        org.apache.parquet.schema.ColumnOrder total = org.apache.parquet.schema.ColumnOrder.ieee754TotalOrder();
        return switch (order) {
            case SIGNED_INT32 -> Types.required(PrimitiveTypeName.INT32).named("c");
            case UNSIGNED_INT32 ->
                Types.required(PrimitiveTypeName.INT32)
                        .as(LogicalTypeAnnotation.intType(32, false))
                        .named("c");
            case SIGNED_INT64 -> Types.required(PrimitiveTypeName.INT64).named("c");
            case UNSIGNED_INT64 ->
                Types.required(PrimitiveTypeName.INT64)
                        .as(LogicalTypeAnnotation.intType(64, false))
                        .named("c");
            case FLOAT ->
                Types.required(PrimitiveTypeName.FLOAT).columnOrder(byType).named("c");
            case DOUBLE ->
                Types.required(PrimitiveTypeName.DOUBLE).columnOrder(byType).named("c");
            case FLOAT_TOTAL ->
                Types.required(PrimitiveTypeName.FLOAT).columnOrder(total).named("c");
            case DOUBLE_TOTAL ->
                Types.required(PrimitiveTypeName.DOUBLE).columnOrder(total).named("c");
            case FLOAT16, FLOAT16_TOTAL ->
                Types.required(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                        .length(2)
                        .as(LogicalTypeAnnotation.float16Type())
                        .columnOrder(order == Order.FLOAT16 ? byType : total)
                        .named("c");
            case BOOLEAN -> Types.required(PrimitiveTypeName.BOOLEAN).named("c");
            case UNSIGNED_BYTES -> Types.required(PrimitiveTypeName.BINARY).named("c");
            case SIGNED_BYTES_DECIMAL ->
                Types.required(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.decimalType(2, 9))
                        .named("c");
            case NONE -> throw new IllegalArgumentException("no order");
        };
    }

    /** Returns up to forty values, none at some seeds, among them the ones that comparisons get wrong. */
    private static FlatValues values(Order order, int seed) {
        Random random = new Random(seed);
        Type type = Type.valueOf(type(order).getPrimitiveTypeName().name().replaceFirst("^BINARY$", "BYTE_ARRAY"));
        FlatValues values = Values.empty(type, 2, Encoding.PLAIN);
        List<byte[]> special = special(order);
        int count = random.nextInt(5) == 0 ? random.nextInt(3) : random.nextInt(40);
        for (int i = 0; i < count; i++) {
            byte[] value = new byte[values.width() == 0 ? random.nextInt(5) : values.width()];
            random.nextBytes(value);
            if (type == Type.BOOLEAN) {
                value[0] &= 1;
            }
            if (!special.isEmpty() && seed % 3 != 0) {
                value = special.get(random.nextInt(1 + seed % special.size()));
            }
            Values.append(values, value);
        }
        return values;
    }

    private static List<byte[]> special(Order order) {
        List<byte[]> special = new ArrayList<>();
        switch (order) {
            case DOUBLE, DOUBLE_TOTAL -> {
                for (double value : new double[] {Double.NaN, 0.0, -0.0, 1, -1, 1e300, Double.POSITIVE_INFINITY}) {
                    special.add(Values.get(doubles(value), 0));
                    special.add(Values.get(doubles(Double.longBitsToDouble(~Double.doubleToRawLongBits(value))), 0));
                }
            }
            case FLOAT, FLOAT_TOTAL -> {
                for (int bits : new int[] {0x7FC0_0000, 0, 0x7F80_0000, 0x7F80_0001, 0x3F80_0000}) {
                    special.add(bytes(bits, 4));
                    special.add(bytes(bits | 1 << 31, 4));
                }
            }
            case FLOAT16, FLOAT16_TOTAL -> {
                for (int bits : new int[] {0x7E00, 0, 0x7C00, 0x7C01, 0x3C00, 1}) {
                    special.add(bytes(bits, 2));
                    special.add(bytes(bits | 0x8000, 2));
                }
            }
            case SIGNED_BYTES_DECIMAL -> {
                special.add(new byte[] {1});
                special.add(new byte[] {-1, 0});
                special.add(new byte[] {0, 1, 2});
                special.add(new byte[] {-128});
                special.add(new byte[] {-1, 127});
                special.add(new byte[] {0, -128});
                special.add(new byte[] {127, 0, 0, 0, 0, 0, 0, 0, 0, 1});
                special.add(new byte[] {-2});
            }
            case UNSIGNED_BYTES -> {
                for (String text :
                        new String[] {"eight by", "eight bytes", "eight b", "eight by\0", "z\0", "z", "", "é"}) {
                    special.add(text.getBytes(StandardCharsets.UTF_8));
                }
            }
            case SIGNED_INT32, UNSIGNED_INT32, SIGNED_INT64, UNSIGNED_INT64, BOOLEAN, NONE -> {}
        }
        return special;
    }

    private static byte[] bytes(int bits, int width) {
        byte[] bytes = new byte[4];
        LittleEndian.putInt(bytes, 0, bits);
        return Arrays.copyOf(bytes, width);
    }

    private static FlatValues doubles(double... values) {
        FlatValues flat = Values.empty(Type.DOUBLE, 0, Encoding.PLAIN);
        for (double value : values) {
            byte[] bytes = new byte[8];
            LittleEndian.putLong(bytes, 0, Double.doubleToRawLongBits(value));
            Values.append(flat, bytes);
        }
        return flat;
    }

    private static SchemaElement column(Type type) {
        return new SchemaElement("c").setType(type);
    }

    private static Order of(Type type, LogicalType logical) {
        return ValueStatistics.order(column(type).setLogicalType(logical), null);
    }

    private static Order of(Type type, ConvertedType converted) {
        return ValueStatistics.order(column(type).setConverted_type(converted), null);
    }
}
