/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
    @TempDir
    private Path root;

    private Path in;
    private Path output;

    @BeforeEach
    void merge() throws IOException {
        in = Files.createDirectory(root.resolve("in"));
        output = root.resolve("wide.parquet");
        Fixtures.table("targets")
                .key("ts", 1, 2, 3)
                .column("target", 0.1, 0.2, 0.3)
                .writeTo(in);
        rsi(10.0, 20.0);
        CommandRun run = CommandRun.of(
                LocalEngine::create,
                args("merge", "--output", output.toString()).toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private void rsi(Double one, Double two) {
        Fixtures.table("rsi").key("ts", 2, 1).column("close", two, one).writeTo(in);
    }

    private List<String> args(String command, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "--key", "ts", "--features", in.toString()));
        args.addAll(List.of("--spine", in.resolve("targets.parquet").toString()));
        args.addAll(List.of(more));
        return args;
    }

    private CommandRun validate(String... more) {
        List<String> args = args("validate", more);
        args.add(1, output.toString());
        return CommandRun.of(LocalEngine::create, args.toArray(String[]::new));
    }

    @Test
    void validOutput_isExitCode0_sampledAndFull() throws IOException {
        CommandRun sampled = validate("--expect", "1", "--memory", "64MiB", "--threads", "1");
        assertThat(sampled.exitCode()).as(sampled.err()).isZero();
        assertThat(sampled.out()).startsWith("wide.parquet is valid: 3 rows x 3 columns, ");
        CommandRun full = validate("--full");
        assertThat(full.exitCode()).isZero();
        assertThat(full.out())
                .startsWith("wide.parquet is valid: 3 rows x 3 columns, 9 values of 3 columns compared in ");
        assertThat(full.err()).contains("verifying");
        try (Stream<Path> left = Files.list(root)) {
            assertThat(left).containsExactlyInAnyOrder(in, output);
        }
    }

    @Test
    void outputThatIsNotValid_isExitCode5_andTellsWhatIsWrong() {
        rsi(10.0, 21.0);
        CommandRun run = validate("--full");
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.out().lines().toList())
                .first()
                .isEqualTo("[rsi.parquet] column 'close' row 1 (ts=2) should be 21.0 but is 20.0");
        assertThat(run.out()).contains("wide.parquet is NOT VALID, 1 problems: 3 rows x 3 columns, ");
        CommandRun json = validate("--full", "--json");
        assertThat(json.exitCode()).isEqualTo(5);
        assertThat(json.out())
                .contains("\"ok\":false", "\"exitCode\":5", "\"depth\":\"FULL\"", "\"problems\":1")
                .contains("\"kind\":\"VALUE\",\"file\":\"rsi.parquet\",\"column\":\"close\",\"row\":1")
                .contains("\"key\":\"ts=2\",\"expected\":\"21.0\",\"found\":\"20.0\"");
    }

    @Test
    void truncatedOutput_isExitCode5() throws IOException {
        byte[] whole = Files.readAllBytes(output);
        Files.write(output, Arrays.copyOf(whole, whole.length / 2));
        CommandRun run = validate();
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.out()).contains("[wide.parquet] should be a readable Parquet file but is not:");
    }

    @Test
    void missingOutput_wrongNumberOfFiles_andNoOutputNamed_areBadInput() throws IOException {
        assertThat(validate("--expect", "7").exitCode()).isEqualTo(2);
        Files.delete(output);
        CommandRun missing = validate();
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).contains("Cannot find the output to validate");
        assertThat(CommandRun.of(LocalEngine::create, args("validate").toArray(String[]::new))
                        .exitCode())
                .isEqualTo(2);
    }
}
