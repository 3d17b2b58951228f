/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.ValidationReport;
import dev.marquetry.ValidationReport.Depth;
import dev.marquetry.ValidationReport.Finding;
import dev.marquetry.ValidationReport.Kind;
import dev.marquetry.local.internal.LocalMerge;
import dev.marquetry.local.internal.move.MoveRule;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.local.oracle.Column;
import dev.marquetry.local.oracle.MergeCase;
import dev.marquetry.local.oracle.NaiveMerge;
import dev.marquetry.local.oracle.RandomTables;
import dev.marquetry.local.oracle.Shape;
import dev.marquetry.local.oracle.Table;
import dev.marquetry.local.oracle.TableFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Validation of random tables of every type: whichever way they were merged the output is valid, and one changed value is
 * found whichever it is. A failure names its seed; {@code -Dmarquetry.oracle.seed=N} tries that one.
 */
class OutputValidatorOracleTest {
    private static final ResourceLimits LIMITS =
            ResourceLimits.builder().threads(2).maxMemory(MemorySize.mib(64)).build();

    @TempDir
    Path folder;

    static LongStream seeds() {
        LongStream asked =
                Stream.ofNullable(Long.getLong("marquetry.oracle.seed")).mapToLong(Long::longValue);
        LongStream fresh =
                new SplittableRandom().longs(Integer.getInteger("marquetry.oracle.seeds", 2), 1000, 1L << 40);
        return LongStream.concat(asked, LongStream.concat(LongStream.range(300, 306), fresh));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void randomTables_areValid_whicheverWayTheirChunksMoved(long seed) {
        assertValidByEveryRule(RandomTables.write(seed, folder));
    }

    static Stream<Arguments> shapesAndVersions() {
        return Stream.of(Shape.values())
                .flatMap(shape -> Stream.of(WriterVersion.values()).map(version -> Arguments.of(shape, version)));
    }

    @ParameterizedTest(name = "{0} with pages of {1}")
    @MethodSource("shapesAndVersions")
    void everyShape_isValid_whicheverWayItsChunksMoved(Shape shape, WriterVersion version) {
        assertValidByEveryRule(RandomTables.write(1000 + shape.ordinal(), folder, shape, version));
    }

    private void assertValidByEveryRule(MergeCase merge) {
        for (MoveRule rule : MoveRule.values()) {
            MergeRequest request = merge.request(folder.resolve("out-" + rule + ".parquet"));
            new LocalMerge("local-arrow", request, LIMITS, rule, 50, ProgressListener.none(), new RecentFooters())
                    .run();
            Table expected = NaiveMerge.of(merge, folder.resolve("unused"));
            for (Depth depth : Depth.values()) {
                ValidationReport report = OutputValidator.within(LIMITS).validate(request, depth);
                assertThat(report.findings())
                        .as("%s moved by %s, %s", merge.title(), rule, depth)
                        .isEmpty();
                assertThat(report.valid()).isTrue();
                assertThat(report.notes()).isEmpty();
                assertThat(report.rows()).isEqualTo(expected.rows().size());
                assertThat(report.columns()).isEqualTo(expected.columns().size());
                assertThat(report.peakMemoryBytes())
                        .isLessThanOrEqualTo(LIMITS.maxMemory().bytes());
            }
            ValidationReport full = OutputValidator.within(LIMITS).validate(request, Depth.FULL);
            assertThat(full.valuesCompared())
                    .isEqualTo(
                            (long) expected.rows().size() * expected.columns().size());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void oneChangedValue_isFoundAndNamed_inEveryColumnOfEveryType(long seed) {
        MergeCase merge = RandomTables.write(seed, folder);
        RandomGenerator random = new SplittableRandom(seed);
        Path output = folder.resolve("changed.parquet");
        Table truth = NaiveMerge.of(merge, output);
        if (truth.rows().isEmpty()) {
            return;
        }
        TableFile.write(truth);
        ValidationReport same = OutputValidator.within(LIMITS).validate(merge.request(output), Depth.FULL);
        assertThat(same.findings()).as(merge.title()).isEmpty();
        assertThat(same.notes()).containsExactly("The output does not say what request it was made for");
        for (int c = 0; c < truth.columns().size(); c++) {
            Column column = truth.columns().get(c);
            int row = random.nextInt(truth.rows().size());
            Object before = truth.rows().get(row)[c];
            Object after = another(column, before, random);
            TableFile.write(with(truth, row, c, after));
            ValidationReport report = OutputValidator.within(LIMITS).validate(merge.request(output), Depth.FULL);
            String what = merge.title() + ": column " + column.name() + " row " + row + ": " + before + " to " + after;
            assertThat(report.valid()).as(what).isFalse();
            assertThat(report.findings()).as(what).anySatisfy(finding -> {
                assertThat(finding.kind()).isEqualTo(Kind.VALUE);
                assertThat(finding.column()).isEqualTo(column.name());
                assertThat(finding.row()).isEqualTo(OptionalLong.of(row));
                assertThat(finding.expected()).isNotEqualTo(finding.found());
            });
            if (!merge.keys().contains(column.name())) {
                assertThat(report.problems()).as(what).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void rowsInAnotherOrder_lessOrMoreOfThem_areFound(long seed) throws Exception {
        MergeCase merge = RandomTables.write(seed, folder);
        Path output = folder.resolve("changed.parquet");
        Table truth = NaiveMerge.of(merge, output);
        int rows = truth.rows().size();
        int key = truth.indexOf(merge.keys().get(0));
        boolean hasKeys = merge.keys().stream()
                .mapToInt(truth::indexOf)
                .allMatch(c -> truth.rows().stream().allMatch(row -> row[c] != null));
        if (rows < 2 || !hasKeys) {
            return;
        }
        List<Object[]> shuffled = new ArrayList<>(truth.rows());
        shuffled.add(0, shuffled.remove(rows - 1));
        if (!shuffled.get(0)[key].equals(truth.rows().get(0)[key])) {
            assertNotValid(merge, truth, shuffled, Kind.VALUE);
        }
        List<Object[]> less = new ArrayList<>(truth.rows());
        less.remove(new Random(seed).nextInt(rows));
        assertNotValid(merge, truth, less, Kind.ROWS);
        List<Object[]> more = new ArrayList<>(truth.rows());
        more.add(new Random(seed).nextInt(rows), more.get(0));
        assertNotValid(merge, truth, more, Kind.ROWS);
        Files.delete(output);
    }

    private static void assertNotValid(MergeCase merge, Table truth, List<Object[]> rows, Kind kind) {
        TableFile.write(new Table(truth.file(), truth.columns(), rows, truth.layout()));
        ValidationReport report = OutputValidator.within(LIMITS).validate(merge.request(truth.file()), Depth.FULL);
        assertThat(report.findings())
                .as(merge.title())
                .extracting(Finding::kind)
                .contains(kind, Kind.KEY);
    }

    private static Table with(Table truth, int row, int column, Object value) {
        List<Object[]> rows = new ArrayList<>(truth.rows());
        Object[] changed = rows.get(row).clone();
        changed[column] = value;
        rows.set(row, changed);
        return new Table(truth.file(), truth.columns(), rows, truth.layout());
    }

    private static Object another(Column column, Object before, RandomGenerator random) {
        if (before != null && !column.required() && random.nextInt(3) == 0) {
            return null;
        }
        Object after = column.type().random(random);
        while (Objects.equals(before, after)) {
            after = column.type().random(random);
        }
        return after;
    }
}
