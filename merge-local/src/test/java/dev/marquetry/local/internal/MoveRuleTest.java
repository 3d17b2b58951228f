/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.move.MoveRule;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.Table;
import dev.marquetry.testkit.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whichever way chunks are made to move, the same table comes out, and its metadata is true. */
class MoveRuleTest {
    private static final int ROWS = 2_400;
    private static final int GROUP = 800;

    /** How feature rows lie against the spine's. */
    enum Shape {
        IDENTICAL,
        GAPS,
        OUTAGE,
        EXTRA,
        SHUFFLED
    }

    @TempDir
    Path root;

    private final Map<String, List<String>> expected = new LinkedHashMap<>();

    static Stream<Arguments> inputs() {
        List<Arguments> all = new ArrayList<>();
        for (Shape shape : Shape.values()) {
            for (boolean v2 : new boolean[] {false, true}) {
                for (boolean required : new boolean[] {false, true}) {
                    for (int groupRows : new int[] {GROUP, 500}) {
                        all.add(Arguments.of(shape, v2, required, groupRows, 7_000L + all.size()));
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}, V2 pages {1}, required {2}, groups of {3} rows, seed {4}")
    @MethodSource("inputs")
    void copySpliceAndGather_forcedOnOneInput_agree(
            Shape shape, boolean v2, boolean required, int groupRows, long seed) {
        System.out.println("MoveRuleTest seed " + seed);
        Random random = new Random(seed);
        List<Path> features = new ArrayList<>();
        Path spine = spine(random, v2);
        for (Storage storage : Storage.values()) {
            features.add(feature(storage, shape, v2, required, groupRows, random));
        }
        Table first = null;
        for (MoveRule rule : MoveRule.values()) {
            MergeResult result = merge(spine, features, rule);
            Table table = Tables.read(Path.of(result.output())).checkMetadata();
            assertThat(table.columns()).as("%s columns", rule).containsExactlyElementsOf(expected.keySet());
            for (String column : table.columns()) {
                assertThat(table.exact(column)).as("%s %s", rule, column).isEqualTo(expected.get(column));
            }
            first = first == null ? table : first;
            assertThat(table.schema()).as("%s schema", rule).isEqualTo(first.schema());
            long chunks = result.chunks().values().stream().mapToLong(n -> n).sum();
            assertThat(chunks)
                    .as("chunks")
                    .isEqualTo(
                            (long) expected.size() * table.footer().getBlocks().size());
            assertWay(rule, shape, required, groupRows, result);
        }
    }

    @Test
    void shuffledFeatures_areGatheredWhateverTheRule() {
        Random random = new Random(1);
        Path spine = spine(random, false);
        Path feature = feature(Storage.PLAIN, Shape.SHUFFLED, false, false, GROUP, random);
        long features = 5L * (ROWS / GROUP);
        for (MoveRule rule : MoveRule.values()) {
            Map<Move, Long> chunks = merge(spine, List.of(feature), rule).chunks();
            long spineGathered = rule == MoveRule.GATHER ? 2L * (ROWS / GROUP) : 0;
            assertThat(chunks).as("%s", rule).containsEntry(Move.GATHERED, features + spineGathered);
        }
    }

    private static void assertWay(MoveRule rule, Shape shape, boolean required, int groupRows, MergeResult result) {
        Map<Move, Long> chunks = result.chunks();
        switch (rule) {
            case FASTEST -> {
                if (shape == Shape.IDENTICAL && !required && groupRows == GROUP) {
                    assertThat(chunks).as("%s", rule).containsOnlyKeys(Move.COPIED);
                } else {
                    assertThat(chunks).as("%s", rule).containsKey(Move.COPIED);
                }
            }
            case PAGES -> {
                assertThat(chunks).as("%s", rule).doesNotContainKey(Move.COPIED).containsKey(Move.PAGE_COPIED);
                if (shape == Shape.IDENTICAL && !required && groupRows == GROUP) {
                    assertThat(chunks).as("%s", rule).containsOnlyKeys(Move.PAGE_COPIED);
                }
            }
            case SPLICE -> {
                assertThat(chunks).as("%s", rule).doesNotContainKeys(Move.COPIED, Move.PAGE_COPIED);
                if (shape == Shape.IDENTICAL && groupRows == GROUP) {
                    assertThat(chunks).as("%s", rule).containsOnlyKeys(Move.SPLICED);
                }
            }
            case GATHER -> assertThat(chunks).as("%s", rule).containsOnlyKeys(Move.GATHERED);
        }
    }

    /** How a feature file's values are stored. */
    private enum Storage {
        DICTIONARY,
        PLAIN,
        DICTIONARY_GIVEN_UP
    }

    private MergeResult merge(Path spine, List<Path> features, MoveRule rule) {
        MergeRequest request =
                MergeRequest.onKey("ts").spine(spine).features(features).writeTo(root.resolve(rule + ".parquet"));
        ResourceLimits limits = ResourceLimits.builder().threads(2).build();
        return new LocalMerge("local-arrow", request, limits, rule, 50, ProgressListener.none(), new RecentFooters())
                .run();
    }

    private Path spine(Random random, boolean v2) {
        List<Long> keys = new ArrayList<>();
        List<Double> targets = new ArrayList<>();
        for (long row = 0; row < ROWS; row++) {
            keys.add(row * 2);
            targets.add(value(random));
        }
        expected.put("ts", Table.exact(keys.toArray()));
        expected.put("target", Table.exact(targets.toArray()));
        Fixture fixture = Fixtures.table("spine")
                .key("ts", keys.toArray(Long[]::new))
                .column("target", targets.toArray(Double[]::new))
                .rowGroupRows(GROUP)
                .pageRows(190);
        return (v2 ? fixture.pageVersion2() : fixture).writeTo(root);
    }

    private Path feature(Storage storage, Shape shape, boolean v2, boolean required, int groupRows, Random random) {
        List<Long> keys = keys(shape, random);
        String name = storage.name().toLowerCase(Locale.ROOT);
        int rows = keys.size();
        Double[] doubles = new Double[rows];
        Integer[] ints = new Integer[rows];
        String[] strings = new String[rows];
        Boolean[] booleans = new Boolean[rows];
        Long[] longs = new Long[rows];
        for (int row = 0; row < rows; row++) {
            doubles[row] = required ? Double.valueOf(random.nextInt(50) / 4.0) : value(random);
            ints[row] = random.nextInt(storage == Storage.DICTIONARY ? 20 : 100_000);
            strings[row] = random.nextInt(6) == 0 ? null : "s".repeat(random.nextInt(9)) + random.nextInt(300);
            booleans[row] = random.nextInt(9) == 0 ? null : random.nextBoolean();
            longs[row] = row < rows / 3 ? null : random.nextLong(90);
        }
        Fixture fixture = Fixtures.table(name).key("ts", keys.toArray(Long[]::new));
        fixture.column(name + "_d", doubles);
        if (required) {
            fixture.required();
        }
        fixture.ints(name + "_i", ints);
        if (required) {
            fixture.required();
        }
        fixture.strings(name + "_s", strings).booleans(name + "_b", booleans).longs(name + "_l", longs);
        fixture.rowGroupRows(groupRows).pageRows(storage == Storage.PLAIN ? 130 : 310);
        if (v2) {
            fixture.pageVersion2();
        }
        switch (storage) {
            case DICTIONARY -> {}
            case PLAIN -> fixture.noDictionary();
            case DICTIONARY_GIVEN_UP -> fixture.dictionaryBytes(700);
        }
        expect(name + "_d", keys, doubles);
        expect(name + "_i", keys, ints);
        expect(name + "_s", keys, strings);
        expect(name + "_b", keys, booleans);
        expect(name + "_l", keys, longs);
        return fixture.writeTo(root);
    }

    private void expect(String column, List<Long> keys, Object[] values) {
        Map<Long, Object> byKey = new HashMap<>();
        for (int row = 0; row < values.length; row++) {
            byKey.put(keys.get(row), values[row]);
        }
        Object[] wide = new Object[ROWS];
        for (int row = 0; row < ROWS; row++) {
            wide[row] = byKey.get(row * 2L);
        }
        expected.put(column, Table.exact(wide));
    }

    private static List<Long> keys(Shape shape, Random random) {
        List<Long> keys = new ArrayList<>();
        int outage = 300 + random.nextInt(1_000);
        for (int row = 0; row < ROWS; row++) {
            boolean missing = switch (shape) {
                case IDENTICAL, EXTRA -> false;
                case GAPS, SHUFFLED -> random.nextInt(40) == 0;
                case OUTAGE -> row >= outage && row < outage + 600;
            };
            if (!missing) {
                keys.add(row * 2L);
            }
            if (shape == Shape.EXTRA && random.nextInt(200) == 0) {
                keys.add(row * 2L + 1);
            }
        }
        if (shape == Shape.SHUFFLED) {
            Collections.shuffle(keys, random);
        }
        return keys;
    }

    private static Double value(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> Double.NaN;
            case 2 -> -0.0;
            case 3 -> 0.0;
            case 4, 5, 6 -> random.nextInt(9) / 2.0;
            default -> random.nextGaussian();
        };
    }
}
