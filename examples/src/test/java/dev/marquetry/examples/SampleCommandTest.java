/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.marquetry.examples.sample.SampleSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleCommandTest {
    private static final int ROWS = 45_001;

    @TempDir
    private Path folder;

    private CommandRun sample(Path into, String... more) {
        Stream<String> least =
                Stream.of("sample", into.toString(), "--files", "3", "--columns", "13", "--rows", "" + ROWS);
        return CommandRun.of(
                new FakeEngine(), Stream.concat(least, Stream.of(more)).toArray(String[]::new));
    }

    private String file(int number) {
        return DuckDb.quoted(folder.resolve(SampleSpec.fileName(number)));
    }

    @Test
    void interruptedSample_leavesNeitherFilesNorFolder() {
        Path fresh = folder.resolve("pair");
        Thread.currentThread().interrupt();
        CommandRun run;
        try {
            run = sample(fresh);
        } finally {
            Thread.interrupted();
        }
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("Interrupted");
        assertThat(fresh).doesNotExist();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void spine_hasOneMinuteStepsAnd56Targets() throws Exception {
        assertThat(sample(folder).exitCode()).isZero();
        try (DuckDb duck = new DuckDb()) {
            String spine = DuckDb.quoted(folder.resolve("targets.parquet"));
            assertThat(duck.texts("SELECT column_name FROM (DESCRIBE SELECT * FROM " + spine + ")"))
                    .hasSize(57)
                    .startsWith("interval_time", "target_01")
                    .endsWith("target_56");
            assertThat(duck.text("SELECT column_type FROM (DESCRIBE SELECT interval_time FROM " + spine + ")"))
                    .isEqualTo("TIMESTAMP WITH TIME ZONE");
            assertThat(duck.number("SELECT count(DISTINCT interval_time) FROM " + spine))
                    .isEqualTo(ROWS);
            assertThat(duck.texts("SELECT DISTINCT epoch_us(interval_time) - lag(epoch_us(interval_time)) OVER ()"
                            + " AS step FROM " + spine + " ORDER BY step NULLS LAST"))
                    .containsExactly("60000000", null);
            assertThat(duck.texts("SELECT DISTINCT compression || num_values FROM parquet_metadata(" + spine + ")"))
                    .containsExactly("SNAPPY" + ROWS);
        }
    }

    @Test
    void alignedFile_hasTheSpinesKeysAndNoNulls() throws Exception {
        sample(folder);
        try (DuckDb duck = new DuckDb()) {
            assertThat(duck.texts("SELECT column_name FROM (DESCRIBE SELECT * FROM " + file(2) + ")"))
                    .hasSize(14)
                    .startsWith("interval_time", "f0002_c01")
                    .endsWith("f0002_c13");
            assertThat(duck.number("SELECT count(*) FROM (SELECT interval_time FROM " + file(2)
                            + ") f POSITIONAL JOIN (SELECT interval_time FROM "
                            + DuckDb.quoted(folder.resolve("targets.parquet"))
                            + ") s WHERE f.interval_time IS NOT DISTINCT FROM s.interval_time"))
                    .isEqualTo(ROWS);
            assertThat(duck.number("SELECT count(f0002_c01) FROM " + file(2))).isEqualTo(ROWS);
            assertThat(duck.number("SELECT count(DISTINCT f0002_c13) FROM " + file(2)))
                    .isGreaterThan(ROWS - 5);
            assertThat(duck.number("SELECT count(*) FROM " + file(2) + " WHERE f0002_c05 NOT BETWEEN -1 AND 1"))
                    .isZero();
        }
    }

    @Test
    void gappyFile_hasOneOutageScatteredGapsNullsAndTypes() throws Exception {
        sample(folder, "--shape", "gappy");
        try (DuckDb duck = new DuckDb()) {
            long rows = duck.number("SELECT count(*) FROM " + file(1));
            assertThat(rows / (double) ROWS).isCloseTo(0.95 * 0.95, within(0.01));
            long longest = duck.number("SELECT max(gap) FROM (SELECT (epoch_us(interval_time)"
                    + " - lag(epoch_us(interval_time)) OVER (ORDER BY interval_time)) // 60000000 AS gap FROM "
                    + file(1) + ")");
            assertThat(longest).isBetween(ROWS / 20L, ROWS / 20L + 5);
            assertThat(duck.texts("SELECT DISTINCT column_type FROM (DESCRIBE SELECT * FROM " + file(1) + ")"))
                    .containsExactlyInAnyOrder(
                            "TIMESTAMP WITH TIME ZONE", "DOUBLE", "FLOAT", "BIGINT", "INTEGER", "BOOLEAN", "VARCHAR");
            for (String column : List.of("c01", "c03", "c05", "c07", "c09", "c11")) {
                long nulls = duck.number("SELECT count(*) - count(f0001_" + column + ") FROM " + file(1));
                assertThat(nulls / (double) rows).as(column).isCloseTo(0.03, within(0.005));
            }
            assertThat(duck.number("SELECT count(DISTINCT f0001_c11) FROM " + file(1)))
                    .isEqualTo(64);
            assertThat(duck.number("SELECT count(DISTINCT f0001_c09) FROM " + file(1)))
                    .isEqualTo(2);
            assertThat(duck.texts("SELECT DISTINCT encodings FROM parquet_metadata(" + file(1)
                            + ") WHERE path_in_schema = 'f0001_c11'"))
                    .singleElement()
                    .asString()
                    .contains("RLE_DICTIONARY");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"aligned", "gappy", "shuffled"})
    void statistics_areTrueOfTheValues(String shape) throws Exception {
        sample(folder, "--shape", shape);
        try (DuckDb duck = new DuckDb()) {
            for (String column : duck.texts("SELECT column_name FROM (DESCRIBE SELECT * FROM " + file(3) + ")")) {
                String metadata = " FROM parquet_metadata(" + file(3) + ") WHERE path_in_schema = '" + column + "'";
                assertThat(duck.text("SELECT stats_null_count" + metadata))
                        .as(column)
                        .isEqualTo(duck.text("SELECT count(*) - count(" + column + ") FROM " + file(3)));
                if (!column.equals("interval_time")) {
                    String type =
                            duck.text("SELECT column_type FROM (DESCRIBE SELECT " + column + " FROM " + file(3) + ")");
                    for (String bound : List.of("min", "max")) {
                        String stated = "CAST(stats_" + bound + "_value AS " + type + ")";
                        assertThat(duck.text("SELECT " + stated + metadata))
                                .as(column)
                                .isEqualTo(duck.text("SELECT " + bound + "(" + column + ") FROM " + file(3)));
                    }
                }
            }
        }
    }

    @Test
    void shuffledFiles_haveAllKeysInOrdersOfTheirOwn() throws Exception {
        sample(folder, "--shape", "shuffled");
        try (DuckDb duck = new DuckDb()) {
            for (int file = 1; file <= 2; file++) {
                assertThat(duck.number("SELECT count(DISTINCT interval_time) FROM " + file(file)))
                        .isEqualTo(ROWS);
                assertThat(duck.number("SELECT count(*) FROM (SELECT interval_time < lag(interval_time) OVER ()"
                                + " AS back FROM " + file(file) + ") WHERE back"))
                        .isBetween(ROWS * 2L / 5, ROWS * 3L / 5);
            }
            assertThat(duck.number("SELECT count(*) FROM (SELECT interval_time FROM " + file(1)
                            + ") a POSITIONAL JOIN (SELECT interval_time FROM " + file(2)
                            + ") b WHERE a.interval_time = b.interval_time"))
                    .isLessThan(50);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"aligned", "gappy", "shuffled"})
    void sameSeed_givesTheSameBytes_anotherDoesNot(String shape) throws Exception {
        Path again = folder.resolve("again");
        Path other = folder.resolve("other");
        sample(folder, "--shape", shape);
        sample(again, "--shape", shape);
        sample(other, "--shape", shape, "--seed", "43");
        for (int file = 0; file <= 3; file++) {
            Path first = folder.resolve(SampleSpec.fileName(file));
            assertThat(again.resolve(SampleSpec.fileName(file))).hasSameBinaryContentAs(first);
            assertThat(Files.mismatch(first, other.resolve(SampleSpec.fileName(file))))
                    .isNotNegative();
        }
    }

    @Test
    void rowGroups_splitButKeepTheValues() throws Exception {
        Path split = folder.resolve("split");
        sample(folder, "--shape", "gappy");
        sample(split, "--shape", "gappy", "--row-group-rows", "7000");
        try (DuckDb duck = new DuckDb()) {
            String other = DuckDb.quoted(split.resolve(SampleSpec.fileName(1)));
            assertThat(duck.number("SELECT max(row_group_id) FROM parquet_metadata(" + other + ")"))
                    .isEqualTo(5);
            assertThat(duck.number("SELECT count(*) FROM (SELECT * FROM " + file(1) + " EXCEPT ALL SELECT * FROM "
                            + other + ")"))
                    .isZero();
        }
    }

    @Test
    void featureRowGroups_haveSizesOfTheirOwnInTurn() throws Exception {
        sample(folder, "--row-group-rows", "10000", "--feature-row-group-rows", "7000,45001");
        try (DuckDb duck = new DuckDb()) {
            List<Long> rowGroups = new ArrayList<>();
            for (int file = 0; file <= 3; file++) {
                rowGroups.add(duck.number("SELECT max(row_group_id) + 1 FROM parquet_metadata(" + file(file) + ")"));
            }
            assertThat(rowGroups).containsExactly(5L, 7L, 1L, 7L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "uncompressed"})
    void codec_changesNoValue(String codec) throws Exception {
        Path other = folder.resolve(codec);
        sample(folder, "--shape", "gappy");
        sample(other, "--shape", "gappy", "--codec", codec);
        try (DuckDb duck = new DuckDb()) {
            String encoded = DuckDb.quoted(other.resolve(SampleSpec.fileName(1)));
            assertThat(duck.texts("SELECT DISTINCT lower(compression) FROM parquet_metadata(" + encoded + ")"))
                    .containsExactly(codec);
            assertThat(duck.number("SELECT count(*) FROM (SELECT * FROM " + file(1) + " EXCEPT ALL SELECT * FROM "
                            + encoded + ")"))
                    .isZero();
        }
    }

    @Test
    void compressibleValues_shrinkAndKeepNullsAndGaps() throws Exception {
        sample(folder, "--shape", "gappy", "--codec", "zstd", "--compressible");
        try (DuckDb duck = new DuckDb()) {
            double ratio =
                    Double.parseDouble(duck.text("SELECT sum(total_uncompressed_size) / sum(total_compressed_size)"
                            + " FROM parquet_metadata(" + file(1) + ") WHERE type = 'DOUBLE'"));
            assertThat(ratio).isBetween(3.0, 10.0);
            long rows = duck.number("SELECT count(*) FROM " + file(1));
            assertThat(rows / (double) ROWS).isCloseTo(0.95 * 0.95, within(0.01));
            long nulls = duck.number("SELECT count(*) - count(f0001_c01) FROM " + file(1));
            assertThat(nulls / (double) rows).isCloseTo(0.03, within(0.005));
        }
    }

    @Test
    void folderWithASample_isLeftAlone() throws IOException {
        Path older = Files.writeString(folder.resolve("feat_0999.parquet"), "older");
        CommandRun run = sample(folder);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("feat_0999.parquet", "give an empty folder");
        assertThat(folder).isDirectoryContaining(older::equals);
        assertThat(folder.resolve("targets.parquet")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--rows 0",
                "--files 10000",
                "--columns 0",
                "--shape square",
                "--seed x",
                "--codec lzo",
                "--feature-row-group-rows 5,0"
            })
    void badNumbers_areUsageErrors(String option) {
        CommandRun run = sample(folder.resolve("none"), option.split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void folderThatCannotBeMade_exits1() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        CommandRun run = sample(file.resolve("below"));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("Cannot write a sample");
    }
}
