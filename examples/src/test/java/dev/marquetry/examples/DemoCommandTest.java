/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoCommandTest {
    private static final String[] SMALL = {"demo", "--files", "6", "--rows", "5000"};

    private static List<Path> leftOver() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith("marquetry-demo-"))
                    .toList();
        }
    }

    @Test
    void rightMerge_passesAndLeavesNothing() throws IOException {
        List<Path> before = leftOver();
        CommandRun run = CommandRun.of(DuckDbEngine.merging(), SMALL);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("right: 5,000 rows × 207 columns; 215,000 values of 43 columns compared");
        assertThat(leftOver()).isEqualTo(before);
    }

    // File 1 is aligned, 2 gappy, 3 shuffled; in file 2 the columns compared are 3, 7, 11, 15, 19 and 23.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "interval_time; interval_time + to_microseconds(1)",
                "target_01; nextafter(target_01, 2)",
                "f0001_c02; 0.0",
                "f0002_c07; xor(f0002_c07, 1)",
                "f0002_c11; upper(f0002_c11)",
                "f0002_c15; NULL",
                "f0003_c04; f0003_c08",
            })
    void oneWrongValue_isFound(String column, String wrong) throws IOException {
        List<Path> before = leftOver();
        CommandRun run = CommandRun.of(DuckDbEngine.spoiling(column, wrong), SMALL);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("where", "belongs: column " + column);
        assertThat(leftOver()).isEqualTo(before);
    }
}
