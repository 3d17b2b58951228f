/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which rows come out, and which of a feature file's rows each of them gets. */
abstract class RowClaims extends Claims {
    RowClaims(MergeStrategyContract contract) {
        super(contract);
    }

    private Path spine() {
        return Fixtures.table("spine")
                .key("ts", 10, 20, 30, 40)
                .column("y", 1.0, 2.0, 3.0, 4.0)
                .writeTo(in);
    }

    @Test
    final void identicalKeys_putColumnsSideBySide() throws IOException {
        Table wide = merge(
                spine(),
                Fixtures.table("a")
                        .key("ts", 10, 20, 30, 40)
                        .column("a", 0.1, null, 0.3, 0.4)
                        .writeTo(in));

        assertThat(wide.columns()).containsExactly("ts", "y", "a");
        assertThat(wide.values("ts")).containsExactly(10L, 20L, 30L, 40L);
        assertThat(wide.values("y")).containsExactly(1.0, 2.0, 3.0, 4.0);
        assertThat(wide.values("a")).containsExactly(0.1, null, 0.3, 0.4);
    }

    @Test
    final void shuffledKeys_areMatchedByValue() throws IOException {
        Table wide = merge(
                spine(),
                Fixtures.table("a")
                        .key("ts", 30, 10, 40, 20)
                        .column("a", 0.3, 0.1, 0.4, null)
                        .writeTo(in));

        assertThat(wide.values("a")).containsExactly(0.1, null, 0.3, 0.4);
    }

    @Test
    final void missingKeys_giveNull() throws IOException {
        Table wide = merge(
                spine(),
                Fixtures.table("a").key("ts", 20, 40).column("a", 0.2, 0.4).writeTo(in));

        assertThat(wide.values("a")).containsExactly(null, 0.2, null, 0.4);
    }

    @Test
    final void extraRows_areDropped() throws IOException {
        Table wide = merge(
                spine(),
                Fixtures.table("a")
                        .key("ts", 5, 10, 15, 20, 30, 40, 50)
                        .column("a", 9.0, 0.1, 9.0, 0.2, 0.3, 0.4, 9.0)
                        .writeTo(in));

        assertThat(wide.values("ts")).containsExactly(10L, 20L, 30L, 40L);
        assertThat(wide.values("a")).containsExactly(0.1, 0.2, 0.3, 0.4);
    }

    @Test
    final void noMatchingKey_givesNullThroughout() throws IOException {
        Table wide = merge(
                spine(),
                Fixtures.table("a")
                        .key("ts", 1, 2, 3, 4)
                        .column("a", 0.1, 0.2, 0.3, 0.4)
                        .writeTo(in));

        assertThat(wide.values("a")).hasSize(4).containsOnlyNulls();
    }

    @Test
    final void unsortedSpine_keepsItsOrder() throws IOException {
        Path spine = Fixtures.table("spine")
                .key("ts", 30, 10, 40, 20)
                .column("y", 3.0, 1.0, 4.0, 2.0)
                .writeTo(in);
        Table wide = merge(
                spine,
                Fixtures.table("sorted")
                        .key("ts", 10, 20, 30, 40)
                        .column("a", 0.1, 0.2, 0.3, 0.4)
                        .writeTo(in),
                Fixtures.table("same")
                        .key("ts", 30, 10, 40, 20)
                        .column("b", 1.3, 1.1, 1.4, 1.2)
                        .writeTo(in),
                Fixtures.table("other")
                        .key("ts", 20, 30, 40, 10)
                        .column("c", 2.2, 2.3, 2.4, 2.1)
                        .writeTo(in));

        assertThat(wide.values("ts")).containsExactly(30L, 10L, 40L, 20L);
        assertThat(wide.values("y")).containsExactly(3.0, 1.0, 4.0, 2.0);
        assertThat(wide.values("a")).containsExactly(0.3, 0.1, 0.4, 0.2);
        assertThat(wide.values("b")).containsExactly(1.3, 1.1, 1.4, 1.2);
        assertThat(wide.values("c")).containsExactly(2.3, 2.1, 2.4, 2.2);
    }

    @Test
    final void sameOrderAtDifferentLengths_isNotTakenForIdentical() throws IOException {
        Table wide = merge(
                spine(),
                Fixtures.table("longer")
                        .key("ts", 10, 20, 30, 40, 50)
                        .column("a", 0.1, 0.2, 0.3, 0.4, 0.5)
                        .writeTo(in),
                Fixtures.table("shorter")
                        .key("ts", 10, 20, 30)
                        .column("b", 1.1, 1.2, 1.3)
                        .writeTo(in),
                Fixtures.table("sameBounds")
                        .key("ts", 10, 25, 30, 40)
                        .column("c", 2.1, 2.2, 2.3, 2.4)
                        .writeTo(in));

        assertThat(wide.values("a")).containsExactly(0.1, 0.2, 0.3, 0.4);
        assertThat(wide.values("b")).containsExactly(1.1, 1.2, 1.3, null);
        assertThat(wide.values("c")).containsExactly(2.1, null, 2.3, 2.4);
    }

