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

/** Dictionary indices of one page of {@value #VALUES} values. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class IndexCodingBench {
    private static final int VALUES = 20_000;

    @Param({"6", "12"})
    public int bitWidth;

    private final int[] indices = new int[VALUES];
    private final int[] unpacked = new int[VALUES];
    private byte[] encoded = {};
    private byte[] out = {};
    private int encodedLength;

    @Setup
    public void make() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < VALUES; i++) {
            indices[i] = random.nextInt(1 << bitWidth);
        }
        encoded = new byte[IndexCoding.maxEncodedLength(VALUES, bitWidth)];
        out = new byte[encoded.length];
        encodedLength = IndexCoding.encode(indices, 0, VALUES, bitWidth, encoded, 0);
    }

    @Benchmark
    public int pack() {
        return IndexCoding.encode(indices, 0, VALUES, bitWidth, out, 0);
    }

    @Benchmark
    public int unpack() {
        return IndexCoding.decode(encoded, 0, encodedLength, bitWidth, VALUES, unpacked, 0);
    }
}
