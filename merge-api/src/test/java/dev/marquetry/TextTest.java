/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.LimitBreach.Basis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people read: breaches, progress, results and refusals. */
class TextTest {
    @Test
    void measuredBreach_saysWhatWasNeededWhere() {
        LimitBreach breach = new LimitBreach(
                Resource.MEMORY,
                MemorySize.gib(8).bytes(),
                MemorySize.mib(9626).bytes(),
                Basis.MEASURED,
                Phase.ALIGN,
                "[f_017.parquet] column 'rsi_45'");

        assertThat(breach)
                .hasToString("memory limit 8.0 GiB but needed 9.4 GiB while aligning [f_017.parquet] column 'rsi_45'");
    }

    @ParameterizedTest
    @CsvSource({
        "MEMORY, PREDICTED, memory limit 1.0 KiB but would need 2.0 KiB while planning",
        "SYSTEM_MEMORY, PREDICTED, free system memory limit 1.0 KiB but would leave 2.0 KiB while planning",
        "SYSTEM_MEMORY, MEASURED, free system memory limit 1.0 KiB but only had 2.0 KiB while planning",
        "DISK, PREDICTED, free disk limit 1.0 KiB but would leave 2.0 KiB while planning",
        "DISK, MEASURED, free disk limit 1.0 KiB but only had 2.0 KiB while planning",
        "ELAPSED, PREDICTED, elapsed time limit 1.0 s but would need 2.0 s while planning",
        "ELAPSED, MEASURED, elapsed time limit 1.0 s but took 2.0 s while planning",
        "STALL, MEASURED, time without progress limit 1.0 s but took 2.0 s while planning"
    })
    void breach_readsWellForEveryResource(Resource resource, Basis basis, String text) {
        assertThat(new LimitBreach(resource, 1024, 2048, basis, Phase.PLAN, "")).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "ELAPSED, 0, 0 ms",
        "ELAPSED, 999, 999 ms",
        "ELAPSED, 1500, 1.5 s",
        "ELAPSED, 125000, 2 min 5 s",
        "DISK, -5, -5 B",
        "DISK, 2048, 2.0 KiB"
    })
    void amounts_haveReadableUnits(Resource resource, long amount, String text) {
        assertThat(resource.format(amount)).isEqualTo(text);
    }

    @Test
    void progress_isOneLine() {
        Progress progress = Progress.in(Phase.MOVE)
                .files(3, 7)
                .columns(10, 20)
                .bytes(1024, 2048)
                .memory(512, OptionalLong.of(4096))
                .time(Duration.ofSeconds(2), Optional.of(Duration.ofSeconds(3)))
                .warning("memory is near its limit")
                .build();

        assertThat(progress)
                .hasToString("moving: 3 of 7 files, 10 of 20 columns, 1.0 KiB of 2.0 KiB, memory 512 B of 4.0 KiB, "
                        + "2.0 s elapsed, 3.0 s left; warning: memory is near its limit");
    }

    @Test
    void progress_leavesOutWhatIsNotKnown() {
        assertThat(Progress.in(Phase.PLAN).build())
                .hasToString("planning: 0 of 0 files, 0 of 0 columns, 0 B of 0 B, memory 0 B, 0 ms elapsed");
    }

    @Test
    void severalProblems_areAllInTheMessage() {
        InvalidInputException one = new InvalidInputException(List.of("first"));
        InvalidInputException two = new InvalidInputException(List.of("first", "second"));

        assertThat(one).hasMessage("first");
        assertThat(two).hasMessage("2 problems:\n  first\n  second");
        assertThat(two.problems()).containsExactly("first", "second");
        assertThatThrownBy(() -> new InvalidInputException(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void result_saysShapeSizeAndTime() {
        MergeResult result = MergeResult.of(
                        "local", Path.of("/tmp/wide.parquet").toUri())
                .shape(5, 6)
                .bytes(1, 2048)
                .elapsed(Duration.ofMillis(1500))
                .build();

        assertThat(result.toString())
                .isEqualTo("local wrote file:///tmp/wide.parquet: 5 rows x 6 columns, 2.0 KiB in 1.5 s");
        assertThat(result.attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.outcome()).isEqualTo(Attempt.Outcome.SUCCEEDED));
    }
}
