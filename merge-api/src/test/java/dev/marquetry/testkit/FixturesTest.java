/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FixturesTest {
    @TempDir
    Path folder;

    @Test
    void oneLineTable_comesBackAsWritten() {
        Path file = Fixtures.table("rsi")
                .key("ts", 3, 1, 2)
                .column("close", 1.5, null, 2.5)
                .writeTo(folder);

        Table table = Tables.read(file).checkMetadata();
        assertThat(file).hasFileName("rsi.parquet");
        assertThat(table.columns()).containsExactly("ts", "close");
        assertThat(table.values("ts")).containsExactly(3L, 1L, 2L);
        assertThat(table.values("close")).containsExactly(1.5, null, 2.5);
        assertThat(table.field("ts").isRepetition(Repetition.OPTIONAL)).isTrue();
    }

    @Test
    void everyPhysicalType_comesBackExactly() {
        byte[] time = Fixtures.int96(Instant.parse("1969-12-31T23:59:59.999999999Z"));
        double payload = Double.longBitsToDouble(0x7ff8_0000_0000_0123L);
        byte[] invalidUtf8 = {(byte) 0xff, 0};
        Path file = Fixtures.table("all")
                .ints("i", Integer.MIN_VALUE, null)
                .floats("f", -0.0f, null)
                .column("d", payload, null)
                .booleans("b", true, null)
                .strings("s", "", null)
                .binaries("x", invalidUtf8, null)
                .column(Types.optional(PrimitiveTypeName.INT96).named("t"), time, null)
                .nested("n", 2.0, null)
                .writeTo(folder);

        Table table = Tables.read(file).checkMetadata();
        assertThat(table.exact("i")).isEqualTo(Table.exact(Integer.MIN_VALUE, null));
        assertThat(table.exact("f")).isEqualTo(Table.exact(-0.0f, null)).isNotEqualTo(Table.exact(0.0f, null));
        assertThat(table.exact("d")).isEqualTo(Table.exact(payload, null)).isNotEqualTo(Table.exact(Double.NaN, null));
        assertThat(table.exact("b")).isEqualTo(Table.exact(true, null));
        assertThat(table.exact("s")).isEqualTo(Table.exact("", null));
        assertThat(table.exact("x")).isEqualTo(Table.exact(invalidUtf8, null));
        assertThat(table.exact("t")).isEqualTo(Table.exact(time, null));
        assertThat(table.exact("n.value")).isEqualTo(Table.exact(2.0, null));
    }

    @Test
    void bytesOfValues_areWhatParquetStores() {
        assertThat(Fixtures.int96(Instant.parse("1970-01-02T00:00:00.000000001Z")))
                .containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 0x8d, 0x3d, 0x25, 0);
        assertThat(Fixtures.decimal("-1.00", 3)).containsExactly(-1, -1, -100);
        assertThat(Fixtures.decimal("1.00", 2)).containsExactly(0, 100);
        assertThat(Fixtures.uuid(new UUID(1, 2))).containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2);
    }

    @Test
    void zeroRows_comeBackWithTheirSchema() {
        Table table = Tables.read(Fixtures.table("t").key("k").column("v").writeTo(folder));

        assertThat(table.rows()).isZero();
        assertThat(table.columns()).containsExactly("k", "v");
    }

    @Test
    void wrongFixtures_areRefused() {
        Fixture uneven = Fixtures.table("t").key("k", 1, 2).column("v", 1.0);

        assertThatThrownBy(() -> uneven.writeTo(folder)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Fixtures.table("t").key("k", 1, null).required())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fixtures.table("t")
                        .column(Types.required(PrimitiveTypeName.INT32).named("i"), 1L))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void damagedPage_isToldByItsChecksum() throws IOException {
        Path file = Fixtures.table("t")
                .codec(CompressionCodecName.UNCOMPRESSED)
                .noDictionary()
                .column("v", 1.0, 2.0)
                .writeTo(folder);
        byte[] bytes = Files.readAllBytes(file);
        int lastOfPage = Math.toIntExact(Tables.read(file).chunks("v").get(0).getTotalSize()) + 3;
        bytes[lastOfPage] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> Tables.read(file))
                .hasMessageContaining("checksum")
                .hasMessageContaining("t.parquet");
    }

    @Test
    void falseStatistics_areTold() throws IOException {
        Path file = Fixtures.table("t")
                .codec(CompressionCodecName.UNCOMPRESSED)
                .noDictionary()
                .column("v", 1.0, 2.0)
                .writeTo(folder);
        Table honest = Tables.read(file);
        Table other = Tables.read(Fixtures.table("o")
                .codec(CompressionCodecName.UNCOMPRESSED)
                .noDictionary()
                .column("v", 1.0, 3.0)
                .writeTo(folder));

        assertThatThrownBy(() -> Tables.read(Files.readAllBytes(folder.resolve("o.parquet")), honest.footer())
                        .checkMetadata())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("maximum");
        assertThat(other.checkMetadata().values("v")).containsExactly(1.0, 3.0);
    }

    @Test
    void brokenFile_isRefused() throws IOException {
        Path file = Fixtures.table("t").column("v", 1.0).writeTo(folder);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));

        assertThatThrownBy(() -> Tables.read(file)).isInstanceOf(UncheckedIOException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionCodecName.class,
            names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
    void everyCodecPageVersionAndLayout_comesBackAsWritten(CompressionCodecName codec) {
        for (boolean second : List.of(false, true)) {
            for (boolean dictionary : List.of(false, true)) {
                Fixture fixture = Fixtures.table("t")
                        .codec(codec)
                        .rowGroupRows(40)
                        .pageRows(7)
                        .key("k", LongStream.range(0, 100))
                        .required()
                        .column("v", DoubleStream.iterate(0, v -> v + 0.5).limit(100))
                        .strings(
                                "s",
                                IntStream.range(0, 100)
                                        .mapToObj(i -> i % 3 == 0 ? null : "s" + i % 7)
                                        .toArray(String[]::new))
                        .column("none", new Double[100]);
                fixture = second ? fixture.pageVersion2() : fixture;
                Table table = Tables.read((dictionary ? fixture : fixture.noDictionary()).writeTo(folder))
                        .checkMetadata();

                assertThat(table.values("k"))
                        .containsExactlyElementsOf(LongStream.range(0, 100)
                                .boxed()
                                .map(Object.class::cast)
                                .toList());
                assertThat(table.values("v").get(99)).isEqualTo(49.5);
                assertThat(table.values("s").subList(0, 4)).containsExactly(null, "s1", "s2", null);
                assertThat(table.values("none")).hasSize(100).containsOnlyNulls();
                assertThat(table.codecs("v")).containsExactly(codec);
                assertThat(table.chunks("v")).hasSize(3);
                assertThat(table.pages().stream()
                                .filter(page ->
                                        page.chunk() == table.chunks("v").get(0)))
                        .hasSize(6);
            }
        }
    }
}
