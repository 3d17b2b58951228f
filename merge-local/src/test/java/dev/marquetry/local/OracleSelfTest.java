/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.local.oracle.Column;
import dev.marquetry.local.oracle.ColumnType;
import dev.marquetry.local.oracle.DuckOracle;
import dev.marquetry.local.oracle.Footers;
import dev.marquetry.local.oracle.Layout;
import dev.marquetry.local.oracle.MergeCase;
import dev.marquetry.local.oracle.NaiveMerge;
import dev.marquetry.local.oracle.ParquetJavaReading;
import dev.marquetry.local.oracle.RandomTables;
import dev.marquetry.local.oracle.Table;
import dev.marquetry.local.oracle.TableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle judges the engine; these tests judge the oracle: a right output passes it, a damaged one never does. */
class OracleSelfTest {
    private static final int SEEDS = 20;

    @TempDir
    Path folder;

    @Test
    void naiveMerge_writtenByParquetJava_passesEveryComparison() throws Exception {
        Set<ColumnType> written = EnumSet.noneOf(ColumnType.class);
        try (DuckOracle duck = new DuckOracle()) {
            for (long seed = 0; seed < SEEDS; seed++) {
                Path own = Files.createDirectory(folder.resolve("seed" + seed));
                MergeCase merge = RandomTables.write(seed, own);
                Table expected = written(NaiveMerge.of(merge, own.resolve("out.parquet")));
                expected.columns().forEach(column -> written.add(column.type()));
                assertThat(ParquetJavaReading.differences(expected.file(), expected))
                        .as(merge.title())
                        .isEmpty();
                if (DuckOracle.canRead(merge)) {
                    assertThat(duck.differences(merge, expected.file()))
                            .as(merge.title())
                            .isEmpty();
                }
            }
            assertThat(written).as("types in outputs").containsExactlyInAnyOrder(ColumnType.values());
            assertThat(duck.compared())
                    .as("types compared with DuckDB")
                    .containsAll(EnumSet.complementOf(EnumSet.of(ColumnType.BSON)));
        }
    }

    @Test
    void sameSeed_givesTheSameBytes() throws IOException {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        RandomTables.write(7, first);
        RandomTables.write(7, second);
        try (Stream<Path> files = Files.list(first)) {
            for (Path file : files.toList()) {
                assertThat(second.resolve(file.getFileName())).hasSameBinaryContentAs(file);
            }
        }
    }

    @Test
    void oneChangedValue_isFound() throws Exception {
        assertFound(rows -> {
            rows.get(3)[2] = 4.5;
            return rows;
        });
    }

    @Test
    void rowsSwapped_areFound() throws Exception {
        assertFound(rows -> {
            Object[] row = rows.get(1);
            rows.set(1, rows.get(2));
            rows.set(2, row);
            return rows;
        });
    }

    @Test
    void nullInsteadOfAValue_isFound() throws Exception {
        assertFound(rows -> {
            rows.get(0)[2] = null;
            return rows;
        });
    }

    @Test
    void valueInsteadOfANull_isFound() throws Exception {
        assertFound(rows -> {
            rows.get(5)[2] = 0.0;
            return rows;
        });
    }

    @Test
    void lostRow_isFound() throws Exception {
        assertFound(rows -> rows.subList(0, rows.size() - 1));
    }

    @Test
    void negativeZeroInsteadOfZero_isFoundByParquetJava() {
        MergeCase merge = smallCase();
        Table expected = NaiveMerge.of(merge, folder.resolve("out.parquet"));
        Table damaged = written(copy(expected, rows -> {
            rows.get(1)[2] = -0.0;
            return rows;
        }));
        assertThat(ParquetJavaReading.differences(damaged.file(), expected)).isNotEmpty();
    }

    @Test
    void otherRepetition_isFound() {
        Table expected = NaiveMerge.of(smallCase(), folder.resolve("out.parquet"));
        List<Column> columns = new ArrayList<>(expected.columns());
        columns.set(0, new Column("key", ColumnType.INT64, false));
        Table damaged = written(new Table(expected.file(), columns, expected.rows(), expected.layout()));
        assertThat(ParquetJavaReading.differences(damaged.file(), expected))
                .singleElement()
                .asString()
                .contains("column 0");
    }

