/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeStrategy;
import dev.marquetry.OutputBackup;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.examples.sample.SampleSpec;
import dev.marquetry.examples.sample.Sampler;
import dev.marquetry.examples.sample.Shape;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --backup} of {@code merge} and {@code pairs}. */
class BackupOptionTest {
    private final FakeEngine copies = new FakeEngine();

    /** Merges in earnest, and copies as {@link #copies} does. */
    private final Engine engine = new Engine() {
        @Override
        public MergeStrategy within(ResourceLimits limits, int everyFiles) {
            return LocalEngine.create(limits, everyFiles);
        }

        @Override
        public OutputBackup backup(URI folder) {
            return copies.backup(folder);
        }
    };

    @TempDir
    private Path root;

    @BeforeEach
    void writePairs() throws Exception {
        for (String pair : List.of("audusd", "eurusd")) {
            Sampler.write(
                    SampleSpec.of(3, 5, 1_000, List.of(Shape.GAPPY), 7), root.resolve("pairs/" + pair), done -> {});
        }
    }

    private CommandRun pairs(String... more) {
        List<String> args = new ArrayList<>(List.of("pairs", "--key", "interval_time", "--memory", "64MiB"));
        args.addAll(List.of("--checkpoints", root.resolve("pairs").toString()));
        args.addAll(List.of("--output-dir", root.resolve("out").toString()));
        args.addAll(List.of(more));
        return CommandRun.of(engine, args.toArray(String[]::new));
    }

    private CommandRun merge(String output, String... more) {
        List<String> args = new ArrayList<>(List.of("merge", "--key", "interval_time", "--memory", "64MiB"));
        args.addAll(
                List.of("--spine", root.resolve("pairs/audusd/targets.parquet").toString()));
        args.addAll(List.of("--features", root.resolve("pairs/audusd").toString(), "--output", output));
        args.addAll(List.of(more));
        return CommandRun.of(engine, args.toArray(String[]::new));
    }

    private String wide() {
        return root.resolve("wide.parquet").toString();
    }

    @Test
    void pairs_areCopied_andTheTableTheJsonAndTheJournalSaySo() throws Exception {
        CommandRun first = pairs("--backup", "gs://bucket/nightly");
        assertThat(first.exitCode()).as(first.out() + first.err()).isZero();
        assertThat(copies.backupFolder).isEqualTo(URI.create("gs://bucket/nightly"));
        assertThat(first.out().lines())
                .anyMatch(line -> line.matches("pair .* cost +backup"))
                .anyMatch(line -> line.matches("audusd +done .* copied"));
        long bytes = Files.size(root.resolve("out/training_audusd.parquet"))
                + Files.size(root.resolve("out/training_eurusd.parquet"));
        assertThat(first.out()).contains("copies kept " + bytes + " bytes: $0.02");
        assertThat(first.err()).contains("backed up to gs://bucket/nightly/training_audusd.parquet");
        assertThat(Files.readString(root.resolve("out/pairs.journal")))
                .contains("\"event\":\"backed up\"", "gs://bucket/nightly/training_eurusd.parquet");

        CommandRun second = pairs("--backup", "gs://bucket/nightly", "--resume", "--json");
        assertThat(second.exitCode()).as(second.out() + second.err()).isZero();
        assertThat(DuckDb.at(second.out(), "$.pairs[0].outcome")).isEqualTo("SKIPPED");
        assertThat(DuckDb.at(second.out(), "$.backupMonth[0].quantity")).isEqualTo(bytes + " bytes");
        assertThat(DuckDb.at(second.out(), "$.pairs[0].backup.generation")).isEqualTo("17");
        assertThat(DuckDb.at(second.out(), "$.pairs[1].backup.object"))
                .isEqualTo("gs://bucket/nightly/training_eurusd.parquet");
        assertThat(DuckDb.at(second.out(), "$.pairs[1].backup.copied")).isEqualTo("false");
        assertThat(pairs("--resume").out()).doesNotContain("backup");
    }

    @Test
    void pairsWhoseCopyFails_areNotAllDone_andResumeCopiesOnly() {
        copies.backupFailure = new StrategyUnavailableException("the bucket is away");
        CommandRun first = pairs("--backup", "gs://bucket/nightly");
        assertThat(first.exitCode()).isEqualTo(4);
        assertThat(first.out())
                .contains("audusd: done, 1,000 rows", "not backed up: the bucket is away", "2 not backed up");
        assertThat(root.resolve("out/training_audusd.parquet")).exists();

        copies.backupFailure = null;
        CommandRun second = pairs("--backup", "gs://bucket/nightly", "--resume");
        assertThat(second.exitCode()).as(second.out() + second.err()).isZero();
        assertThat(second.out()).contains("0 done, 2 skipped as done already").contains("copied");
    }

    @Test
    void merge_isCopied_andTellsWhatIsThere() throws Exception {
        CommandRun text = merge(wide(), "--backup", "gs://bucket/");
        assertThat(text.exitCode()).as(text.err()).isZero();
        assertThat(text.out()).containsPattern("backup: gs://bucket/+wide.parquet#17 copied, .*CRC32C AAAAAQ==");

        CommandRun json = merge(wide(), "--backup", "gs://bucket/nightly", "--overwrite", "--json");
        assertThat(DuckDb.at(json.out(), "$.backupMonth[0].dollars")).isEqualTo("0.02");
        assertThat(DuckDb.at(json.out(), "$.backup.crc32c")).isEqualTo("AAAAAQ==");
        assertThat(DuckDb.at(json.out(), "$.status")).isEqualTo("done");
    }

    @Test
    void mergeWhoseCopyFails_hasPublished_andSaysWhatIsMissing() throws Exception {
        copies.backupFailure = new StrategyUnavailableException("the bucket is away");
        Path report = root.resolve("report.json");
        CommandRun text = merge(wide(), "--backup", "gs://bucket/nightly", "--report", report.toString());
        assertThat(text.exitCode()).isEqualTo(1);
        assertThat(DuckDb.at(Files.readString(report), "$.merges[0].backupProblem"))
                .isEqualTo("the bucket is away");
        assertThat(text.out()).contains("wide.parquet: 1,000 rows", "not backed up: the bucket is away");
        assertThat(root.resolve("wide.parquet")).exists();

        CommandRun json = merge(wide(), "--backup", "gs://bucket/nightly", "--overwrite", "--json");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(DuckDb.at(json.out(), "$.status")).isEqualTo("not backed up");
        assertThat(DuckDb.at(json.out(), "$.exitCode")).isEqualTo("1");
        assertThat(DuckDb.at(json.out(), "$.backupError")).isEqualTo("the bucket is away");
    }

    @ParameterizedTest
    @CsvSource({"folder", "s3://bucket/folder", "gs://", "gs:///folder"})
    void whatIsNoFolderOfABucket_isAUsageError(String folder) {
        CommandRun run = merge(wide(), "--backup", folder);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'--backup': must be like gs://bucket/folder but was " + folder);
        assertThat(root.resolve("wide.parquet")).doesNotExist();
    }

    @Test
    void outputThatIsAnObject_isAUsageError() {
        CommandRun run = merge("gs://bucket/wide.parquet", "--backup", "gs://bucket/nightly");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--backup copies files of this machine", "gs://bucket/wide.parquet");
    }
}
