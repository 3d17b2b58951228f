/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reads the footer of one file with one row group. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class FooterReaderBench {
    @Param({"25", "17000"})
    public int columns;

    private Path folder;
    private Path file;

    @Setup
    public void make() throws IOException {
        folder = Files.createTempDirectory("marquetry-jmh-");
        Fixture fixture = Fixtures.table("wide").key("ts", 1, 2, 3).noDictionary();
        for (int c = 1; c < columns; c++) {
            fixture.column("feature_" + c, 1.5, null, 2.5);
        }
        file = fixture.writeTo(folder);
    }

    @TearDown
    public void close() throws IOException {
        Files.delete(file);
        Files.delete(folder);
    }

    @Benchmark
    public InputFile read() throws IOException {
        return FooterReader.read(file);
    }
}