    @Test
    void untrueStatisticsAndPageIndexes_areFound() throws IOException {
        Table expected = written(NaiveMerge.of(smallCase(), folder.resolve("out.parquet")));
        byte[] sound = Files.readAllBytes(expected.file());
        Table narrower = new Table(expected.file(), expected.columns(), narrowed(expected.rows()), expected.layout());
        assertThat(ParquetJavaReading.differences(expected.file(), expected)).isEmpty();
        int found = 0;
        for (byte[] bound : List.of(littleEndian(107), littleEndian(100))) {
            for (int at : occurrences(sound, bound, indexBegin(sound))) {
                byte[] damaged = sound.clone();
                damaged[at] = (byte) 103;
                Files.write(expected.file(), damaged);
                assertThat(ParquetJavaReading.differences(expected.file(), expected))
                        .as("bound at byte %d of %d", at, sound.length)
                        .isNotEmpty();
                found++;
            }
        }
        assertThat(found).as("bounds in footer and indexes").isGreaterThanOrEqualTo(4);
        Files.write(expected.file(), sound);
        assertThat(ParquetJavaReading.differences(expected.file(), narrower)).isNotEmpty();
    }

    @Test
    void flippedBitInAPage_isFound() throws IOException {
        Table expected = written(NaiveMerge.of(smallCase(), folder.resolve("out.parquet")));
        byte[] bytes = Files.readAllBytes(expected.file());
        bytes[indexBegin(bytes) / 2] ^= 1;
        Files.write(expected.file(), bytes);
        assertThat(ParquetJavaReading.differences(expected.file(), expected)).isNotEmpty();
    }

    private void assertFound(UnaryOperator<List<Object[]>> damage) throws Exception {
        MergeCase merge = smallCase();
        Table expected = NaiveMerge.of(merge, folder.resolve("out.parquet"));
        try (DuckOracle duck = new DuckOracle()) {
            written(expected);
            assertThat(ParquetJavaReading.differences(expected.file(), expected))
                    .isEmpty();
            assertThat(duck.differences(merge, expected.file())).isEmpty();
            written(copy(expected, damage));
            assertThat(ParquetJavaReading.differences(expected.file(), expected))
                    .as("parquet-java")
                    .isNotEmpty();
            assertThat(duck.differences(merge, expected.file())).as("DuckDB").isNotEmpty();
        }
    }

    /** Returns a spine of keys 100 to 107 and a feature file that lacks 105; 101 has the value zero. */
    private MergeCase smallCase() {
        List<Object[]> spine = new ArrayList<>();
        List<Object[]> feature = new ArrayList<>();
        for (long key = 100; key < 108; key++) {
            spine.add(new Object[] {key, (int) key * 3});
            if (key != 105) {
                feature.add(new Object[] {(double) (key - 101), key});
            }
        }
        Column key = new Column("key", ColumnType.INT64, true);
        Layout layout = Layout.plain().pages(3);
        return new MergeCase(
                        "small case",
                        List.of("key"),
                        new Table(
                                folder.resolve("spine.parquet"),
                                List.of(key, new Column("target", ColumnType.INT32, true)),
                                spine,
                                layout),
                        List.of(new Table(
                                folder.resolve("feature.parquet"),
                                List.of(new Column("value", ColumnType.DOUBLE, true), key),
                                feature,
                                layout)),
                        DuplicateKeys.REJECT,
                        SpineDuplicates.REJECT)
                .write();
    }

    private static Table written(Table table) {
        TableFile.write(table);
        return table;
    }

    private static Table copy(Table table, UnaryOperator<List<Object[]>> change) {
        List<Object[]> rows = new ArrayList<>();
        table.rows().forEach(row -> rows.add(row.clone()));
        return new Table(table.file(), table.columns(), change.apply(rows), table.layout());
    }

    private static List<Object[]> narrowed(List<Object[]> rows) {
        List<Object[]> narrowed = new ArrayList<>();
        rows.forEach(row -> narrowed.add(new Object[] {100L, row[1], row[2]}));
        return narrowed;
    }

    private static byte[] littleEndian(long value) {
        return new byte[] {(byte) value, 0, 0, 0, 0, 0, 0, 0};
    }

    /** Returns where indexes and footer begin. */
    private static int indexBegin(byte[] file) throws IOException {
        return Math.toIntExact(Footers.endOfPages(file));
    }

    private static List<Integer> occurrences(byte[] file, byte[] of, int from) {
        List<Integer> found = new ArrayList<>();
        for (int at = from; at <= file.length - of.length; at++) {
            if (Arrays.equals(file, at, at + of.length, of, 0, of.length)) {
                found.add(at);
            }
        }
        return found;
    }
}
