/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Phase;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.examples.sample.SampleCheck;
import dev.marquetry.examples.sample.SampleSpec;
import dev.marquetry.examples.sample.Sampler;
import dev.marquetry.examples.sample.Shape;
import dev.marquetry.testkit.ScriptedStrategy;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairsCommandTest {
    private static final int FILES = 4;
    private static final List<String> PAIRS = List.of("audusd", "eurusd", "gbpusd");

    private final FakeEngine fake = new FakeEngine();

    @TempDir
    private Path root;

    private SampleSpec sample(String pair) throws IOException, InterruptedException {
        SampleSpec spec = SampleSpec.of(FILES, 5, 3_000, List.of(Shape.GAPPY), pair.hashCode());
        Sampler.write(spec, pairs().resolve(pair), done -> {});
        return spec;
    }

    private void touchPairs() throws IOException {
        for (String pair : PAIRS) {
            Path folder = Files.createDirectories(pairs().resolve(pair));
            Files.createFile(folder.resolve("targets.parquet"));
            Files.createFile(folder.resolve("feat_1.parquet"));
            Files.createFile(folder.resolve("other.parquet"));
        }
    }

    private Path pairs() {
        return root.resolve("pairs");
    }

    private Path out() {
        return root.resolve("out");
    }

    private String[] args(String... more) {
        List<String> args = new ArrayList<>(List.of("pairs", "--key", "interval_time"));
        args.addAll(List.of("--checkpoints", pairs().toString()));
        args.addAll(List.of("--output-dir", out().toString()));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    private CommandRun local(String... more) {
        return CommandRun.of(LocalEngine::create, args(more));
    }

    private CommandRun faked(String... more) {
        return CommandRun.of(fake, args(more));
    }

    private List<String> outputs() throws IOException {
        try (Stream<Path> files = Files.list(out())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void brokenPair_failsByName_theOthersAreDone_andResumeFinishesOnceItIsMended() throws Exception {
        List<SampleSpec> specs = new ArrayList<>();
        for (String pair : PAIRS) {
            specs.add(sample(pair));
        }
        Path broken = pairs().resolve("eurusd").resolve("feat_0002.parquet");
        assertThat(broken).exists();
        byte[] whole = Files.readAllBytes(broken);
        Files.writeString(broken, "no longer a Parquet file");

        CommandRun first = local("--parallel", "2", "--memory", "128MB", "--expect", String.valueOf(FILES));
        assertThat(first.exitCode()).as(first.out() + first.err()).isEqualTo(4);
        assertThat(first.out().lines())
                .anyMatch(line -> line.matches("audusd +done +local-arrow +3,000 × \\d+ .*MiB.*\\$0\\.00"))
                .anyMatch(line -> line.matches("eurusd +failed +- .*"))
                .anyMatch(line -> line.matches("gbpusd +done +local-arrow .*"));
        assertThat(first.out())
                .contains("eurusd: failed, ", "feat_0002.parquet")
                .contains("2 done, 0 skipped");
        assertThat(first.err())
                .contains("audusd: begun", "audusd: done, 3,000 rows")
                .doesNotContain("\u001b");
        assertThat(outputs()).containsExactly("pairs.journal", "training_audusd.parquet", "training_gbpusd.parquet");

        Files.write(broken, whole);
        CommandRun refused = local();
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("pairs.journal; give --resume");

        CommandRun second = local("--resume", "--json");
        assertThat(second.exitCode()).as(second.out() + second.err()).isZero();
        assertThat(DuckDb.at(second.out(), "$.pairs[0].outcome")).isEqualTo("SKIPPED");
        assertThat(DuckDb.at(second.out(), "$.pairs[1].outcome")).isEqualTo("DONE");
        assertThat(DuckDb.at(second.out(), "$.pairs[2].rows")).isEqualTo("3000");
        assertThat(DuckDb.at(second.out(), "$.status")).isEqualTo("done");
        for (int p = 0; p < PAIRS.size(); p++) {
            Path output = out().resolve("training_" + PAIRS.get(p) + ".parquet");
            assertThat(SampleCheck.check(specs.get(p), output, SampleSpec.TARGETS)
                            .problems())
                    .isEmpty();
        }
        assertThat(local("--resume").out()).contains("0 done, 3 skipped as done already, 0 failed");
    }

    @Test
    void options_makeEachPairsRequestAndItsShare() throws IOException {
        touchPairs();
        CommandRun run = faked(
                "--pairs",
                "gbpusd",
                "--spine",
                "other.parquet",
                "--pattern",
                "feat_*.parquet",
                "--memory",
                "64MiB",
                "--threads",
                "4",
                "--parallel",
                "2",
                "--overwrite");
        assertThat(run.exitCode()).as(run.err()).isZero();
        MergeRequest request = Objects.requireNonNull(fake.request);
        assertThat(request.spine())
                .isEqualTo(pairs().resolve("gbpusd/other.parquet").toUri());
        assertThat(request.featureFiles().stream().map(MergeRequest::fileName)).containsExactly("feat_1.parquet");
        assertThat(request.output())
                .isEqualTo(out().resolve("training_gbpusd.parquet").toUri());
        assertThat(request.existingOutput()).isEqualTo(ExistingOutput.REPLACE);
        assertThat(Objects.requireNonNull(fake.limits).maxMemory()).isEqualTo(MemorySize.mib(32));
        assertThat(fake.limits.threads()).hasValue(2);
        assertThat(run.out()).contains("gbpusd").doesNotContain("audusd");
    }

    @Test
    void terminal_hasOneLineThatChanges() throws IOException {
        touchPairs();
        CommandRun run = CommandRun.onTerminal(fake, args());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("\r\u001b[K1 of 3 pairs", "audusd: done, 1,000 rows", "warning: memory near");
        assertThat(fake.progressEveryFiles).isEqualTo(1);
    }

    @Test
    void canaryThatFails_leavesTheOthersNotBegun() throws IOException {
        touchPairs();
        fake.thrown = new LimitBreachException(
                new LimitBreach(Resource.MEMORY, 1, 20, Basis.MEASURED, Phase.ALIGN, "[a.parquet]"));
        CommandRun run = faked("--canary", "gbpusd");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.out()).contains("gbpusd: failed, memory limit", "audusd: not begun, canary gbpusd did not pass");
    }

    @Test
    void canary_isComparedWithItsInputs_andOneThatIsWrongStopsTheOthers() throws Exception {
        for (String pair : PAIRS) {
            sample(pair);
        }
        Engine swapping = (limits, every) -> new Swapping(LocalEngine.create(limits, every));
        CommandRun wrong = CommandRun.of(swapping, args("--canary", "gbpusd"));
        assertThat(wrong.exitCode()).isEqualTo(4);
        assertThat(wrong.out())
                .contains(
                        "gbpusd: failed, Output of local-arrow failed validation: training_gbpusd.parquet is not valid")
                .contains("audusd: not begun, canary gbpusd did not pass");

        CommandRun right = local("--canary", "gbpusd", "--resume");
        assertThat(right.exitCode()).as(right.out() + right.err()).isZero();
        assertThat(Files.readAllLines(out().resolve("pairs.journal")))
                .filteredOn(line -> line.contains("\"event\":\"validated\""))
                .singleElement()
                .asString()
                .contains("\"name\":\"gbpusd\"");
    }

    /** Merges the files of another pair into the output: right in form, wrong in every value. */
    private record Swapping(MergeStrategy merger) implements MergeStrategy {
        @Override
        public String name() {
            return merger.name();
        }

        @Override
        public CostEstimate estimate(MergeRequest request) {
            return merger.estimate(request);
        }

        @Override
        public MergeResult merge(MergeRequest request, ProgressListener progress) {
            Path other = Path.of(request.spine()).getParent().resolveSibling("audusd");
            return merger.merge(
                    MergeRequest.onKey("interval_time")
                            .spine(other.resolve("targets.parquet"))
                            .features(other, "*.parquet")
                            .writeTo(request.output()),
                    progress);
        }
    }

    @Test
    void fallback_isMadeForItsShareToo() throws IOException {
        touchPairs();
        CommandRun run = faked(
                "--fallback",
                "bigquery",
                "--project",
                "p",
                "--staging",
                "gs://bucket/f",
                "--parallel",
                "2",
                "--memory",
                "64MiB");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Objects.requireNonNull(fake.fallbackAsked).limits().maxMemory())
                .isEqualTo(MemorySize.mib(32));
    }

    /** Has every pair breach here, and BigQuery merge it for 41 cents. */
    private CommandRun dear(String... more) throws IOException {
        touchPairs();
        fake.estimate = estimate -> estimate.predictedBreach(
                new LimitBreach(Resource.MEMORY, 1, 20, Basis.PREDICTED, Phase.PLAN, "[a.parquet]"));
        BigDecimal price = new BigDecimal("0.41");
        fake.second = ScriptedStrategy.named("bigquery")
                .estimating(estimate -> estimate.cost(price))
                .returning(MergeResult.of("bigquery", out().toUri())
                        .costItem(new CostItem("scan", "65.0 GiB", price))
                        .build());
        List<String> args = new ArrayList<>(
                List.of("--fallback", "bigquery", "--project", "p", "--staging", "gs://bucket/f", "--json"));
        args.addAll(List.of(more));
        return faked(args.toArray(String[]::new));
    }

    @Test
    void maxTotalCost_leavesPairsNotBegun_andSaysWhatEachCost() throws Exception {
        CommandRun run = dear("--max-total-cost", "1");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
        assertThat(DuckDb.at(run.out(), "$.cost")).isEqualTo("0.82");
        assertThat(DuckDb.at(run.out(), "$.pairs[0].costItems[0].name")).isEqualTo("scan");
        assertThat(DuckDb.at(run.out(), "$.pairs[0].costItems[0].dollars")).isEqualTo("0.41");
        assertThat(DuckDb.at(run.out(), "$.pairs[0].attempts[1].cost")).isEqualTo("0.41");
        assertThat(DuckDb.at(run.out(), "$.pairs[2].outcome")).isEqualTo("NOT_BEGUN");
        assertThat(DuckDb.at(run.out(), "$.pairs[2].detail")).contains("would cost about $0.41");
        assertThat(DuckDb.at(run.out(), "$.pairs[2].costItems")).isEqualTo("[]");
    }

    @Test
    void maxCost_failsEveryPairThatIsAbove_andNothingIsPaid() throws Exception {
        CommandRun run = dear("--max-cost", "0.40");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(DuckDb.at(run.out(), "$.cost")).isEqualTo("0");
        assertThat(DuckDb.at(run.out(), "$.pairs[1].outcome")).isEqualTo("FAILED");
        assertThat(DuckDb.at(run.out(), "$.pairs[1].attempts[1].detail"))
                .isEqualTo("costs about $0.41 of at most $0.40");
    }

    @Test
    void everyPairFailing_isExitCode4WhateverTheReason() throws IOException {
        touchPairs();
        fake.thrown = new MergeFailedException("disk gone");
        assertThat(faked().exitCode()).isEqualTo(4);
    }

    @Test
    void pairWithoutFeatures_failsByName() throws IOException {
        touchPairs();
        Files.delete(pairs().resolve("eurusd/feat_1.parquet"));
        Files.delete(pairs().resolve("eurusd/other.parquet"));
        CommandRun run = faked();
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.out()).contains("eurusd: failed, Cannot find any feature file", "2 done");
    }

    @Test
    void brokenJournal_isExitCode2_andOneOfABatchThatRunsIs1() throws IOException {
        touchPairs();
        Files.createDirectories(out());
        Path journal = out().resolve("pairs.journal");
        Files.writeString(journal, "nonsense\n");
        CommandRun broken = faked("--resume");
        assertThat(broken.exitCode()).isEqualTo(2);
        assertThat(broken.err()).contains("Cannot read line 1 of the journal");
        Files.writeString(journal, "");
        try (FileChannel channel = FileChannel.open(journal, java.nio.file.StandardOpenOption.WRITE);
                FileLock lock = channel.lock(Long.MAX_VALUE - 1, 1, false)) {
            CommandRun second = faked("--resume");
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.err()).contains("another one is running on this journal");
        }
        assertThat(fake.merged).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--pairs | nzdusd | no folder of that name",
                "--pairs | ../pairs | no folder of that name",
                "--canary | nzdusd | must be one of the pairs",
                "--parallel | 0 | must be between 1 and 256",
                "--pattern | [ | Invalid value for option '--pattern'",
                "--project | p | need --fallback bigquery",
                "--max-cost | 2 | need --fallback bigquery: --max-cost",
                "--max-total-cost | 2 | need --fallback bigquery: --max-total-cost",
                "--max-total-cost | much | Cannot read US dollars"
            })
    void senselessOptions_areUsageErrors_andNothingIsWritten(String option, String value, String message)
            throws IOException {
        touchPairs();
        CommandRun run = faked(option, value);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(out()).doesNotExist();
    }

    @Test
    void noPairs_isBadInput() throws IOException {
        assertThat(faked().err()).contains("Cannot list pairs");
        Files.createDirectories(pairs());
        assertThat(faked().exitCode()).isEqualTo(2);
        assertThat(faked().err()).contains("Cannot find any pair");
    }
}
