/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.examples.sample.SampleCheck;
import dev.marquetry.examples.sample.SampleSpec;
import dev.marquetry.examples.sample.Sampler;
import dev.marquetry.examples.sample.Shape;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --isolated} of {@code merge} and {@code pairs}. */
class IsolatedOptionTest {
    private final SampleSpec spec = SampleSpec.of(3, 5, 1_000, List.of(Shape.GAPPY), 7);

    @TempDir
    private Path root;

    @BeforeEach
    void writePair() throws Exception {
        Sampler.write(spec, root.resolve("pairs/audusd"), done -> {});
    }

    private CommandRun merge(Engine engine, String spine, String features, String output) {
        return CommandRun.of(
                engine,
                "merge",
                "--key",
                "interval_time",
                "--memory",
                "64MiB",
                "--isolated",
                "--json",
                "--spine",
                spine,
                "--features",
                features,
                "--output",
                output);
    }

    private String at(String path) {
        return root.resolve(path).toString();
    }

    @Test
    void merge_isMadeInAProcessOfItsOwn() throws Exception {
        CommandRun run =
                merge(LocalEngine::create, at("pairs/audusd/targets.parquet"), at("pairs/audusd"), at("wide.parquet"));
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(DuckDb.at(run.out(), "$.strategy")).isEqualTo("isolated-local");
        assertThat(run.err()).contains("✓ isolation: process with a heap of");
        assertThat(SampleCheck.check(spec, root.resolve("wide.parquet"), SampleSpec.TARGETS)
                        .problems())
                .isEmpty();
    }

    @Test
    void pairs_areMadeInProcessesOfTheirOwn() throws Exception {
        CommandRun run = CommandRun.of(
                LocalEngine::create,
                "pairs",
                "--key",
                "interval_time",
                "--memory",
                "64MiB",
                "--isolated",
                "--checkpoints",
                at("pairs"),
                "--output-dir",
                at("out"));
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out().lines()).anyMatch(line -> line.matches("audusd +done +isolated-local .*"));
        assertThat(SampleCheck.check(spec, root.resolve("out/training_audusd.parquet"), SampleSpec.TARGETS)
                        .problems())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "gs://bucket/s.parquet, f.parquet, w.parquet, gs://bucket/s.parquet",
        "s.parquet, gs://bucket/f.parquet, w.parquet, gs://bucket/f.parquet",
        "s.parquet, gs://bucket/f/, w.parquet, gs://bucket/f/",
        "s.parquet, f.parquet, gs://bucket/w.parquet, gs://bucket/w.parquet"
    })
    void objects_areRefusedByName(String spine, String features, String output, String named) {
        FakeEngine fake = new FakeEngine();
        CommandRun run = merge(fake, spine, features, output);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out())
                .contains(
                        "UsageError", "Option --isolated merges files of this machine only, and can not use " + named);
        assertThat(fake.isolated).isFalse();
        assertThat(fake.merged).isFalse();
    }
}
