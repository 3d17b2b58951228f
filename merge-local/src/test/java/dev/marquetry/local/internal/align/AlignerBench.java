/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.BenchFiles;
import java.io.IOException;
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

/** Reads the keys of a spine and one feature file of as many rows, and matches them. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class AlignerBench {
    @Param({"sorted", "gappy", "shuffled"})
    public String shape;

    @Param({"100000", "1000000"})
    public int rows;

    private BenchFiles files;

    @Setup
    public void make() throws IOException {
        files = new BenchFiles(shape, rows, 20_000);
    }

    @TearDown
    public void close() throws IOException {
        files.close();
    }

    @Benchmark
    public RowMap align() throws IOException {
        try (RowMapStore store = files.store()) {
            return files.align(store);
        }
    }
}
