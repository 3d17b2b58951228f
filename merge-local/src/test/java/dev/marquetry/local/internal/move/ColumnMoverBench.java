/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.BenchFiles;
import dev.marquetry.local.internal.align.RowMapStore;
import dev.marquetry.local.internal.align.RowRuns;
import dev.marquetry.local.internal.read.SourceFile;
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

/** Moves one chunk of random doubles in Snappy into the output's buffer. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class ColumnMoverBench {
    private BenchFiles files;
    private RowMapStore store;
    private RowRuns runs;
    private SourceFile source;
    private ColumnMover mover;

    /** A splice of one page of 20,000 rows; or 100,000 rows in an order of their own. */
    @Param({"splice", "permute"})
    public String move;

    @Setup
    public void make() throws IOException {
        files = move.equals("splice")
                ? new BenchFiles("gappy", 20_000, 20_000)
                : new BenchFiles("shuffled", 100_000, 20_000);
        store = files.store();
        runs = new RowRuns(files.budget, files.place);
        runs.load(store, files.align(store), 0, files.plan.rows());
        source = new SourceFile(files.plan.files().get(1));
        mover = new ColumnMover(files.plan, MoveRule.FASTEST, files.budget, files.place, files.control);
    }

    @TearDown
    public void close() throws IOException {
        mover.close();
        source.close();
        runs.close();
        store.close();
        files.close();
    }

    @Benchmark
    public MovedChunk move() throws IOException {
        return mover.move(source, files.plan.columnsOf(1).get(0), runs, (bytes, length) -> {});
    }
}
