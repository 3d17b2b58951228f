/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.apache.parquet.hadoop.metadata.CompressionCodecName.GZIP;
import static org.apache.parquet.hadoop.metadata.CompressionCodecName.LZ4_RAW;
import static org.apache.parquet.hadoop.metadata.CompressionCodecName.SNAPPY;
import static org.apache.parquet.hadoop.metadata.CompressionCodecName.UNCOMPRESSED;
import static org.apache.parquet.hadoop.metadata.CompressionCodecName.ZSTD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.Codec;
import dev.marquetry.MergeRequest.ExistingOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How inputs may be laid out, which of them are refused, and when an output may be written. */
abstract class FileClaims extends Claims {
    private static final int ROWS = 240;

    FileClaims(MergeStrategyContract contract) {
        super(contract);
    }

    private Path spine() {
        return Fixtures.table("spine").key("ts", 1, 2, 3).writeTo(in);
    }

    private Path feature() {
        return Fixtures.table("a").key("ts", 3, 1, 2).column("a", 0.3, 0.1, 0.2).writeTo(in);
    }

    private enum Rows {
        IDENTICAL,
        GAPS,
        TURNED
    }

    /** Returns a table of {@code rows}; its values follow from the key. */
    private static Fixture laidOut(String name, Rows rows) {
        long[] keys = LongStream.range(0, ROWS)
                .filter(key -> rows != Rows.GAPS || key % 10 < 6 && key > 30)
                .map(key -> rows == Rows.TURNED ? ROWS - 1 - key : key)
                .toArray();
        return Fixtures.table(name)
                .key("ts", LongStream.of(keys))
                .column(
                        name + "_d",
                        LongStream.of(keys).mapToObj(FileClaims::number).toArray(Double[]::new))
                .longs(name + "_l", LongStream.of(keys).boxed().toArray(Long[]::new))
                .strings(
                        name + "_s",
                        LongStream.of(keys).mapToObj(FileClaims::text).toArray(String[]::new))
                .booleans(
                        name + "_b",
                        LongStream.of(keys).mapToObj(key -> key % 3 == 0).toArray(Boolean[]::new));
    }

    private static @Nullable Double number(long key) {
        return key % 7 == 0 ? null : key / 4.0;
    }

    private static @Nullable String text(long key) {
        return key / 50 == 2 ? null : "text" + key % 11;
    }

    private static void assertLaidOut(Table wide, String name, Rows rows) {
        List<@Nullable Object> numbers = new ArrayList<>();
        List<@Nullable Object> longs = new ArrayList<>();
        List<@Nullable Object> texts = new ArrayList<>();
        List<@Nullable Object> booleans = new ArrayList<>();
        for (long key = 0; key < ROWS; key++) {
            boolean there = rows != Rows.GAPS || key % 10 < 6 && key > 30;
            numbers.add(there ? number(key) : null);
            longs.add(there ? key : null);
            texts.add(there ? text(key) : null);
            booleans.add(there ? key % 3 == 0 : null);
        }
        assertThat(wide.values(name + "_d")).as(name).isEqualTo(numbers);
        assertThat(wide.values(name + "_l")).as(name).isEqualTo(longs);
        assertThat(wide.values(name + "_s")).as(name).isEqualTo(texts);
        assertThat(wide.values(name + "_b")).as(name).isEqualTo(booleans);
    }

    /** Merges one file for each way rows can lie, laid out by {@code layout}, with a spine of row groups of 100 rows. */
    private void mergeLaidOut(UnaryOperator<Fixture> layout) throws IOException {
        Path spine = Fixtures.table("spine")
                .key("ts", LongStream.range(0, ROWS))
                .rowGroupRows(100)
                .pageRows(40)
                .writeTo(in);
        Path same = layout.apply(laidOut("same", Rows.IDENTICAL)).writeTo(in);
        Path gaps = layout.apply(laidOut("gaps", Rows.GAPS)).writeTo(in);
        Path turned = layout.apply(laidOut("turned", Rows.TURNED)).writeTo(in);
        Table wide = merge(spine, same, gaps, turned);

        assertThat(wide.values("ts"))
                .isEqualTo(LongStream.range(0, ROWS).boxed().toList());
        assertLaidOut(wide, "same", Rows.IDENTICAL);
        assertLaidOut(wide, "gaps", Rows.GAPS);
        assertLaidOut(wide, "turned", Rows.TURNED);
    }

