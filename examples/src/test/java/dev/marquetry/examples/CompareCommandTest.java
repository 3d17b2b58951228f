/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.CostItem;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.MemorySize;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.examples.sample.SampleSpec;
import dev.marquetry.examples.sample.Sampler;
import dev.marquetry.examples.sample.Shape;
import dev.marquetry.testkit.ScriptedStrategy;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareCommandTest {
    private static final List<String> PAIRS = List.of("audusd", "eurusd", "gbpusd");
    private static final LimitBreach BREACH =
            new LimitBreach(Resource.MEMORY, 1 << 20, 5 << 20, Basis.PREDICTED, Phase.PLAN, "[a.parquet]");

    @TempDir
    private Path root;

    private final FakeEngine fake = new FakeEngine();

    private void sample(String pair) throws IOException, InterruptedException {
        Sampler.write(
                SampleSpec.of(4, 5, 3_000, List.of(Shape.GAPPY), pair.hashCode()), root.resolve(pair), done -> {});
    }

    private String[] one(String... more) {
        List<String> args = new ArrayList<>(List.of("compare", "--key", "interval_time"));
        args.addAll(List.of("--spine", root.resolve("audusd/targets.parquet").toString()));
        args.addAll(List.of("--features", root.resolve("audusd").toString()));
        args.addAll(List.of("--output", root.resolve("out/wide.parquet").toString()));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    private String[] all(String... more) {
        List<String> args = new ArrayList<>(List.of("compare", "--key", "interval_time"));
        args.addAll(List.of("--checkpoints", root.toString()));
        args.addAll(List.of("--output-dir", root.resolve("out").toString()));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.map(Path::toString).sorted().toList();
        }
    }

    private static BigDecimal dollars(CommandRun run, String path) throws Exception {
        return new BigDecimal(DuckDb.at(run.out(), path));
    }

    /** Lets a merge cost 40 cents in the cloud, and touches what it would read. */
    private void price() throws IOException {
        for (String pair : PAIRS) {
            Path folder = Files.createDirectories(root.resolve(pair));
            Files.createFile(folder.resolve("targets.parquet"));
            Files.createFile(folder.resolve("feat_1.parquet"));
        }
        fake.estimate = estimate -> estimate.amount(Resource.DISK, 1L << 30).amount(Resource.ELAPSED, 12_000);
        fake.second = ScriptedStrategy.named("bigquery")
                .estimating(estimate -> estimate.inputs(1, 3 << 20)
                        .amount(Resource.DISK, 3L << 30)
                        .amount(Resource.ELAPSED, 90_000)
                        .costItem(new CostItem("scan", "64.0 GiB", new BigDecimal("0.3")))
                        .costItem(new CostItem("egress", "0.8 GiB", new BigDecimal("0.1"))));
        fake.prices = Optional.of(new Tier.Prices("prices of 2026-11-21: by the ounce", new BigDecimal("0.02")));
    }

    @Test
    void realPair_isComparedWithoutCredentialsOrAnythingWritten() throws Exception {
        sample("audusd");
        List<String> before = files();
        CommandRun run = CommandRun.of(LocalEngine::create, one("--memory", "64MiB"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .anyMatch(line -> line.matches("4 feature files, .* in all, into 3,000 rows × \\d+ columns"))
                .anyMatch(line -> line.matches(" +local-arrow +bigquery"))
                .anyMatch(line -> line.matches("verdict +fits +fits"))
                .anyMatch(line -> line.matches("bytes billed +- +50\\.0 MiB"))
                .anyMatch(line -> line.matches("one run +\\$0\\.00 +\\$0\\.\\d\\d"))
                .anyMatch(line -> line.matches("  scan 50\\.0 MiB in 1 queries: \\$0\\.000298"))
                .anyMatch(line -> line.startsWith("  egress at most "))
                .anyMatch(line -> line.startsWith("At prices of 2026-11-21: scan $6.25/TiB"));
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void limitThatIsBreached_isNamedWithItsFigures_beside_whatTheCloudCosts() throws Exception {
        sample("audusd");
        CommandRun run = CommandRun.of(LocalEngine::create, one("--memory", "10KiB", "--max-billed", "1MiB", "--json"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(DuckDb.at(run.out(), "$.tiers[0].strategy")).isEqualTo("local-arrow");
        assertThat(DuckDb.at(run.out(), "$.tiers[0].BREACHES")).isEqualTo("1");
        assertThat(DuckDb.at(run.out(), "$.tiers[1].strategy")).isEqualTo("bigquery");
        assertThat(DuckDb.at(run.out(), "$.merges[0].estimates[0].predictedBreaches[0].resource"))
                .isEqualTo("MEMORY");
        assertThat(DuckDb.at(run.out(), "$.merges[0].estimates[1].predictedBreaches[0].resource"))
                .isIn("MEMORY", "BILLED_BYTES");
        assertThat(dollars(run, "$.tiers[1].dollars.run")).isPositive();
        assertThat(DuckDb.at(run.out(), "$.prices")).startsWith("prices of 2026-11-21");
    }

    @Test
    void realPairs_areComparedAndTheBrokenOneIsListed() throws Exception {
        for (String pair : PAIRS) {
            sample(pair);
        }
        Files.writeString(root.resolve("eurusd/feat_0002.parquet"), "no Parquet file");
        CommandRun run = CommandRun.of(LocalEngine::create, all());

        assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
        assertThat(run.out().lines())
                .anyMatch(line -> line.matches("eurusd: bad input: .*feat_0002\\.parquet.*"))
                .anyMatch(line -> line.matches("audusd +fits, .* \\$0\\.00 +fits, .* \\$0\\.\\d\\d"))
                .anyMatch(line -> line.matches("fits +2 of 2 +2 of 2"))
                .anyMatch(line -> line.matches("bytes billed +- +100\\.0 MiB"))
                .anyMatch(line -> line.startsWith(
                        "by the first that fits: 2 by local-arrow, 0 by bigquery, 0 by none; $0.00 a run"));
        assertThat(root.resolve("out")).doesNotExist();
    }

    @Test
    void money_isToldForARunAMonthAndAYear() throws Exception {
        price();
        CommandRun run = CommandRun.of(fake, all("--json", "--runs-per-month", "20", "--keep", "outputs"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(dollars(run, "$.tiers[1].dollars.run")).isEqualByComparingTo("1.2");
        assertThat(dollars(run, "$.tiers[1].dollars.keptMonth")).isEqualByComparingTo("0.06"); // 3 GiB
        assertThat(dollars(run, "$.tiers[1].dollars.month")).isEqualByComparingTo("24.06");
        assertThat(dollars(run, "$.tiers[1].dollars.year")).isEqualByComparingTo("288.72");
        assertThat(dollars(run, "$.tiers[0].dollars.year")).isEqualByComparingTo("0.72");
        assertThat(dollars(run, "$.tiers[1].items.egress")).isEqualByComparingTo("0.3");
        assertThat(DuckDb.at(run.out(), "$.tiers[1].amounts.ELAPSED")).isEqualTo("270000");
        assertThat(DuckDb.at(run.out(), "$.tiers[0].amounts.MEMORY")).isEqualTo("1048576");
        assertThat(DuckDb.at(run.out(), "$.merges[2].estimates[1].costItems[0].name"))
                .isEqualTo("scan");
        String text = CommandRun.of(fake, one("--keep", "outputs,inputs")).out();
        assertThat(text)
                .contains("A month has 30 runs", "inputs and outputs, about 1.0 GiB in one version")
                .contains("  scan 64.0 GiB: $0.3\n", "At prices of 2026-11-21: by the ounce");
        assertThat(text.lines())
                .anyMatch(line -> line.matches("kept in storage, a month +\\$0\\.03 +\\$0\\.03"))
                .anyMatch(line -> line.matches("a month +\\$0\\.03 +\\$12\\.03"));
    }

    @Test
    void tiersThatDoNotFit_sayWhy_andCountForNothingWhereTheyCanNotServe() throws Exception {
        price();
        fake.estimate = estimate -> estimate.predictedBreach(BREACH);
        CommandRun run = CommandRun.of(fake, all("--max-cost", "0.39"));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("fake breaches a limit for audusd: memory limit 1.0 MiB")
                .contains("bigquery can not serve for gbpusd: bigquery: costs about $0.40 of at most $0.39")
                .contains("by the first that fits: 0 by fake, 0 by bigquery, 3 by none; $0.00 a run");
        assertThat(run.out().lines()).anyMatch(line -> line.matches("one run +\\$0\\.00 +-"));
    }

    @Test
    void shareOfEachMerge_isWhatIsCompared_andFallbackMemoryHoldsInTheCloudsCase() throws Exception {
        price();
        CommandRun run = CommandRun.of(
                fake, all("--parallel", "2", "--memory", "64MiB", "--fallback-memory", "32MiB", "--pairs", "eurusd"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Objects.requireNonNull(fake.limits).maxMemory()).isEqualTo(MemorySize.mib(32));
        assertThat(Objects.requireNonNull(fake.fallbackAsked).limits().maxMemory())
                .isEqualTo(MemorySize.mib(16));
        assertThat(run.out()).doesNotContain("audusd");
    }

    @Test
    void badInputOfOneMerge_isExitCode2() throws IOException {
        price();
        fake.estimate = estimate -> estimate.inputProblem("[a.parquet] Cannot read");
        CommandRun run = CommandRun.of(fake, one());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("[a.parquet] Cannot read");
        assertThat(CommandRun.of(fake, all()).exitCode()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "compare --key ts; Missing option: --output, or --checkpoints",
                "compare --key ts --output o; Missing option: --features",
                "compare --key ts --output o --features f; Missing option: --spine",
                "compare --key ts --checkpoints c; Missing option: --output-dir",
                "compare --key ts --checkpoints c --output-dir o --features f; exclude each other",
                "compare --key ts --checkpoints c --output-dir o --output f; makes no sense with --checkpoints",
                "compare --key ts --output o --output-dir d; makes no sense without --checkpoints",
                "compare --key ts --output o --runs-per-month 0; must be between 1 and 100000",
                "compare --key ts --output o --keep tables; --keep",
                "compare --key ts --output o --parallel 0; must be between 1 and 256",
                "compare --key ts --output o --max-cost free; Cannot read US dollars"
            })
    void senselessOptions_areUsageErrors(String line, String message) {
        CommandRun run = CommandRun.of(fake, line.split(" "));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(message, "marquetry compare --help");
    }
}
