/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.examples.sample.SampleSpec;
import dev.marquetry.examples.sample.Sampler;
import dev.marquetry.examples.sample.Shape;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole process, JVM and all, takes no more anonymous memory than its limit and the allowance that the README states. */
@EnabledOnOs(OS.LINUX)
class ProcessMemoryTest {
    private static final int JVM_ALLOWANCE_MIB = 192;
    private static final long LOOK_EVERY_MILLIS = 5;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"SHUFFLED, 32", "SHUFFLED, 64", "SHUFFLED, 256", "GAPPY, 64", "ALIGNED, 64"})
    void rssAnonStaysWithinMemoryAndAllowance(Shape shape, int memoryMib) throws Exception {
        Path pair = folder.resolve("pair");
        SampleSpec spec = SampleSpec.of(4, 25, 250_000, List.of(shape), 7);
        Sampler.write(spec, pair, done -> {});
        assertStaysWithin(
                memoryMib,
                "merge",
                "--key",
                "interval_time",
                "--spine",
                pair.resolve("targets.parquet").toString(),
                "--features",
                pair.toString(),
                "--output",
                folder.resolve("wide.parquet").toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {96, 192})
    void pairsSideBySide_stayWithinTheMemoryTheyShareAndAllowance(int memoryMib) throws Exception {
        Path pairs = folder.resolve("pairs");
        for (String pair : List.of("audusd", "eurusd", "gbpusd", "usdjpy")) {
            SampleSpec spec = SampleSpec.of(3, 25, 150_000, List.of(Shape.SHUFFLED, Shape.GAPPY), pair.hashCode());
            Sampler.write(spec, pairs.resolve(pair), done -> {});
        }
        Path output = Files.createDirectory(folder.resolve("wide"));
        assertStaysWithin(
                memoryMib,
                "pairs",
                "--key",
                "interval_time",
                "--checkpoints",
                pairs.toString(),
                "--output-dir",
                output.toString(),
                "--parallel",
                "3");
        assertThat(output).isDirectoryContaining("glob:**training_usdjpy.parquet");
    }

    /** Runs the command in a process of its own and looks at its memory until it has ended well. */
    private void assertStaysWithin(int memoryMib, String... args) throws Exception {
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.marquetry.examples.Marquetry"));
        command.addAll(List.of(args));
        command.addAll(List.of("--memory", memoryMib + "MiB"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()))
                .start();
        long most = 0;
        while (process.isAlive()) {
            most = Math.max(most, rssAnonMib(process.pid()));
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
        assertThat(most).isBetween(1L, (long) memoryMib + JVM_ALLOWANCE_MIB);
    }

    private static long rssAnonMib(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0; // it has ended
        }
    }

    @Test
    void readmeStatesTheAllowance() throws IOException {
        assertThat(Path.of("../README.md")).content().contains("at most " + JVM_ALLOWANCE_MIB + " MiB more");
    }
}
