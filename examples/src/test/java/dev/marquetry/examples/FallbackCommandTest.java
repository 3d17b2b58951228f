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
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Phase;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.StrategyUnavailableException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --fallback bigquery} does to {@code merge} and {@code plan}, with scripted strategies. */
class FallbackCommandTest {
    private static final String LEAST = "--fallback bigquery --project my-project --staging gs://bucket/folder";
    private static final LimitBreach PREDICTED =
            new LimitBreach(Resource.MEMORY, 1 << 20, 5 << 20, Basis.PREDICTED, Phase.PLAN, "[a.parquet]");
    private static final LimitBreach MEASURED =
            new LimitBreach(Resource.MEMORY, 1 << 20, 5 << 20, Basis.MEASURED, Phase.MOVE, "[a.parquet]");

    @TempDir
    private Path folder;

    private final FakeEngine engine = new FakeEngine();
    private final Cloud cloud = new Cloud();

    /** Stands for BigQuery: fits, costs eight cents, and merges or throws. */
    private static final class Cloud implements MergeStrategy {
        private RuntimeException thrown;
        private String refusal;
        private int asked;

        @Override
        public String name() {
            return "bigquery";
        }

        @Override
        public CostEstimate estimate(MergeRequest request) {
            asked++;
            CostEstimate.Builder estimate = CostEstimate.by(name())
                    .shape(1_000, 57)
                    .inputs(2, 3 << 20)
                    .amount(Resource.BILLED_BYTES, 30 << 20)
                    .costItem(new CostItem("scan", "30.0 MiB", new BigDecimal("0.0801")));
            if (refusal != null) {
                estimate.refusal(refusal);
            }
            return estimate.build();
        }

        @Override
        public MergeResult merge(MergeRequest request, ProgressListener progress) {
            if (thrown != null) {
                throw thrown;
            }
            return MergeResult.of(name(), request.output())
                    .shape(1_000, 57)
                    .bytes(3 << 20, 2 << 20)
                    .elapsed(Duration.ofSeconds(40))
                    .costItem(new CostItem("scan", "29.0 MiB", new BigDecimal("0.0801")))
                    .build();
        }
    }

    @BeforeEach
    void touchFile() throws IOException {
        Files.createFile(folder.resolve("a.parquet"));
        engine.second = cloud;
    }

    private CommandRun run(String command, String options) {
        List<String> args = new ArrayList<>(List.of(command, "--key", "ts", "--spine", "s.parquet"));
        args.addAll(List.of("--features", folder.toString()));
        args.addAll(List.of("--output", folder.resolve("wide.parquet").toString()));
        args.addAll(List.of(options.split(" ")));
        return CommandRun.of(engine, args.toArray(String[]::new));
    }

    private void breaching() {
        engine.estimate = builder -> builder.predictedBreach(PREDICTED);
    }

    @Test
    void everyOption_arrives() {
        run(
                "merge",
                LEAST + " --location europe-west1 --max-billed 50GiB --dataset-expiry 12h --fallback-memory 2GiB"
                        + " --memory 64MiB --timeout 20m --min-free-disk 1GiB --threads 3 --min-free-memory 2GiB");
        BigQueryFallback asked = Objects.requireNonNull(engine.fallbackAsked);
        assertThat(asked.project()).isEqualTo("my-project");
        assertThat(asked.staging()).isEqualTo("gs://bucket/folder");
        assertThat(asked.location()).hasValue("europe-west1");
        assertThat(asked.maxBilled()).hasValue(MemorySize.gib(50));
        assertThat(asked.datasetExpiry()).hasValue(Duration.ofHours(12));
        assertThat(asked.limits().maxMemory()).isEqualTo(MemorySize.gib(2));
        assertThat(asked.limits().maxElapsed()).hasValue(Duration.ofMinutes(20));
        assertThat(asked.limits().minFreeDisk()).hasValue(MemorySize.gib(1));
        assertThat(asked.limits().minFreeSystemMemory()).hasValue(MemorySize.gib(2));
        assertThat(asked.limits().threads()).hasValue(3);
        assertThat(Objects.requireNonNull(engine.limits).maxMemory()).isEqualTo(MemorySize.mib(64));
    }

    @Test
    void leastOptions_leaveTheRestToTheStrategy() {
        run("merge", LEAST + " --memory 64MiB");
        BigQueryFallback asked = Objects.requireNonNull(engine.fallbackAsked);
        assertThat(asked.location()).isEqualTo(Optional.empty());
        assertThat(asked.maxBilled()).isEmpty();
        assertThat(asked.datasetExpiry()).isEmpty();
        assertThat(asked.limits()).isSameAs(engine.limits);
    }

    @Test
    void optionsOfCloudRun_arrive() {
        run(
                "merge",
                "--fallback cloudrun --project my-project --staging gs://bucket/folder --region europe-west1 --job merger"
                        + " --fallback-memory 2GiB");
        CloudRunFallback asked = Objects.requireNonNull(engine.cloudRunAsked);
        assertThat(asked.project()).isEqualTo("my-project");
        assertThat(asked.region()).isEqualTo("europe-west1");
        assertThat(asked.job()).isEqualTo("merger");
        assertThat(asked.staging()).isEqualTo("gs://bucket/folder");
        assertThat(asked.limits().maxMemory()).isEqualTo(MemorySize.gib(2));
        assertThat(engine.fallbackAsked).isNull();
    }

