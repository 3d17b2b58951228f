/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepCommandTest {
    private final FakeEngine engine = new FakeEngine();

    private CommandRun run(String options) {
        return CommandRun.of(engine, ("sweep --project my-project --staging gs://bucket/folder" + options).split(" "));
    }

    @Test
    void whatWasDeleted_isTold() throws Exception {
        engine.swept = new Sweep.Report(
                List.of("dataset my-project.marquetry_1", "gs://bucket/folder/marquetry/1/"), List.of(), List.of("2"));
        CommandRun run = run("");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "deleted dataset my-project.marquetry_1",
                        "deleted gs://bucket/folder/marquetry/1/",
                        "let be, as it may be alive: 2",
                        "2 deleted, 0 left, 1 runs let be");
        assertThat(engine.sweepAsked).isEqualTo(new Sweep("my-project", "gs://bucket/folder", Duration.ofHours(24)));
        assertThat(DuckDb.at(run(" --json").out(), "$.deleted[0]")).isEqualTo("dataset my-project.marquetry_1");
    }

    @Test
    void whatCouldNotBeDeleted_isExitCode1() throws Exception {
        engine.swept = new Sweep.Report(List.of(), List.of("gs://bucket/folder/x: denied"), List.of());
        CommandRun run = run(" --older-than 2h");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("could not delete gs://bucket/folder/x: denied", "0 deleted, 1 left");
        assertThat(engine.sweepAsked).isEqualTo(new Sweep("my-project", "gs://bucket/folder", Duration.ofHours(2)));
        assertThat(DuckDb.at(run(" --json").out(), "$.exitCode")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "sweep; --project",
                "sweep --project p; --staging",
                "sweep --project p --staging /tmp; must be like gs://bucket/folder but was '/tmp'",
                "sweep --project p --staging gs://bucket/f --older-than soon; Cannot read a time"
            })
    void senselessOptions_areUsageErrors_andNothingIsSwept(String line, String message) {
        CommandRun run = CommandRun.of(engine, line.split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(engine.sweepAsked).isNull();
    }
}
