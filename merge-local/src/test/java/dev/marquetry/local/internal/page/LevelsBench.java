/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.SplittableRandom;
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
import org.openjdk.jmh.annotations.Warmup;

/** Definition levels of one page of {@value #ROWS} rows. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class LevelsBench {
    private static final int ROWS = 20_000;
    private static final int RUN = 19;

    /** Rows without a value: none, one in 33 anywhere, or one stretch of a twentieth. */
    @Param({"none", "scattered", "outage"})
    public String nulls;

    private final byte[] bitmap = new byte[ROWS / 8 + 8];
    private final byte[] encoded = new byte[Levels.maxEncodedLength(ROWS)];
    private final byte[] out = new byte[Levels.maxEncodedLength(ROWS)];
    private final byte[] spread = new byte[ROWS / 4 + 16];
    private int encodedLength;

    @Setup
    public void make() {
        Levels.setBits(bitmap, 0, ROWS, true);
        if (nulls.equals("outage")) {
            Levels.setBits(bitmap, ROWS / 3, ROWS / 20, false);
        } else if (nulls.equals("scattered")) {
            SplittableRandom random = new SplittableRandom(1);
            for (int row = 0; row < ROWS; row++) {
                Levels.setBits(bitmap, row, 1, random.nextInt(33) != 0);
            }
        }
        encodedLength = Levels.encode(bitmap, ROWS, encoded, 0);
    }

    @Benchmark
    public int decode() {
        return Levels.decode(encoded, 0, encodedLength, ROWS, out);
    }

    @Benchmark
    public int encode() {
        return Levels.encode(bitmap, ROWS, out, 0);
    }

    /** Makes a gap of one row behind every {@value #RUN}, as a splice does. */
    @Benchmark
    public byte[] expand() {
        int to = 0;
        for (int row = 0; row < ROWS; row += RUN) {
            int length = Math.min(RUN, ROWS - row);
            Levels.copyBits(bitmap, row, spread, to, length);
            Levels.setBits(spread, to + length, 1, false);
            to += length + 1;
        }
        return spread;
    }
}