    @Test
    final void sameRowGroups_areMerged() throws IOException {
        mergeLaidOut(fixture -> fixture.rowGroupRows(100).pageRows(40));
    }

    @Test
    final void otherRowGroupsAndPages_areMerged() throws IOException {
        mergeLaidOut(fixture -> fixture.rowGroupRows(70).pageRows(9));
    }

    @Test
    final void oneRowPerRowGroup_isMerged() throws IOException {
        mergeLaidOut(fixture -> fixture.rowGroupRows(1));
    }

    @Test
    final void oneRowPerPage_isMerged() throws IOException {
        mergeLaidOut(fixture -> fixture.pageRows(1));
    }

    @Test
    final void pagesOfVersion2_areMerged() throws IOException {
        mergeLaidOut(fixture -> fixture.pageVersion2().rowGroupRows(100).pageRows(30));
    }

    @Test
    final void pagesOfVersion2WithoutDictionary_areMerged() throws IOException {
        mergeLaidOut(fixture -> fixture.pageVersion2().noDictionary().pageRows(17));
    }

    @Test
    final void plainPages_areMerged() throws IOException {
        mergeLaidOut(fixture -> fixture.noDictionary().pageRows(17));
    }

    @Test
    final void byteStreamSplitPages_areMerged() throws IOException {
        mergeLaidOut(fixture -> fixture.byteStreamSplit().pageRows(17));
    }

    @Test
    final void dictionariesGivenUpHalfWay_areMerged() throws IOException {
        mergeLaidOut(fixture -> fixture.dictionaryBytes(200).pageRows(17));
    }

    @Test
    final void bloomFilters_doNotDisturb() throws IOException {
        mergeLaidOut(fixture -> fixture.bloomFilters().rowGroupRows(100));
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionCodecName.class,
            names = {"UNCOMPRESSED", "GZIP", "ZSTD", "LZ4_RAW"})
    final void inputsOfEveryCodec_areMerged(CompressionCodecName codec) throws Throwable {
        needs(Capability.INPUT_CODECS, () -> {
            for (boolean second : List.of(false, true)) {
                String name = second ? "v2" : "v1";
                Path spine = spine();
                List<Path> features = new ArrayList<>();
                for (int turned = 0; turned < 2; turned++) {
                    Fixture fixture = Fixtures.table(name + turned).codec(codec);
                    fixture = second ? fixture.pageVersion2() : fixture;
                    features.add(
                            turned == 0
                                    ? fixture.key("ts", 1, 2, 3)
                                            .strings("a", "x", null, "z")
                                            .writeTo(in)
                                    : fixture.key("ts", 3, 1)
                                            .column("b", 0.3, 0.1)
                                            .writeTo(in));
                }
                Table wide = merge(onTs(spine, paths(features)).writeTo(output.resolveSibling(name + ".parquet")));

                assertThat(wide.values("a")).containsExactly("x", null, "z");
                assertThat(wide.values("b")).containsExactly(0.1, null, 0.3);
            }
        });
    }

