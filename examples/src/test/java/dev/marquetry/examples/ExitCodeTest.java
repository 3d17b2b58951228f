/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreach.Basis;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.OutcomeUnknownException;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.StrategyUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExitCodeTest {
    private static final Map<Class<?>, Integer> EXIT_CODES = Map.of(
            LimitBreachException.class, 3,
            StrategyUnavailableException.class, 1,
            InvalidInputException.class, 2,
            MergeCancelledException.class, 1,
            OutcomeUnknownException.class, 1,
            MergeFailedException.class, 1,
            IllegalStateException.class, 1,
            OutOfMemoryError.class, 1);

    @TempDir
    private Path folder;

    @BeforeEach
    void touchFile() throws IOException {
        Files.createFile(folder.resolve("a.parquet"));
    }

    static List<Throwable> throwables() {
        LimitBreach breach =
                new LimitBreach(Resource.ELAPSED, 1, 20, Basis.MEASURED, Phase.ALIGN, "[a.parquet] column 'x'");
        return List.of(
                new LimitBreachException(breach),
                new StrategyUnavailableException("no credentials"),
                new InvalidInputException(List.of("[a.parquet] Cannot \"this\"", "[b.parquet] Cannot that")),
                new MergeCancelledException("interrupted"),
                new OutcomeUnknownException("look at the output"),
                new MergeFailedException("disk gone", new IOException("gone")),
                new IllegalStateException("our fault"),
                new OutOfMemoryError("Java heap space"));
    }

    private CommandRun merge(Throwable thrown, String... more) {
        String[] least = {
            "merge", "--key", "ts", "--spine", "s.parquet", "--features", folder.toString(), "--output", "o.parquet"
        };
        String[] args = Arrays.copyOf(least, least.length + more.length);
        System.arraycopy(more, 0, args, least.length, more.length);
        return CommandRun.of(FakeEngine.throwing(thrown), args);
    }

    @Test
    void everyMergeException_isHere() {
        Set<Class<?>> tested = EXIT_CODES.keySet();
        assertThat(tested).contains(MergeException.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void throwable_hasItsExitCodeAndNoStackTrace(Throwable thrown) {
        CommandRun run = merge(thrown);
        assertThat(run.exitCode()).isEqualTo(EXIT_CODES.get(thrown.getClass()));
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("marquetry: ")
                .contains(thrown.getMessage())
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void throwable_isJsonOnRequest(Throwable thrown) throws Exception {
        CommandRun run = merge(thrown, "--json");
        assertThat(run.exitCode()).isEqualTo(EXIT_CODES.get(thrown.getClass()));
        assertThat(run.out().lines()).hasSize(1);
        assertThat(DuckDb.at(run.out(), "$.error.type"))
                .isEqualTo(thrown.getClass().getSimpleName());
        assertThat(DuckDb.at(run.out(), "$.error.message")).contains(thrown.getMessage());
        assertThat(DuckDb.at(run.out(), "$.exitCode")).isEqualTo(String.valueOf(run.exitCode()));
    }

    @Test
    void breach_hasItsFieldsInJson() throws Exception {
        CommandRun run = merge(throwables().get(0), "--json");
        assertThat(DuckDb.at(run.out(), "$.error.breach.resource")).isEqualTo("ELAPSED");
        assertThat(DuckDb.at(run.out(), "$.error.breach.basis")).isEqualTo("MEASURED");
        assertThat(DuckDb.at(run.out(), "$.error.breach.phase")).isEqualTo("ALIGN");
    }

    @Test
    void verbose_printsTheStackTrace() {
        String before = System.getProperty("org.slf4j.simpleLogger.defaultLogLevel");
        try {
            assertThat(merge(new MergeFailedException("disk gone"), "--verbose").err())
                    .contains("\tat ");
        } finally {
            if (before == null) {
                System.clearProperty("org.slf4j.simpleLogger.defaultLogLevel");
            }
        }
    }

    @Test
    void noCommand_isAUsageError() {
        CommandRun run = CommandRun.of(new FakeEngine());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("merge, pairs, plan, compare, validate, sweep, sample or demo");
    }

    @Test
    void unknownCommand_isAUsageError() {
        assertThat(CommandRun.of(new FakeEngine(), "join").exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "merge", "pairs", "plan", "sample", "demo"})
    void helpAndVersion_exit0(String command) {
        String[] help = command.isEmpty() ? new String[] {"--help"} : new String[] {command, "--help"};
        CommandRun run = CommandRun.of(new FakeEngine(), help);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Usage: marquetry");
        help[help.length - 1] = "--version";
        assertThat(CommandRun.of(new FakeEngine(), help).out()).startsWith("marquetry ");
    }
}
