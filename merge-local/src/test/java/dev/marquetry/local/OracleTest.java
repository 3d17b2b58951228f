/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.oracle.Column;
import dev.marquetry.local.oracle.ColumnType;
import dev.marquetry.local.oracle.DuckOracle;
import dev.marquetry.local.oracle.KeyFamily;
import dev.marquetry.local.oracle.Layout;
import dev.marquetry.local.oracle.MergeCase;
import dev.marquetry.local.oracle.NaiveMerge;
import dev.marquetry.local.oracle.ParquetJavaReading;
import dev.marquetry.local.oracle.RandomTables;
import dev.marquetry.local.oracle.Shape;
import dev.marquetry.local.oracle.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine's outputs against DuckDB's SQL and parquet-java's reader. {@code -Dmarquetry.oracle.seeds=500} tries that
 * many new seeds besides the fixed ones. A failure names its seed; {@code -Dmarquetry.oracle.seed=N} tries that one.
 */
class OracleTest {
    private static final int FIXED_SEEDS = 12;
    private static DuckOracle duck;

    @TempDir
    Path folder;

    @BeforeAll
    static void openDuckDb() {
        duck = new DuckOracle();
    }

    @AfterAll
    static void closeDuckDb() throws SQLException {
        duck.close();
    }

    static LongStream seeds() {
        LongStream asked =
                Stream.ofNullable(Long.getLong("marquetry.oracle.seed")).mapToLong(Long::longValue);
        LongStream fresh =
                new SplittableRandom().longs(Integer.getInteger("marquetry.oracle.seeds", 4), 1000, 1L << 40);
        return LongStream.concat(asked, LongStream.concat(LongStream.range(100, 100 + FIXED_SEEDS), fresh));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void randomTables_mergeAsDuckDbAndParquetJavaSay_whateverThreadsAndBudget(long seed) throws Exception {
        MergeCase merge = RandomTables.write(seed, folder);
        Path output = mergedAsExpected(merge, 1, 256);
        assertSameBytes(merge, output, 2, 8);
        assertSameBytes(merge, output, 4, 64);
    }

    static Stream<Arguments> shapesAndVersions() {
        return Stream.of(Shape.values())
                .flatMap(shape -> Stream.of(WriterVersion.values()).map(version -> Arguments.of(shape, version)));
    }

    @ParameterizedTest(name = "{0} with pages of {1}")
    @MethodSource("shapesAndVersions")
    void everyShape_mergesAsDuckDbAndParquetJavaSay(Shape shape, WriterVersion version) throws Exception {
        long seed = 1000 + shape.ordinal();
        mergedAsExpected(RandomTables.write(seed, folder, shape, version), 2, 64);
    }

    @Test
    void int96Keys_matchTimestampsOfTheSameInstant() throws Exception {
        MergeCase merge = keyed(ColumnType.INT96, ColumnType.TIMESTAMP_NANOS_UTC, ColumnType.TIMESTAMP_MILLIS_UTC);
        MergeResult result = merged(merge, folder.resolve("out.parquet"), 1, 64);
        assertThat(result.featureMatches())
                .extracting(FeatureMatch::matchedRows)
                .containsExactly(0L, 0L);

        Table spine = merge.spine();
        List<Object[]> same = new ArrayList<>();
        for (Object[] row : spine.rows()) {
            same.add(new Object[] {KeyFamily.instantOfInt96(row[0]), row[1]});
        }
        Table feature = merge.features().get(0);
        MergeCase matching = new MergeCase(
                        "int96 and nanos",
                        merge.keys(),
                        spine,
                        List.of(new Table(feature.file(), feature.columns(), same, feature.layout())),
                        DuplicateKeys.REJECT,
                        SpineDuplicates.REJECT)
                .write();
        assertValues(matching, merged(matching, folder.resolve("out2.parquet"), 1, 64), "out2.parquet");
    }

    @Test
    void integerKeysOfOtherWidths_matchByValue() throws Exception {
        MergeCase merge = keyed(ColumnType.INT32, ColumnType.INT64, ColumnType.INT_16);
        MergeResult result = merged(merge, folder.resolve("out.parquet"), 1, 64);
        assertThat(result.featureMatches())
                .extracting(FeatureMatch::matchedRows)
                .containsExactly(30L, 30L);
        assertValues(merge, result, "out.parquet");
    }

    @Test
    void timestampKeysOfOtherUnits_matchByInstant() throws Exception {
        MergeCase merge =
                keyed(ColumnType.TIMESTAMP_MICROS_UTC, ColumnType.TIMESTAMP_MILLIS_UTC, ColumnType.TIMESTAMP_NANOS_UTC);
        MergeResult result = merged(merge, folder.resolve("out.parquet"), 1, 64);
        assertThat(result.featureMatches())
                .extracting(FeatureMatch::matchedRows)
                .containsExactly(30L, 30L);
        assertThat(result.featureMatches()).extracting(FeatureMatch::kind).containsOnly(RowMapKind.IDENTICAL);
        assertValues(merge, result, "out.parquet");
    }

    @Test
    void noFeatureFiles_giveTheSpine() throws Exception {
        MergeCase one = keyed(ColumnType.INT64);
        assertValues(one, merged(one, folder.resolve("out.parquet"), 1, 64), "out.parquet");
    }

    /** Every other row group of the feature file has a dictionary; the output's only one draws from all of them. */
    @ParameterizedTest
    @EnumSource(WriterVersion.class)
    void rowGroupsWithAndWithoutDictionary_becomeOneChunk(WriterVersion version) throws Exception {
        List<Object[]> rows = new ArrayList<>();
        for (int r = 0; r < 400; r++) {
            boolean repeats = r / 50 % 2 == 1;
            Object value = r % 7 == 0 ? null : (Object) (repeats ? r % 5L : r * 1_000_003L);
            rows.add(new Object[] {KeyFamily.value(ColumnType.INT64, r, 0), value});
        }
        Column key = new Column("key", ColumnType.INT64, true);
        Layout layout = new Layout(
                List.of(50),
                20,
                version,
                CompressionCodecName.SNAPPY,
                Set.of("value"),
                1 << 20,
                version == WriterVersion.PARQUET_1_0 ? Set.of("value") : Set.of(), // else DELTA_BINARY_PACKED
                Set.of(),
                true);
        List<Object[]> keys = rows.stream().map(row -> new Object[] {row[0]}).toList();
        Table spine = new Table(folder.resolve("spine.parquet"), List.of(key), keys, Layout.plain());
        Table feature = new Table(
                folder.resolve("feature.parquet"),
                List.of(key, new Column("value", ColumnType.INT64, false)),
                rows.subList(1, rows.size()), // with all of them, the output would have its row groups
                layout);
        MergeCase merge = new MergeCase(
                        "dictionary in every other row group, " + version,
                        List.of("key"),
                        spine,
                        List.of(feature),
                        DuplicateKeys.REJECT,
                        SpineDuplicates.REJECT)
                .write();
        mergedAsExpected(merge, 1, 64);
    }

    /** Returns a spine with a key of {@code spineKey} and a feature file of the same ordinals for each other type. */
    private MergeCase keyed(ColumnType spineKey, ColumnType... featureKeys) {
        List<Table> features = new ArrayList<>();
        for (ColumnType key : featureKeys) {
            features.add(keyedTable("f" + features.size(), key));
        }
        return new MergeCase(
                        spineKey + " and " + List.of(featureKeys),
                        List.of("key"),
                        keyedTable("spine", spineKey),
                        features,
                        DuplicateKeys.REJECT,
                        SpineDuplicates.REJECT)
                .write();
    }

    private Table keyedTable(String name, ColumnType key) {
        List<Object[]> rows = new ArrayList<>();
        for (int r = 0; r < 30; r++) {
            rows.add(new Object[] {KeyFamily.value(key, r, 0), (double) r});
        }
        List<Column> columns =
                List.of(new Column("key", key, true), new Column(name + "_value", ColumnType.DOUBLE, true));
        return new Table(folder.resolve(name + ".parquet"), columns, rows, Layout.plain());
    }

    private Path mergedAsExpected(MergeCase merge, int threads, int mebibytes) throws Exception {
        Path output = folder.resolve("merged").resolve("out.parquet");
        Files.createDirectories(output.getParent());
        MergeResult result = merged(merge, output, threads, mebibytes);
        Table expected = NaiveMerge.of(merge, output);
        assertThat(ParquetJavaReading.differences(output, expected))
                .as(merge.title())
                .isEmpty();
        if (DuckOracle.canRead(merge)) {
            assertThat(duck.differences(merge, output)).as(merge.title()).isEmpty();
        }
        assertThat(result.rows()).as(merge.title()).isEqualTo(expected.rows().size());
        assertThat(result.columns())
                .as(merge.title())
                .isEqualTo(expected.columns().size());
        assertMatches(merge, result);
        assertOnly(output, merge);
        return output;
    }

    private static void assertMatches(MergeCase merge, MergeResult result) {
        assertThat(result.featureMatches()).as(merge.title()).hasSameSizeAs(merge.features());
        for (int f = 0; f < merge.features().size(); f++) {
            Table feature = merge.features().get(f);
            NaiveMerge.Match expected = NaiveMerge.match(merge, feature);
            FeatureMatch match = result.featureMatches().get(f);
            assertThat(match.file()).as(merge.title()).isEqualTo(feature.name());
            assertThat(List.of(match.rows(), match.matchedRows(), match.absentRows(), match.nullKeyRows()))
                    .as("rows, matched, absent and null keys of %s in %s", feature.name(), merge)
                    .isEqualTo(List.of(
                            (long) feature.rows().size(),
                            expected.matched(),
                            merge.spine().rows().size() - expected.matched(),
                            expected.nullKeys()));
            assertThat(match.extraRows() + match.duplicateRows())
                    .as("extra and duplicate rows of %s in %s", feature.name(), merge)
                    .isEqualTo(feature.rows().size() - expected.nullKeys() - expected.used());
        }
    }

    private static void assertValues(MergeCase merge, MergeResult result, String name) {
        Path output = merge.spine().file().resolveSibling(name);
        assertThat(result.rows()).isEqualTo(merge.spine().rows().size());
        assertThat(ParquetJavaReading.differences(output, NaiveMerge.of(merge, output)))
                .as(merge.title())
                .isEmpty();
    }

    private void assertSameBytes(MergeCase merge, Path output, int threads, int mebibytes) throws Exception {
        Path again = output.resolveSibling("again.parquet");
        Files.deleteIfExists(again);
        merged(merge, again, threads, mebibytes);
        assertThat(again)
                .as("%s with %d threads in %d MiB", merge, threads, mebibytes)
                .hasSameBinaryContentAs(output);
    }

    private static void assertOnly(Path output, MergeCase merge) throws Exception {
        try (Stream<Path> left = Files.list(output.getParent())) {
            assertThat(left).as("files beside the output of %s", merge).containsExactly(output);
        }
    }

    private static MergeResult merged(MergeCase merge, Path output, int threads, int mebibytes) {
        ResourceLimits limits = ResourceLimits.builder()
                .threads(threads)
                .maxMemory(MemorySize.mib(mebibytes))
                .build();
        try {
            return LocalArrowStrategy.within(limits).merge(merge.request(output));
        } catch (RuntimeException | Error e) {
            throw new AssertionError(merge + " with " + threads + " threads in " + mebibytes + " MiB failed", e);
        }
    }
}
