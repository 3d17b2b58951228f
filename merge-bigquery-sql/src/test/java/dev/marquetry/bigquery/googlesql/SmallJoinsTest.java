/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.googlesql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.NameClash;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.bigquery.internal.sql.GroupLimits;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.Table;
import dev.marquetry.testkit.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Google's SQL engine answers, laid beside the spine, is what the local engine answers. */
class SmallJoinsTest {
    @TempDir
    private Path folder;

    private Path in;
    private GroupLimits limits = GroupLimits.DEFAULT;
    private int shardRows = 1_000;
    private boolean ordered = true;

    @BeforeAll
    static void loadEngine() {
        SqlEngine.assumeItRuns();
    }

    @BeforeEach
    void createFolder() throws IOException {
        in = Files.createDirectory(folder.resolve("in"));
    }

    /** Merges here and there, checks that schemas and values are the same to the bit, and returns the output. */
    private Table assertSame(
            Path spine, List<Path> features, Function<MergeRequest.Builder, MergeRequest.Builder> rules) {
        Path here = folder.resolve("here.parquet");
        Path there = folder.resolve("there.parquet");
        MergeRequest.Builder request = MergeRequest.onKey("ts").spine(spine).features(features);
        MergeStrategy local = LocalArrowStrategy.within(ResourceLimits.defaults());
        local.merge(rules.apply(request).writeTo(here), ProgressListener.none());
        GoogleSqlJoin join = new GoogleSqlJoin(limits, shardRows, ordered);
        new JoinedByGoogleSql(ResourceLimits.defaults(), join)
                .merge(rules.apply(request).writeTo(there), ProgressListener.none());

        Table expected = Tables.read(here).checkMetadata();
        Table actual = Tables.read(there).checkMetadata();
        assertThat(actual.schema()).isEqualTo(expected.schema());
        assertThat(actual.rows()).isEqualTo(expected.rows());
        for (String column : expected.columns()) {
            assertThat(actual.exact(column)).as(column).isEqualTo(expected.exact(column));
        }
        assertThat(join.groups()).as("groups").isPositive();
        return actual;
    }

    private Table assertSame(Path spine, Path... features) {
        return assertSame(spine, List.of(features), request -> request);
    }

    @Test
    void valuesAtTheEdges_comeBackToTheBit() {
        Path spine = Fixtures.table("spine").key("ts", 1, 2, 3, 4, 5, 6, 7).writeTo(in);
        Path edges = Fixtures.table("edges")
                .key("ts", 7, 6, 5, 4, 3, 2, 1)
                .column("d", Double.NaN, -0.0, 0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, null, 0.1)
                .floats("f", Float.NaN, -0.0f, 0.0f, Float.POSITIVE_INFINITY, -Float.MAX_VALUE, null, Float.MIN_VALUE)
                .longs("l", Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1, -1L, 0L, null, 1L)
                .ints("i", Integer.MIN_VALUE, Integer.MAX_VALUE, -1, 0, 1, null, 2)
                .booleans("b", true, false, null, true, false, null, true)
                .strings("s", "", " ", "äöü€𝄞", "zero\0byte", "NULL", null, "it's `quoted` \"\\")
                .binaries("x", new byte[0], new byte[] {0}, new byte[] {-1, -2, 0}, null, new byte[200], null, null)
                .writeTo(in);
        Table wide = assertSame(spine, edges);
        assertThat(wide.values("s"))
                .containsExactly("it's `quoted` \"\\", null, "NULL", "zero\0byte", "äöü€𝄞", " ", "");
        assertThat(wide.values("d")).endsWith(-0.0, Double.NaN);
    }