    @Test
    void chainOfThree_triesOneAfterTheOther() throws Exception {
        breaching();
        cloud.thrown = new StrategyUnavailableException("no such dataset");
        String three = LEAST.replace("bigquery", "bigquery,cloudrun") + " --region us-central1 --job merger";
        CommandRun run = run("merge", three + " --json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("; trying bigquery", "; trying cloud-run");
        assertThat(DuckDb.at(run.out(), "$.strategy")).isEqualTo("cloud-run");
        assertThat(DuckDb.at(run.out(), "$.attempts[1].outcome")).isEqualTo("FAILED");
        assertThat(DuckDb.at(run.out(), "$.attempts[2].outcome")).isEqualTo("SUCCEEDED");

        cloud.refusal = "nested column a.b";
        CommandRun plan = run("plan", three);
        assertThat(plan.exitCode()).isZero();
        assertThat(plan.out())
                .contains("fake would merge", "refused: nested column a.b")
                .endsWith("fits\n");
    }

    @Test
    void withoutFallback_noneIsMade() {
        assertThat(run("merge", "--memory 64MiB").exitCode()).isZero();
        assertThat(engine.fallbackAsked).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--fallback bigquery --staging gs://bucket/f; needs: --project",
                "--fallback bigquery --project p; needs: --staging",
                "--fallback bigquery --project p --staging /tmp; must be like gs://bucket/folder but was '/tmp'",
                "--fallback bigquery --project p --staging gs://bucket?x; must be like gs://bucket/folder",
                "--fallback redshift --project p --staging gs://bucket/f; --fallback",
                "--fallback bigquery --project p --staging gs://bucket/f --dataset-expiry 30m; must be 1h or more",
                "--fallback bigquery --project p --staging gs://bucket/f --max-billed lots; Cannot read a size",
                "--fallback bigquery --project p --staging gs://bucket/f --fallback-memory 0; max memory must be positive",
                "--project p; need --fallback bigquery: --project",
                "--staging gs://bucket/f --location EU; need --fallback bigquery: --staging, --location",
                "--max-billed 1GiB --dataset-expiry 2h; need --fallback bigquery: --max-billed, --dataset-expiry",
                "--fallback-memory 1GiB; need --fallback bigquery: --fallback-memory",
                "--max-cost 2; need --fallback bigquery: --max-cost",
                "--fallback bigquery --project p --staging gs://bucket/f --max-cost -1; Cannot read US dollars",
                "--fallback bigquery --project p --staging gs://bucket/f --max-cost cheap; Cannot read US dollars"
            })
    void optionsThatMakeNoSense_areUsageErrorsInOneLine(String options, String message) {
        for (String command : List.of("merge", "plan")) {
            CommandRun run = run(command, options);
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err().lines())
                    .singleElement()
                    .asString()
                    .contains(message)
                    .contains("marquetry " + command + " --help");
        }
        assertThat(engine.merged).isFalse();
        assertThat(cloud.asked).isZero();
    }

    @Test
    void localMerge_asksTheCloudNothingAndSaysWhoMerged() {
        CommandRun run = run("merge", LEAST);
        assertThat(run.exitCode()).isZero();
        assertThat(cloud.asked).isZero();
        assertThat(run.out().lines()).last().asString().contains("fake succeeded after 1.5 s, $0.00");
    }

    @Test
    void predictedBreach_isMergedInTheCloudAndTold() {
        breaching();
        CommandRun run = run("merge", LEAST + " --fallback-memory 64MiB");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(engine.merged).isFalse();
        assertThat(run.err()).contains("fake gave up: memory limit 1.0 MiB", "; trying bigquery");
        assertThat(run.out()).contains("1,000 rows × 57 columns", "of 64.0 MiB");
        assertThat(run.out().lines().toList())
                .anySatisfy(line ->
                        assertThat(line).matches("  fake skipped after .*, \\$0\\.00: memory limit 1\\.0 MiB.*"))
                .anySatisfy(line -> assertThat(line).startsWith("  bigquery succeeded after 40.0 s, $0.09: 1000 rows"));
    }

    @Test
    void measuredBreach_isMergedInTheCloudToo() throws Exception {
        engine.thrown = new LimitBreachException(MEASURED);
        CommandRun run = run("merge", LEAST + " --json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(DuckDb.at(run.out(), "$.strategy")).isEqualTo("bigquery");
        assertThat(DuckDb.at(run.out(), "$.attempts[0].outcome")).isEqualTo("BREACHED");
        assertThat(DuckDb.at(run.out(), "$.attempts[1].outcome")).isEqualTo("SUCCEEDED");
        assertThat(DuckDb.at(run.out(), "$.attempts[1].cost")).isEqualTo("0.0801");
    }

    @Test
    void cloudThatCanNotBeReached_exits3WithBothReasons() {
        breaching();
        cloud.thrown = new StrategyUnavailableException("no credentials");
        CommandRun run = run("merge", LEAST);
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("marquetry: memory limit 1.0 MiB", "  bigquery failed after", "no credentials");
    }

    @Test
    void surpriseInTheCloud_exits1WithBothReasons() {
        breaching();
        cloud.thrown = new MergeFailedException("disk gone", new IOException("gone"));
        CommandRun run = run("merge", LEAST);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("marquetry: disk gone", "  fake skipped after");
    }

    @Test
    void badInput_neverFallsBack() {
        engine.estimate = builder -> builder.predictedBreach(PREDICTED).inputProblem("[a.parquet] Cannot read");
        for (String command : List.of("merge", "plan")) {
            CommandRun run = run(command, LEAST);
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.out() + run.err()).contains("[a.parquet] Cannot read");
        }
        assertThat(cloud.asked).isZero();
    }

    @Test
    void tierAboveMaxCost_isSkipped_andTheBreachIsWhatEndsTheMerge() throws Exception {
        breaching();
        CommandRun run = run("merge", LEAST + " --max-cost 0.08");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("marquetry: memory limit 1.0 MiB");
        assertThat(run.err().lines())
                .last()
                .asString()
                .matches("  bigquery skipped after .*, \\$0\\.00: costs about \\$0\\.09 of at most \\$0\\.08");
        String json = run("merge", LEAST + " --max-cost 0.08 --json").out();
        assertThat(DuckDb.at(json, "$.error.attempts[1].outcome")).isEqualTo("SKIPPED");
        assertThat(DuckDb.at(json, "$.error.attempts[1].cost")).isEqualTo("0");
        CommandRun plan = run("plan", LEAST + " --max-cost 0.08");
        assertThat(plan.exitCode()).isEqualTo(3);
        assertThat(plan.out())
                .contains("  cost: about $0.09", "refused: bigquery: costs about $0.09 of at most $0.08")
                .endsWith("does not fit\n");
        assertThat(run("merge", LEAST + " --max-cost 0.09").exitCode()).isZero();
        assertThat(run("plan", LEAST + " --max-cost 0.0801").exitCode()).isZero();
    }

    @Test
    void moneySpent_isToldByItemAndTier() throws Exception {
        breaching();
        CommandRun run = run("merge", LEAST);
        assertThat(run.out().lines()).last().asString().isEqualTo("    scan 29.0 MiB: $0.0801");
        String json = run("merge", LEAST + " --json").out();
        assertThat(DuckDb.at(json, "$.cost")).isEqualTo("0.0801");
        assertThat(DuckDb.at(json, "$.costItems[0].name")).isEqualTo("scan");
        assertThat(DuckDb.at(json, "$.costItems[0].dollars")).isEqualTo("0.0801");
        assertThat(DuckDb.at(json, "$.attempts[0].cost")).isEqualTo("0");
        assertThat(DuckDb.at(json, "$.attempts[1].cost")).isEqualTo("0.0801");
    }

    @Test
    void plan_tellsWhatWouldBeBilled() throws Exception {
        breaching();
        CommandRun run = run("plan", LEAST);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("fake would merge", "breach: memory limit 1.0 MiB", "does not fit")
                .contains(
                        "bigquery would merge", "  bytes billed: 30.0 MiB", "  cost: about $0.09", "    scan 30.0 MiB")
                .endsWith("fits\n");
        String json = run("plan", LEAST + " --json").out();
        assertThat(DuckDb.at(json, "$.strategy")).isEqualTo("bigquery");
        assertThat(DuckDb.at(json, "$.cost")).isEqualTo("0.0801");
        assertThat(DuckDb.at(json, "$.costItems[0].name")).isEqualTo("scan");
        assertThat(DuckDb.at(json, "$.skipped[0].strategy")).isEqualTo("fake");
        assertThat(DuckDb.at(json, "$.skipped[0].predictedBreaches[0].resource"))
                .isEqualTo("MEMORY");
    }

    @Test
    void planThatFitsHere_asksTheCloudNothing() {
        CommandRun run = run("plan", LEAST);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).doesNotContain("bigquery");
        assertThat(cloud.asked).isZero();
    }

    @Test
    void planThatFitsNowhere_exitsAsTheMergeWould() {
        breaching();
        cloud.refusal = "nested column a.b";
        assertThat(run("plan", LEAST).exitCode()).isEqualTo(3);
        assertThat(run("merge", LEAST).exitCode()).isEqualTo(3);
        engine.estimate = builder -> builder.refusal("not here");
        assertThat(run("plan", LEAST).exitCode()).isEqualTo(1);
        assertThat(run("merge", LEAST).exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"merge", "plan"})
    void help_namesEveryOption(String command) {
        assertThat(CommandRun.of(engine, command, "--help").out())
                .contains("--fallback", "--project", "--staging", "--location", "--max-billed", "--dataset-expiry");
    }
}
