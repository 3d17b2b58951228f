/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.CostEstimate;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
    private static final LimitBreach BREACH =
            new LimitBreach(Resource.DISK, 1 << 30, -(1 << 20), Basis.PREDICTED, Phase.PREFLIGHT, "/tmp");

    @TempDir
    private Path folder;

    @BeforeEach
    void touchFile() throws IOException {
        Files.createFile(folder.resolve("a.parquet"));
    }

    private CommandRun plan(Consumer<CostEstimate.Builder> estimate, String... more) {
        Stream<String> least = Stream.of(
                "plan",
                "--key",
                "ts",
                "--spine",
                "s.parquet",
                "--features",
                folder.toString(),
                "--output",
                "o.parquet");
        FakeEngine engine = FakeEngine.estimating(estimate);
        CommandRun run =
                CommandRun.of(engine, Stream.concat(least, Stream.of(more)).toArray(String[]::new));
        assertThat(engine.merged).isFalse();
        return run;
    }

    @Test
    void plan_printsChecksAndEstimateToStandardOutput() {
        CommandRun run = plan(builder -> {});
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .containsExactly(
                        "✓ free disk: 9.0 GiB free, 3.0 MiB needed",
                        "fake would merge 2 feature files, 3.0 MiB in all, into 1,000 rows × 57 columns",
                        "  memory: 1.0 MiB",
                        "fits");
    }

    @Test
    void predictedBreach_exits3() {
        CommandRun run = plan(builder -> builder.predictedBreach(BREACH));
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).contains("breach: free disk limit 1.0 GiB", "does not fit");
    }

    @Test
    void badInput_exits2EvenWithABreach() {
        CommandRun run = plan(builder -> builder.predictedBreach(BREACH).inputProblem("[a.parquet] Cannot read"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).contains("bad input: [a.parquet] Cannot read");
    }

    @Test
    void refusal_exits1() {
        assertThat(plan(builder -> builder.refusal("nested")).exitCode()).isEqualTo(1);
    }

    @Test
    void json_isOneObject() throws Exception {
        CommandRun run = plan(builder -> builder.predictedBreach(BREACH), "--json");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out().lines()).hasSize(1);
        assertThat(DuckDb.at(run.out(), "$.status")).isEqualTo("does not fit");
        assertThat(DuckDb.at(run.out(), "$.checks[0].name")).isEqualTo("free disk");
        assertThat(DuckDb.at(run.out(), "$.amounts.MEMORY")).isEqualTo("1048576");
        assertThat(DuckDb.at(run.out(), "$.predictedBreaches[0].resource")).isEqualTo("DISK");
    }
}