    @Test
    final void nullKeys_matchNothing() throws IOException {
        Path spine = Fixtures.table("spine")
                .key("ts", null, 10, null, 20)
                .column("y", 1.0, 2.0, 3.0, 4.0)
                .writeTo(in);
        Path feature = Fixtures.table("a")
                .key("ts", null, 10, null, 20, null)
                .column("a", 9.0, 0.1, 9.0, 0.2, 9.0)
                .writeTo(in);
        Path same = Fixtures.table("b")
                .key("ts", null, 10, null, 20)
                .column("b", 9.0, 1.1, 9.0, 1.2)
                .writeTo(in);
        Table wide = merge(spine, feature, same);

        assertThat(wide.values("ts")).containsExactly(null, 10L, null, 20L);
        assertThat(wide.values("y")).containsExactly(1.0, 2.0, 3.0, 4.0);
        assertThat(wide.values("a")).containsExactly(null, 0.1, null, 0.2);
        assertThat(wide.values("b")).containsExactly(null, 1.1, null, 1.2);
    }

    @Test
    final void partlyNullCompositeKeys_matchNothing() throws IOException {
        Path spine = Fixtures.table("spine")
                .key("ts", 1, null, 1)
                .strings("symbol", null, "x", "x")
                .writeTo(in);
        Path feature = Fixtures.table("a")
                .key("ts", 1, null, 1)
                .strings("symbol", null, "x", "x")
                .column("a", 9.0, 9.0, 0.3)
                .writeTo(in);
        Table wide = merge(MergeRequest.onKey("ts", "symbol")
                .spine(spine)
                .features(feature)
                .writeTo(output));

        assertThat(wide.values("a")).containsExactly(null, null, 0.3);
    }

    @Test
    final void matches_areReportedPerFile() throws Throwable {
        needs(Capability.FEATURE_MATCHES, () -> {
            Path spine = Fixtures.table("spine").key("ts", 10, 20, null, 30).writeTo(in);
            Path gaps = Fixtures.table("gaps")
                    .key("ts", 5, 10, null, 30, null)
                    .column("a", 1.0, 2.0, 3.0, 4.0, 5.0)
                    .writeTo(in);
            Path turned = Fixtures.table("turned")
                    .key("ts", 30, 20, 10)
                    .column("b", 1.0, 2.0, 3.0)
                    .writeTo(in);
            MergeRequest request = onTs(spine, gaps, turned).writeTo(output);

            assertThat(mergeForResult(strategy(), request, ProgressListener.none())
                            .featureMatches())
                    .containsExactly(
                            new FeatureMatch("gaps.parquet", RowMapKind.ORDERED, 5, 2, 2, 1, 2, 0),
                            new FeatureMatch("turned.parquet", RowMapKind.PERMUTED, 3, 3, 1, 0, 0, 0));
        });
    }

    @Test
    final void identicalFiles_areReportedAsSuch() throws Throwable {
        needs(Capability.FEATURE_MATCHES, () -> {
            Path same = Fixtures.table("a")
                    .key("ts", 10, 20, 30, 40)
                    .column("a", 1.0, 2.0, 3.0, 4.0)
                    .writeTo(in);

            assertThat(mergeForResult(strategy(), onTs(spine(), same).writeTo(output), ProgressListener.none())
                            .featureMatches())
                    .containsExactly(new FeatureMatch("a.parquet", RowMapKind.IDENTICAL, 4, 4, 0, 0, 0, 0));
        });
    }

    @Test
    final void zeroRowSpine_givesZeroRowsAndAllColumns() throws IOException {
        Path spine = Fixtures.table("spine").key("ts").column("y").writeTo(in);
        Table wide = merge(
                spine,
                Fixtures.table("a").key("ts", 1, 2).column("a", 0.1, 0.2).writeTo(in),
                Fixtures.table("b").key("ts").column("b").writeTo(in));

        assertThat(wide.rows()).isZero();
        assertThat(wide.columns()).containsExactly("ts", "y", "a", "b");
    }

    @Test
    final void zeroRowFeature_givesNulls() throws IOException {
        Table wide = merge(spine(), Fixtures.table("a").key("ts").column("a").writeTo(in));

        assertThat(wide.values("a")).hasSize(4).containsOnlyNulls();
        assertThat(wide.values("y")).containsExactly(1.0, 2.0, 3.0, 4.0);
    }