    @Test
    void typesThatBigQueryHasNot_comeBackAsTheyWere() {
        Path spine = Fixtures.table("spine").key("ts", 1, 2, 3).writeTo(in);
        Fixture types = Fixtures.table("types").key("ts", 3, 1);
        for (TimeUnit unit : TimeUnit.values()) {
            for (boolean utc : List.of(true, false)) {
                types.column(
                        Types.optional(PrimitiveTypeName.INT64)
                                .as(LogicalTypeAnnotation.timestampType(utc, unit))
                                .named("t_" + unit + utc),
                        Long.MIN_VALUE,
                        1_795_262_400_123_456_789L);
            }
        }
        types.column(
                Types.optional(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                        .length(20)
                        .as(LogicalTypeAnnotation.decimalType(20, 47))
                        .named("decimal"),
                Fixtures.decimal("-" + "9".repeat(47), 20),
                Fixtures.decimal("1", 20));
        types.column(
                Types.optional(PrimitiveTypeName.INT32)
                        .as(LogicalTypeAnnotation.intType(8, false))
                        .named("uint8"),
                255,
                0);
        types.column(Types.required(PrimitiveTypeName.INT96).named("int96"), new byte[12], new byte[12]);
        assertSame(spine, types.writeTo(in));
    }

    @Test
    void rowsThatAreMissingExtraOrWithoutKey_changeNothing() {
        Path spine = Fixtures.table("spine")
                .key("ts", 10, null, 30, 40, null, 20)
                .column("y", 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
                .writeTo(in);
        Path gaps = Fixtures.table("gaps")
                .key("ts", 99, 20, null, 10)
                .column("a", 9.9, 2.0, 7.7, null)
                .writeTo(in);
        Path nothing = Fixtures.table("nothing")
                .key("ts", 98, null)
                .column("b", 1.0, 2.0)
                .writeTo(in);
        Path empty = Fixtures.table("empty").key("ts").column("c").writeTo(in);
        Table wide = assertSame(
                spine, List.of(gaps, nothing, empty), request -> request.onDuplicateSpineKey(SpineDuplicates.ALLOW));
        assertThat(wide.values("a")).containsExactly(null, null, null, null, null, 2.0);
    }

    @ParameterizedTest
    @EnumSource(
            value = DuplicateKeys.class,
            names = {"FIRST", "LAST"})
    void keysThatStandTwice_onBothSides(DuplicateKeys rule) {
        Path spine = Fixtures.table("spine").key("ts", 2, 1, 2, 3, 1, 2).writeTo(in);
        Path twice = Fixtures.table("twice")
                .key("ts", 1, 2, 1, 3, 2)
                .column("a", 1.1, 2.1, 1.2, 3.1, null)
                .writeTo(in);
        Path once =
                Fixtures.table("once").key("ts", 2, 1).strings("b", "", null).writeTo(in);
        Table wide = assertSame(
                spine,
                List.of(twice, once),
                request -> request.onDuplicateSpineKey(SpineDuplicates.ALLOW).onDuplicateKey(rule));
        assertThat(wide.rows()).isEqualTo(6);
    }

    @Test
    void keysOfText_areMatchedAsHere() {
        Path spine = Fixtures.table("spine")
                .strings("ts", "a", "A", "", null, "ä", "a ")
                .writeTo(in);
        Path a = Fixtures.table("a")
                .strings("ts", "ä", "", "A", "a", "\0", null)
                .longs("a", 1L, 2L, 3L, 4L, 5L, 6L)
                .writeTo(in);
        Table wide = assertSame(spine, a);
        assertThat(wide.values("a")).containsExactly(4L, 3L, 2L, null, 1L, null);
    }

    @Test
    void namesThatSqlTakesForTheSame_stayApart() {
        Path spine = Fixtures.table("spine").key("ts", 1, 2).ints("O", 7, 8).writeTo(in);
        Path a = Fixtures.table("a")
                .key("ts", 2, 1)
                .column("Close", 1.0, 2.0)
                .column("close", 3.0, 4.0)
                .column("CLOSE", 5.0, null)
                .writeTo(in);
        Path b = Fixtures.table("b")
                .key("ts", 1, 2)
                .column("cLOSE", 6.0, 7.0)
                .ints("o", 1, 2)
                .ints("k", 3, 4)
                .writeTo(in);
        Table wide = assertSame(spine, a, b);
        assertThat(wide.columns()).containsExactly("ts", "O", "Close", "close", "CLOSE", "cLOSE", "o", "k");
        assertThat(wide.values("close")).containsExactly(4.0, 3.0);
    }

    @Test
    void namesThatMustBeEscaped_comeBack() {
        List<String> names = List.of(
                "select",
                "a b",
                "a`b",
                "it's",
                "\"quoted\"",
                "back\\slash",
                "a.b",
                "ünï€",
                "1st",
                "c1",
                "new\nline",
                "x".repeat(400));
        Path spine = Fixtures.table("spine").key("ts", 1, 2, 3).writeTo(in);
        Fixture odd = Fixtures.table("odd").key("ts", 3, 1);
        for (int i = 0; i < names.size(); i++) {
            odd.ints(names.get(i), i, -i);
        }
        Table wide = assertSame(spine, odd.writeTo(in));
        assertThat(wide.columns()).containsAll(names);
    }

    @Test
    void clashesResolvedByPrefix_comeBack() {
        Path spine = Fixtures.table("spine").key("ts", 1, 2).writeTo(in);
        Path a = Fixtures.table("a").key("ts", 2, 1).column("close", 1.0, 2.0).writeTo(in);
        Path b = Fixtures.table("b").key("ts", 1).column("close", 3.0).writeTo(in);
        Table wide = assertSame(spine, List.of(a, b), request -> request.onNameClash(NameClash.PREFIX));
        assertThat(wide.columns()).containsExactly("ts", "a__close", "b__close");
    }

    @ParameterizedTest
    @CsvSource({"true, 2, 3", "false, 2, 3", "true, 50, 9"})
    void manyGroupsAndShards_areLaidSideBySide(boolean sorted, int files, int columns) {
        limits = GroupLimits.DEFAULT.withFiles(files).withColumns(columns);
        shardRows = 37;
        ordered = sorted;
        randomTables(new Random(4), 4, 5, 100, SpineDuplicates.REJECT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomTables_comeBackTheSame(long seed) {
        Random random = new Random(seed);
        limits = GroupLimits.DEFAULT.withFiles(2 + random.nextInt(8)).withColumns(8 + random.nextInt(40));
        shardRows = 40 + random.nextInt(200);
        ordered = random.nextBoolean();
        randomTables(random, 8, 5, 200, random.nextBoolean() ? SpineDuplicates.ALLOW : SpineDuplicates.REJECT);
    }

    private void randomTables(Random random, int files, int columns, int rows, SpineDuplicates duplicates) {
        List<Long> keys = new ArrayList<>(LongStream.range(0, rows).boxed().toList());
        Collections.shuffle(keys, random);
        if (duplicates == SpineDuplicates.ALLOW) {
            IntStream.range(0, rows / 4).forEach(row -> keys.set(row, keys.get(rows - 1 - row)));
        }
        Path spine =
                Fixtures.table("spine").key("ts", keys.toArray(Number[]::new)).writeTo(in);
        List<Path> features = new ArrayList<>();
        for (int f = 0; f < files; f++) {
            List<Long> some = new ArrayList<>(LongStream.range(-20, rows + 20L)
                    .filter(key -> random.nextInt(8) > 0)
                    .boxed()
                    .toList());
            if (f % 3 > 0) {
                Collections.shuffle(some, random);
            }
            Fixture feature = Fixtures.table("f" + f)
                    .key("ts", some.toArray(Number[]::new))
                    .rowGroupRows(1 + random.nextInt(rows));
            for (int c = 0; c < columns; c++) {
                addRandom(feature, "f" + f + "_" + c, c, some.size(), random);
            }
            features.add(feature.writeTo(in));
        }
        assertSame(spine, features, request -> request.onDuplicateSpineKey(duplicates));
    }

    private static void addRandom(Fixture table, String name, int kind, int rows, Random random) {
        Object[] values = new Object[rows];
        Arrays.setAll(values, row -> random.nextInt(6) == 0 ? null : value(kind, random));
        switch (kind) {
            case 0 -> table.column(name, Arrays.copyOf(values, rows, Double[].class));
            case 1 -> table.longs(name, Arrays.copyOf(values, rows, Long[].class));
            case 2 -> table.strings(name, Arrays.copyOf(values, rows, String[].class));
            case 3 -> table.booleans(name, Arrays.copyOf(values, rows, Boolean[].class));
            default -> table.floats(name, Arrays.copyOf(values, rows, Float[].class));
        }
    }

    private static Object value(int kind, Random random) {
        double[] edges = {Double.NaN, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0};
        double number = random.nextInt(4) == 0 ? edges[random.nextInt(edges.length)] : random.nextGaussian();
        return switch (kind) {
            case 0 -> number;
            case 1 -> random.nextLong();
            case 2 -> "äb".repeat(random.nextInt(3));
            case 3 -> random.nextBoolean();
            default -> (float) number;
        };
    }
}
