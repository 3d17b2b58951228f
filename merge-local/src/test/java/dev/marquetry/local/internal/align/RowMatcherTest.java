/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.Phase;
import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.KeyType;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Row maps of random keys against those of a hash map. */
class RowMatcherTest {
    private static final long SEED = 7;
    private static final long AMPLE = 1 << 30;
    private static final KeyType LONG = new KeyType(KeyType.Kind.INTEGER, Type.INT64, 0, 0, false, KeyType.Zone.ANY);
    private static final KeyType BYTES =
            new KeyType(KeyType.Kind.BYTES, Type.BYTE_ARRAY, 0, 0, false, KeyType.Zone.ANY);

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final MemoryBudget storeBudget = new MemoryBudget(AMPLE);
    private ScratchFolder scratch;
    private RowMapStore store;
    private RowRuns runs;

    @BeforeEach
    void openStore() throws IOException {
        System.out.println("RowMatcherTest seed " + SEED);
        scratch = ScratchFolder.beside(folder.resolve("out.parquet"));
        store = new RowMapStore(storeBudget, scratch);
        runs = new RowRuns(storeBudget, place());
    }

    @AfterEach
    void closeStore() throws IOException {
        runs.close();
        store.close();
        scratch.close();
    }

    /** How a number becomes a key; equal numbers become equal keys. */
    private enum Shape {
        ONE_LONG(LONG),
        ONE_STRING(BYTES),
        TWO_LONGS(LONG, LONG),
        LONG_AND_STRING(LONG, BYTES);

        private final List<KeyType> types;

        Shape(KeyType... types) {
            this.types = List.of(types);
        }