    @Test
    final void inputCodecs_areKept() throws Throwable {
        needs(Capability.OUTPUT_CODECS, () -> {
            Path spine = Fixtures.table("spine")
                    .codec(GZIP)
                    .key("ts", 1, 2, 3)
                    .codec(ZSTD)
                    .column("y", 1.0, 2.0, 3.0)
                    .writeTo(in);
            Path same = Fixtures.table("same")
                    .key("ts", 1, 2, 3)
                    .codec(ZSTD)
                    .column("z", 1.0, 2.0, 3.0)
                    .codec(UNCOMPRESSED)
                    .column("u", 1.0, 2.0, 3.0)
                    .writeTo(in);
            Path turned = Fixtures.table("turned")
                    .key("ts", 3, 1)
                    .codec(LZ4_RAW)
                    .column("l", 0.3, 0.1)
                    .codec(SNAPPY)
                    .column("s", 0.3, 0.1)
                    .writeTo(in);
            Table wide = merge(spine, same, turned);

            assertThat(wide.columns().stream().collect(Collectors.toMap(column -> column, wide::codecs)))
                    .containsOnly(
                            Map.entry("ts", Set.of(GZIP)),
                            Map.entry("y", Set.of(ZSTD)),
                            Map.entry("z", Set.of(ZSTD)),
                            Map.entry("u", Set.of(UNCOMPRESSED)),
                            Map.entry("l", Set.of(LZ4_RAW)),
                            Map.entry("s", Set.of(SNAPPY)));
            assertThat(wide.values("l")).containsExactly(0.1, null, 0.3);
        });
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = EnumSource.Mode.EXCLUDE, names = "AS_INPUT")
    final void namedCodec_isUsedForAllColumns(Codec codec) throws Throwable {
        needs(Capability.OUTPUT_CODECS, () -> {
            Path other = Fixtures.table("b")
                    .codec(ZSTD)
                    .key("ts", 1, 2, 3)
                    .strings("b", "x", null, "z")
                    .writeTo(in);
            Table wide = merge(onTs(spine(), feature(), other).codec(codec).writeTo(output));

            for (String column : wide.columns()) {
                assertThat(wide.codecs(column)).as(column).containsExactly(CompressionCodecName.valueOf(codec.name()));
            }
            assertThat(wide.values("a")).containsExactly(0.1, 0.2, 0.3);
            assertThat(wide.values("b")).containsExactly("x", null, "z");
        });
    }

    @Test
    final void spineAndOutputInTheFeatureFolder_areLeftOut() throws IOException {
        spine();
        feature();
        Path wideInside = in.resolve("wide.parquet");
        MergeRequest.Builder request = MergeRequest.onKey("ts")
                .spine(in.resolve("spine.parquet"))
                .features(in, "*.parquet")
                .expectFeatureFiles(1)
                .onExistingOutput(ExistingOutput.REPLACE);
        merge(request.writeTo(wideInside));
        Table wide = merge(request.writeTo(wideInside));

        assertThat(wide.columns()).containsExactly("ts", "a");
        assertThat(wide.values("a")).containsExactly(0.1, 0.2, 0.3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 667})
    final void anotherCountThanExpected_isRefused(int expected) throws IOException {
        assertRefused(onTs(spine(), feature()).expectFeatureFiles(expected).writeTo(output))
                .matches(alone(expected))
                .matches(alone(1));
    }

    @Test
    final void expectedCount_isMerged() throws IOException {
        assertThat(merge(onTs(spine(), feature()).expectFeatureFiles(1).writeTo(output))
                        .values("a"))
                .containsExactly(0.1, 0.2, 0.3);
    }

    @Test
    final void fileNamedTwice_isRefused() throws IOException {
        Path feature = feature();

        assertRefused(spine(), feature, feature).contains("a.parquet");
    }

    @Test
    final void missingFeatureFolder_isRefused() throws IOException {
        assertRefused(MergeRequest.onKey("ts")
                        .spine(spine())
                        .features(in.resolve("nowhere"), "*.parquet")
                        .writeTo(output))
                .contains("nowhere");
    }

