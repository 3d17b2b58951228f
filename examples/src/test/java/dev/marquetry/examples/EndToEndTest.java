/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.Attempt;
import dev.marquetry.Attempt.Outcome;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.examples.readme.FallbackExample;
import dev.marquetry.examples.readme.MergeExample;
import dev.marquetry.examples.sample.SampleCheck;
import dev.marquetry.examples.sample.SampleCodec;
import dev.marquetry.examples.sample.SampleSpec;
import dev.marquetry.examples.sample.Sampler;
import dev.marquetry.examples.sample.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line with the engine it ships with. */
class EndToEndTest {
    private static final int FILES = 6;
    private static final int ALL_COLUMNS = 25;

    @TempDir
    private Path folder;

    private SampleSpec sample(int rows, Shape... shapes) throws IOException, InterruptedException {
        SampleSpec spec = SampleSpec.of(FILES, ALL_COLUMNS, rows, List.of(shapes), 7);
        Sampler.write(spec, folder.resolve("pair"), done -> {});
        return spec;
    }

    private String[] args(String command, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "--key", "interval_time"));
        args.addAll(List.of("--spine", folder.resolve("pair/targets.parquet").toString()));
        args.addAll(List.of("--features", folder.resolve("pair").toString()));
        args.addAll(List.of("--output", folder.resolve("wide.parquet").toString()));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    private CommandRun run(String command, String... more) {
        return CommandRun.of(LocalEngine::create, args(command, more));
    }

    private void assertNothingButThePair() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            assertThat(entries).containsExactly(folder.resolve("pair"));
        }
        try (Stream<Path> entries = Files.list(folder.resolve("pair"))) {
            assertThat(entries).hasSize(FILES + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void merge_isRightInEveryColumn(Shape shape) throws Exception {
        SampleSpec spec = sample(45_001, shape);
        CommandRun run = run("merge", "--expect", "6", "--memory", "256MB", "--json");
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(DuckDb.at(run.out(), "$.columns")).isEqualTo(String.valueOf(spec.mergedColumns()));
        assertThat(DuckDb.at(run.out(), "$.rows")).isEqualTo("45001");
        SampleCheck check = SampleCheck.check(spec, folder.resolve("wide.parquet"), SampleSpec.TARGETS);
        assertThat(check.problems()).isEmpty();
        assertThat(check.columnsCompared()).isEqualTo(spec.mergedColumns());
    }

    @Test
    void compressibleZstdInRowGroupsOfManySizes_isMergedRight() throws Exception {
        SampleSpec spec = new SampleSpec(
                FILES,
                ALL_COLUMNS,
                20_000,
                List.of(Shape.values()),
                7,
                6_000,
                List.of(4_500, 20_000),
                SampleCodec.ZSTD,
                true);
        Sampler.write(spec, folder.resolve("pair"), done -> {});
        CommandRun run = run("merge", "--expect", "6");
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        SampleCheck check = SampleCheck.check(spec, folder.resolve("wide.parquet"), SampleSpec.TARGETS);
        assertThat(check.problems()).isEmpty();
        assertThat(check.columnsCompared()).isEqualTo(spec.mergedColumns());
    }

    @Test
    void alignedFiles_areCopiedAndNothingElse() throws Exception {
        SampleSpec spec = sample(20_000, Shape.ALIGNED);
        CommandRun run = run("merge", "--json");
        assertThat(DuckDb.at(run.out(), "$.chunks.COPIED")).isEqualTo(String.valueOf(spec.mergedColumns()));
        assertThat(DuckDb.at(run.out(), "$.chunks.GATHERED")).isEqualTo("0");
    }

    @Test
    void shapesOfAllKinds_mergeIntoOneSummary() throws Exception {
        sample(20_000, Shape.ALIGNED, Shape.GAPPY, Shape.SHUFFLED);
        CommandRun run = run("merge", "--progress-every", "2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("✓ ").doesNotContain("✗").contains("of 7 files");
        assertThat(run.out()).contains("20,000 rows × 207 columns", "2 of 6 feature files have missing rows");
    }

    @Test
    void plan_fitsAndChangesNothing() throws Exception {
        sample(5_000, Shape.GAPPY);
        CommandRun run = run("plan", "--memory", "256MB");
        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out()).contains("5,000 rows × 207 columns", "fits");
        assertNothingButThePair();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--memory 1MB", "--min-free-disk 1000TB", "--min-free-memory 1000TB", "--timeout 1ms"})
    void limitThatCannotBeMet_exits3AndLeavesNothing(String limit) throws Exception {
        sample(100_000, Shape.SHUFFLED);
        CommandRun run = run("merge", (limit + " --json").split(" "));
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(3);
        assertThat(DuckDb.at(run.out(), "$.error.type")).isEqualTo("LimitBreachException");
        assertThat(DuckDb.at(run.out(), "$.error.breach.limit")).isNotNull();
        assertThat(DuckDb.at(run.out(), "$.error.breach.observed")).isNotNull();
        assertNothingButThePair();
    }

    @Test
    void tooFewFiles_exits2() throws Exception {
        sample(1_000, Shape.ALIGNED);
        for (String command : List.of("merge", "plan")) {
            CommandRun run = run(command, "--expect", "667");
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.out() + run.err()).contains("✗", "667", "6");
        }
        assertNothingButThePair();
    }

    @Test
    void missingSpine_exits2() throws Exception {
        sample(1_000, Shape.ALIGNED);
        Files.move(folder.resolve("pair/targets.parquet"), folder.resolve("pair/moved"));
        CommandRun run = run("merge");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("targets.parquet");
    }

    @Test
    void existingOutput_staysUnlessOverwritten() throws Exception {
        sample(1_000, Shape.ALIGNED);
        Path wide = Files.writeString(folder.resolve("wide.parquet"), "older");
        CommandRun refused = run("merge");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("wide.parquet");
        assertThat(wide).hasContent("older");
        assertThat(run("merge", "--overwrite").exitCode()).isZero();
        assertThat(Files.size(wide)).isGreaterThan(1_000_000);
    }

    @Test
    void demo_passesOnASmallScale() {
        CommandRun run = CommandRun.of(LocalEngine::create, "demo", "--files", "6", "--rows", "20000");
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("right: 20,000 rows × 207 columns");
    }

    @Test
    void readmeExamples_merge() throws Exception {
        SampleSpec spec = sample(20_000, Shape.GAPPY);
        Path wide = folder.resolve("wide.parquet");
        MergeResult result = MergeExample.merge(folder.resolve("pair"), FILES, wide);
        assertThat(result.columns()).isEqualTo(spec.mergedColumns());
        assertThat(SampleCheck.check(spec, wide, 3).problems()).isEmpty();

        MergeResult again = FallbackExample.merge(MergeRequest.onKey("interval_time")
                .spine(folder.resolve("pair/targets.parquet"))
                .features(folder.resolve("pair"), "*.parquet")
                .writeTo(folder.resolve("again.parquet")));
        assertThat(again.attempts()).extracting(Attempt::outcome).endsWith(Outcome.SUCCEEDED);
        assertThat(folder.resolve("again.parquet")).hasSameBinaryContentAs(wide);
    }

    @Test
    void terminatedProcess_leavesTheWholeOutputOrNothing() throws Exception {
        sample(100_000, Shape.SHUFFLED);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.marquetry.examples.Marquetry"));
        command.addAll(List.of(args("merge", "--progress-every", "1")));
        Process process = new ProcessBuilder(command).start();
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            String line = err.readLine();
            while (line != null && !line.startsWith("moving")) {
                line = err.readLine();
            }
            process.toHandle()
                    .destroy(); // SIGTERM, which the JVM treats like Ctrl-C; unlike Process it leaves the pipe open
            err.lines().forEach(rest -> {});
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        if (Files.exists(folder.resolve("wide.parquet"))) {
            Files.delete(folder.resolve("wide.parquet"));
        } else {
            assertThat(process.exitValue()).isNotZero();
        }
        assertNothingButThePair();
    }
}