        /** The first of two columns changes seldom. */
        long value(int column, long number) {
            return types.size() == 2 && column == 0 ? number >> 40 : number;
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowMaps_areThoseOfAHashMap_whateverTheKeys(Shape shape) throws IOException {
        for (List<@Nullable Long> spine : spines()) {
            for (List<@Nullable Long> file : files(spine)) {
                for (DuplicateKeys rule : DuplicateKeys.values()) {
                    check(shape, spine, file, rule, AMPLE);
                }
                check(shape, spine, file, DuplicateKeys.FIRST, 0);
            }
        }
    }

    @Test
    void spineOnAGrid_needsNoTable() {
        assertThat(indexBytes(
                        LongStream.range(0, 10_000).map(i -> 60 * i - 7).boxed().toList()))
                .isZero();
    }

    @Test
    void spineOnAGridWithGaps_takesATableOfItsSlots() {
        assertThat(indexBytes(LongStream.range(0, 10_000)
                        .filter(i -> i % 3 != 1)
                        .map(i -> i << 33)
                        .boxed()
                        .toList()))
                .isEqualTo(4 * 10_000);
    }

    @Test
    void spineOnNoGrid_takesSixteenBytesARowAtMost() {
        assertThat(indexBytes(random.longs(10_000).sorted().boxed().toList())).isBetween(80_000L, 160_000L);
    }

    @Test
    void spineWithAKeyTwice_isRefusedUnlessAllowed() {
        List<@Nullable Long> spine = List.of(3L, 9L, 5L, 9L);
        MemoryBudget budget = new MemoryBudget(AMPLE);
        try (Keys keys = keys(Shape.ONE_LONG, spine, budget)) {
            assertThatThrownBy(() -> new SpineIndex(keys, "s.parquet", SpineDuplicates.REJECT, budget, place()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(
                            "[s.parquet] Cannot merge on duplicate key k0=9 of the spine in rows 1 and 3");
        }
        assertThat(budget.used()).isZero();
    }

    private long indexBytes(List<@Nullable Long> spine) {
        MemoryBudget budget = new MemoryBudget(AMPLE);
        MemoryBudget indexBudget = new MemoryBudget(AMPLE);
        try (Keys keys = keys(Shape.ONE_LONG, spine, budget);
                SpineIndex index = new SpineIndex(keys, "s", SpineDuplicates.REJECT, indexBudget, place())) {
            int[] found = new int[spine.size()];
            index.find(keys, 0, found.length, found);
            assertThat(found)
                    .isEqualTo(LongStream.range(0, found.length)
                            .mapToInt(i -> (int) i)
                            .toArray());
            return indexBudget.used();
        }
    }

    private List<List<@Nullable Long>> spines() {
        List<List<@Nullable Long>> spines = new ArrayList<>();
        spines.add(List.of());
        spines.add(List.of(42L));
        spines.add(List.of(Long.MIN_VALUE, Long.MAX_VALUE));
        spines.add(series(3000, i -> 1_700_000_000_000L + 60_000 * i));
        spines.add(series(300, i -> -90_000 + 60 * i + (i > 100 ? 1_200_000 : 0)));
        spines.add(series(400, i -> (i << 51) + Long.MIN_VALUE + 5));
        spines.add(series(1500, i -> i * i - 40 * (i / 7)));
        spines.add(series(300, i -> i * (Long.MAX_VALUE / 150) + Long.MIN_VALUE));
        spines.add(distinct(400, random.longs().iterator()::next));
        spines.add(distinct(400, () -> (long) random.nextInt(1300) * 12));
        spines.add(List.of(0L, 3L << 62, 1L << 63, 1L << 62));
        for (List<@Nullable Long> sorted : List.copyOf(spines)) {
            spines.add(shuffled(sorted));
        }
        spines.add(series(100, i -> Long.MAX_VALUE - 50 + i));
        spines.add(withNulls(series(300, i -> 5 * i)));
        spines.add(withCopies(series(300, i -> 5 * i)));
        spines.add(shuffled(withNulls(withCopies(distinct(400, random.longs().iterator()::next)))));
        return spines;
    }

    private interface Source {
        Long next();
    }

    private static List<@Nullable Long> series(int rows, LongFunction<Long> key) {
        return new ArrayList<>(LongStream.range(0, rows).mapToObj(key).toList());
    }

    private static List<@Nullable Long> distinct(int rows, Source source) {
        Set<Long> keys = new TreeSet<>();
        while (keys.size() < rows) {
            keys.add(source.next());
        }
        return new ArrayList<>(keys);
    }

    private List<@Nullable Long> shuffled(List<@Nullable Long> keys) {
        List<@Nullable Long> result = new ArrayList<>(keys);
        Collections.shuffle(result, random);
        return result;
    }

    private List<@Nullable Long> withNulls(List<@Nullable Long> keys) {
        List<@Nullable Long> result = new ArrayList<>(keys);
        for (int i = 0; i < result.size() / 10; i++) {
            result.set(random.nextInt(result.size()), null);
        }
        return result;
    }

    private List<@Nullable Long> withCopies(List<@Nullable Long> keys) {
        List<@Nullable Long> result = new ArrayList<>(keys);
        for (int i = 0; i < keys.size() / 20; i++) {
            int from = random.nextInt(result.size());
            result.add(random.nextBoolean() ? from + 1 : random.nextInt(result.size()), result.get(from));
        }
        return result;
    }

    private List<List<@Nullable Long>> files(List<@Nullable Long> spine) {
        int rows = spine.size();
        List<List<@Nullable Long>> files = new ArrayList<>();
        files.add(spine);
        files.add(List.of());
        files.add(random(spine, 0.9));
        files.add(random(spine, 0.1));
        List<@Nullable Long> outage = new ArrayList<>(spine);
        outage.subList(rows / 3, rows / 2).clear();
        files.add(outage);
        files.add(spine.subList(rows / 4, rows));
        files.add(spine.subList(0, 3 * rows / 4));
        files.add(withExtras(spine));
        files.add(withExtras(random(spine, 0.7)));
        files.add(shuffled(spine));
        files.add(shuffled(withExtras(random(spine, 0.9))));
        List<@Nullable Long> swapped = new ArrayList<>(spine);
        if (rows > 1) {
            Collections.swap(swapped, rows - 2, rows - 1);
        }
        files.add(swapped);
        files.add(withNulls(spine));
        files.add(shuffled(withNulls(withExtras(spine))));
        files.add(withCopies(withExtras(spine)));
        files.add(shuffled(withCopies(spine)));
        List<@Nullable Long> strangers =
                new ArrayList<>(random.longs(50).boxed().toList());
        strangers.add(strangers.get(7));
        files.add(strangers);
        return files;
    }

    private List<@Nullable Long> random(List<@Nullable Long> keys, double part) {
        return new ArrayList<>(
                keys.stream().filter(key -> random.nextDouble() < part).toList());
    }

    /** Adds keys that the spine lacks: neighbours of its own, some of them equal but for the lowest or highest bit. */
    private List<@Nullable Long> withExtras(List<@Nullable Long> keys) {
        Set<@Nullable Long> known = new HashSet<>(keys);
        List<@Nullable Long> result = new ArrayList<>();
        for (Long key : keys) {
            result.add(key);
            long near = key == null ? 77 : random.nextInt(3) == 0 ? key ^ Long.MIN_VALUE : key + 1 + random.nextInt(2);
            if (random.nextInt(6) == 0 && known.add(near)) {
                result.add(near);
            }
        }
        for (long key : new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, Long.MAX_VALUE}) {
            if (known.add(key)) {
                result.add(random.nextBoolean() ? 0 : result.size(), key);
            }
        }
        return result;
    }

    private void check(
            Shape shape, List<@Nullable Long> spine, List<@Nullable Long> file, DuplicateKeys rule, long indexBytes)
            throws IOException {
        boolean ascends = isAscending(shape, spine);
        MemoryBudget budget = new MemoryBudget(AMPLE);
        MemoryBudget indexBudget = new MemoryBudget(ascends ? indexBytes : AMPLE);
        try (Keys spineKeys = keys(shape, spine, budget);
                Keys fileKeys = keys(shape, file, budget);
                SpineIndex index = new SpineIndex(spineKeys, "s", SpineDuplicates.ALLOW, indexBudget, place());
                RowMatcher matcher = new RowMatcher(index, rule, budget, place())) {
            Expected expected = new Expected(spine, file, rule);
            String what = "%s, %s, spine of %d rows, file of %d".formatted(shape, rule, spine.size(), file.size());
            if (expected.problem != null) {
                assertThatThrownBy(() -> matcher.match("f.parquet", fileKeys))
                        .as(what)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("[f.parquet] Cannot merge on duplicate key ")
                        .hasMessageContaining(expected.problem);
            } else {
                FeatureMatch match = matcher.match("f.parquet", fileKeys);
                assertThat(match).as(what).isEqualTo(expected.match());
                assertThat(unpacked(match, matcher, spine.size())).as(what).isEqualTo(expected.rowMap);
            }
        }
        assertThat(budget.used()).isZero();
        assertThat(indexBudget.used()).isZero();
    }

    private int[] unpacked(FeatureMatch match, RowMatcher matcher, int rows) throws IOException {
        int[] result = new int[rows];
        Arrays.fill(result, -1);
        int length = match.kind() == RowMapKind.IDENTICAL ? 0 : matcher.packed().length();
        RowMap map = new RowMap(match, store.add(matcher.packed().bytes(), length), length);
        int middle = rows == 0 ? 0 : random.nextInt(rows);
        for (int[] part : new int[][] {{0, middle}, {middle, rows}}) {
            runs.load(store, map, part[0], part[1]);
            if (!runs.isOrdered()) {
                System.arraycopy(runs.map(), 0, result, part[0], runs.rows());
            }
            for (int r = 0; r < runs.runs(); r++) {
                for (int i = 0; i < runs.length(r); i++) {
                    result[part[0] + runs.target(r) + i] = runs.source(r) + i;
                }
            }
        }
        return result;
    }

    private static boolean isAscending(Shape shape, List<@Nullable Long> spine) {
        MemoryBudget budget = new MemoryBudget(AMPLE);
        try (Keys keys = keys(shape, spine, budget)) {
            return keys.isAscending();
        }
    }

    private static Keys keys(Shape shape, List<@Nullable Long> numbers, MemoryBudget budget) {
        List<String> columns = Stream.of("k0", "k1").limit(shape.types.size()).toList();
        List<KeyPart> parts = new ArrayList<>();
        for (KeyType type : shape.types) {
            parts.add(type.isLong() ? new LongPart(type, budget, place()) : new BytesPart(type, budget, place()));
        }
        Keys keys = new Keys(columns, parts, new ByteSlab(budget, place()));
        keys.prepare(shape.types, numbers.size());
        for (int row = 0; row < numbers.size(); row++) {
            Long number = numbers.get(row);
            if (number == null) {
                keys.setNull(row);
            }
            for (int k = 0; k < parts.size(); k++) {
                long value = number == null ? 0 : shape.value(k, number);
                if (parts.get(k) instanceof LongPart longs) {
                    longs.values()[row] = value;
                } else if (parts.get(k) instanceof BytesPart bytes) {
                    byte[] encoded = number == null ? new byte[0] : bytes(value);
                    bytes.add(encoded, 0, encoded.length);
                }
            }
        }
        return keys;
    }

    /** Returns bytes that compare as the numbers do. */
    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(8).putLong(number ^ Long.MIN_VALUE).array();
    }

    private static Place place() {
        return new Place(Phase.ALIGN);
    }

    /** What should come out. */
    private static final class Expected {
        private final List<@Nullable Long> file;
        private final int[] rowMap;
        private int extras;
        private int nulls;
        private int duplicates;

        @Nullable
        String problem;

        Expected(List<@Nullable Long> spine, List<@Nullable Long> file, DuplicateKeys rule) {
            this.file = file;
            Map<Long, Integer> chosen = new HashMap<>();
            Set<Long> known = new HashSet<>();
            for (Long key : spine) {
                if (key != null) {
                    known.add(key);
                }
            }
            Map<Long, Integer> strangers = new HashMap<>();
            String strangersProblem = null;
            for (int row = 0; row < file.size() && problem == null; row++) {
                Long key = file.get(row);
                if (key == null) {
                    nulls++;
                } else if (!known.contains(key)) {
                    extras++;
                    Integer first = strangers.putIfAbsent(key, row);
                    if (first != null && strangersProblem == null) {
                        strangersProblem = "in rows " + first + " and " + row;
                    }
                } else if (chosen.containsKey(key)) {
                    duplicates++;
                    if (rule == DuplicateKeys.REJECT) {
                        problem = "in rows " + chosen.get(key) + " and " + row;
                    } else if (rule == DuplicateKeys.LAST) {
                        chosen.put(key, row);
                    }
                } else {
                    chosen.put(key, row);
                }
            }
            if (rule == DuplicateKeys.REJECT && problem == null) {
                problem = strangersProblem;
            }
            rowMap = spine.stream()
                    .mapToInt(key -> key == null ? -1 : chosen.getOrDefault(key, -1))
                    .toArray();
        }

        FeatureMatch match() {
            int[] matched = Arrays.stream(rowMap).filter(row -> row >= 0).toArray();
            boolean ordered = true;
            for (int i = 1; i < matched.length; i++) {
                ordered &= matched[i] > matched[i - 1];
            }
            boolean all = matched.length == rowMap.length && file.size() == rowMap.length;
            RowMapKind kind = !ordered ? RowMapKind.PERMUTED : all ? RowMapKind.IDENTICAL : RowMapKind.ORDERED;
            return new FeatureMatch(
                    "f.parquet",
                    kind,
                    file.size(),
                    matched.length,
                    rowMap.length - matched.length,
                    extras,
                    nulls,
                    duplicates);
        }
    }
}