    @Test
    final void oneRow_isMerged() throws IOException {
        Table wide = merge(
                Fixtures.table("spine").key("ts", 7).writeTo(in),
                Fixtures.table("a").key("ts", 7).column("a", 0.7).writeTo(in),
                Fixtures.table("b").key("ts", 8).column("b", 0.8).writeTo(in));

        assertThat(wide.values("ts")).containsExactly(7L);
        assertThat(wide.values("a")).containsExactly(0.7);
        assertThat(wide.values("b")).hasSize(1).containsOnlyNulls();
    }

    @Test
    final void zeroFeatureFiles_giveTheSpine() throws IOException {
        Table wide = merge(spine());

        assertThat(wide.columns()).containsExactly("ts", "y");
        assertThat(wide.values("y")).containsExactly(1.0, 2.0, 3.0, 4.0);
    }

    @Test
    final void featureWithKeyOnly_addsNothing() throws IOException {
        Table wide = merge(spine(), Fixtures.table("a").key("ts", 20, 10).writeTo(in));

        assertThat(wide.columns()).containsExactly("ts", "y");
    }

    @Test
    final void threeHundredFeatureFiles_areMerged() throws IOException {
        List<Path> features = new ArrayList<>();
        for (int file = 0; file < 300; file++) {
            Fixture fixture = Fixtures.table("f" + file);
            features.add(
                    switch (file % 3) {
                        case 0 ->
                            fixture.key("ts", 10, 20, 30, 40)
                                    .column("v" + file, file + 0.1, null, file + 0.3, file + 0.4)
                                    .writeTo(in);
                        case 1 ->
                            fixture.key("ts", 40, 10)
                                    .column("v" + file, file + 0.4, file + 0.1)
                                    .writeTo(in);
                        default ->
                            fixture.key("ts", 10, 30)
                                    .column("v" + file, file + 0.1, file + 0.3)
                                    .writeTo(in);
                    });
        }
        Table wide = merge(spine(), paths(features));

        assertThat(wide.columns()).hasSize(302);
        for (int file = 0; file < 300; file++) {
            assertThat(wide.columns().get(2 + file)).isEqualTo("v" + file);
            assertThat(wide.values("v" + file))
                    .as("file " + file)
                    .isEqualTo(
                            switch (file % 3) {
                                case 0 -> Arrays.asList(file + 0.1, null, file + 0.3, file + 0.4);
                                case 1 -> Arrays.asList(file + 0.1, null, null, file + 0.4);
                                default -> Arrays.asList(file + 0.1, null, file + 0.3, null);
                            });
        }
    }

    @Test
    final void lateStartOutageAndEarlyEnd_leaveGapsWhereTheyWere() throws IOException {
        int rows = 1000;
        Path spine = Fixtures.table("spine")
                .key("ts", LongStream.range(0, rows))
                .rowGroupRows(400)
                .pageRows(100)
                .writeTo(in);
        long[] keys = LongStream.range(0, rows)
                .filter(key -> key >= 150 && key < 420 || key >= 500 && key < 930)
                .toArray();
        Fixture feature = Fixtures.table("a")
                .key("ts", LongStream.of(keys))
                .column("a", LongStream.of(keys).mapToDouble(key -> key + 0.5))
                .strings("s", LongStream.of(keys).mapToObj(key -> "s" + key % 5).toArray(String[]::new));
        Table wide = merge(spine, feature.rowGroupRows(330).pageRows(50).writeTo(in));

        assertThat(wide.values("a")).isEqualTo(expected(rows, keys, key -> key + 0.5));
        assertThat(wide.values("s")).isEqualTo(expected(rows, keys, key -> "s" + key % 5));
    }

    @Test
    final void randomOrdersAndGaps_areMatchedRowByRow() throws IOException {
        long seed = 20261121;
        int rows = 3000;
        List<Long> order = new ArrayList<>(LongStream.range(0, rows).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        Path spine = Fixtures.table("spine")
                .key("ts", order.stream().mapToLong(Long::longValue))
                .rowGroupRows(1100)
                .pageRows(300)
                .writeTo(in);
        long[] keys = new Random(seed + 1)
                .longs(2 * rows, -rows, 2L * rows)
                .distinct()
                .toArray();
        Path feature = Fixtures.table("a")
                .key("ts", LongStream.of(keys))
                .column("a", LongStream.of(keys).mapToDouble(key -> key / 3.0))
                .rowGroupRows(700)
                .pageRows(90)
                .writeTo(in);
        Table wide = merge(spine, feature);

        List<@Nullable Object> byKey = expected(rows, keys, key -> key / 3.0);
        assertThat(wide.values("a"))
                .as("seed " + seed)
                .isEqualTo(order.stream().map(key -> byKey.get(key.intValue())).toList());
    }

    private static List<@Nullable Object> expected(int rows, long[] keys, LongFunction<Object> value) {
        List<@Nullable Object> values = new ArrayList<>(Collections.nCopies(rows, null));
        LongStream.of(keys)
                .filter(key -> key >= 0 && key < rows)
                .forEach(key -> values.set((int) key, value.apply(key)));
        return values;
    }
}