    @Test
    final void missingFiles_areRefusedByName() throws IOException {
        assertRefused(spine(), in.resolve("gone.parquet"), feature(), in.resolve("lost.parquet"))
                .contains("gone.parquet", "lost.parquet")
                .doesNotContain("a.parquet");
        assertRefused(in.resolve("nospine.parquet"), feature()).contains("nospine.parquet");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 0.5, 0.9, 0.99})
    final void truncatedFile_isRefusedByName(double part) throws IOException {
        Path feature = feature();
        byte[] whole = Files.readAllBytes(feature);
        Path cut = in.resolve("cut.parquet");
        Files.write(cut, Arrays.copyOf(whole, (int) (whole.length * part)));

        assertRefused(spine(), cut).contains("cut.parquet");
        assertRefused(cut, feature).contains("cut.parquet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PAR2", "PARE", "ABCD"})
    final void wrongMagic_isRefusedByName(String magic) throws IOException {
        Path odd = Fixtures.table("odd").key("ts", 1).column("o", 1.0).writeTo(in);
        byte[] bytes = Files.readAllBytes(odd);
        System.arraycopy(magic.getBytes(StandardCharsets.US_ASCII), 0, bytes, bytes.length - 4, 4);
        Files.write(odd, bytes);

        assertRefused(spine(), odd, feature()).contains("odd.parquet").doesNotContain("a.parquet");
    }

    @Test
    final void footerOfRubbish_isRefusedByName() throws IOException {
        Path odd = Fixtures.table("odd").key("ts", 1).column("o", 1.0).writeTo(in);
        byte[] bytes = Files.readAllBytes(odd);
        Arrays.fill(bytes, bytes.length - 60, bytes.length - 8, (byte) 0xff);
        Files.write(odd, bytes);

        assertRefused(spine(), odd).contains("odd.parquet");
    }

    @Test
    final void damagedKeyPage_isRefusedByName() throws IOException {
        Path odd = Fixtures.table("odd")
                .codec(UNCOMPRESSED)
                .noDictionary()
                .key("ts", 1, 2, 3)
                .column("o", 1.0, 2.0, 3.0)
                .writeTo(in);
        int endOfKeys = Math.toIntExact(4 + Tables.read(odd).chunks("ts").get(0).getTotalSize());
        byte[] bytes = Files.readAllBytes(odd);
        bytes[endOfKeys - 1] ^= 0x40;
        Files.write(odd, bytes);

        assertRefused(spine(), odd).contains("odd.parquet");
    }

    @Test
    final void damagedColumnPage_isRefusedByNameWhenItsRowsMove() throws IOException {
        Path odd = Fixtures.table("odd")
                .codec(UNCOMPRESSED)
                .noDictionary()
                .column("o", 1.0, 2.0, 3.0)
                .key("ts", 3, 1, 2)
                .writeTo(in);
        int endOfColumn =
                Math.toIntExact(4 + Tables.read(odd).chunks("o").get(0).getTotalSize());
        byte[] bytes = Files.readAllBytes(odd);
        bytes[endOfColumn - 1] ^= 0x40;
        Files.write(odd, bytes);

        assertRefused(spine(), odd).contains("odd.parquet");
    }

    @Test
    final void existingOutput_isRefusedAndStays() throws IOException {
        Files.writeString(output, "precious");

        assertRefused(spine(), feature()).contains("wide.parquet");
        assertThat(output).hasContent("precious");
    }

    @Test
    final void existingOutput_isReplacedWhereAsked() throws IOException {
        Files.writeString(output, "old");
        Table wide = merge(onTs(spine(), feature())
                .onExistingOutput(ExistingOutput.REPLACE)
                .writeTo(output));

        assertThat(wide.values("a")).containsExactly(0.1, 0.2, 0.3);
    }

    @Test
    final void failedReplacement_keepsTheOldOutput() throws IOException {
        Files.writeString(output, "old");
        Path doubled =
                Fixtures.table("doubled").key("ts", 1, 1).column("d", 1.0, 2.0).writeTo(in);

        assertRefused(onTs(spine(), feature(), doubled)
                        .onExistingOutput(ExistingOutput.REPLACE)
                        .writeTo(output))
                .contains("doubled.parquet");
        assertThat(output).hasContent("old");
    }

    @Test
    final void missingOutputFolder_isRefusedAndNotCreated() throws IOException {
        Path nowhere = folder.resolve("nowhere");

        assertRefused(onTs(spine(), feature()).writeTo(nowhere.resolve("wide.parquet")))
                .contains("nowhere");
        assertThat(nowhere).doesNotExist();
    }

    @Test
    final void outputUnderAFile_isRefused() throws IOException {
        Path plainFile = Files.writeString(folder.resolve("plainfile"), "no folder");

        assertRefused(onTs(spine(), feature()).writeTo(plainFile.resolve("wide.parquet")))
                .contains("plainfile");
    }

    @Test
    final void outputThatIsAFolder_isRefused() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("taken"));

        assertRefused(onTs(spine(), feature())
                        .onExistingOutput(ExistingOutput.REPLACE)
                        .writeTo(taken))
                .contains("taken");
    }
}
