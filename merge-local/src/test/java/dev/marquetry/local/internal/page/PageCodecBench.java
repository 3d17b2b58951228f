/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.format.CompressionCodec;
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

/** Codecs on one page of {@value #VALUES} doubles. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class PageCodecBench {
    private static final int VALUES = 20_000;

    @Param({"SNAPPY", "ZSTD"})
    public CompressionCodec codec;

    /** Random bits, or a walk in steps of a hundredth. */
    @Param({"random", "walk"})
    public String values;

    private final byte[] plain = new byte[8 * VALUES];
    private final byte[] decompressed = new byte[plain.length];
    private byte[] compressed = {};
    private byte[] out = {};
    private int compressedLength;
    private PageCodec pages;

    @Setup
    public void make() {
        SplittableRandom random = new SplittableRandom(1);
        long walk = 10_000;
        for (int i = 0; i < VALUES; i++) {
            walk += random.nextInt(-9, 10);
            double value = values.equals("walk") ? walk / 100.0 : random.nextDouble();
            LittleEndian.putLong(plain, 8 * i, Double.doubleToRawLongBits(value));
        }
        pages = PageCodec.of(codec);
        compressed = new byte[pages.maxCompressedLength(plain.length)];
        out = new byte[compressed.length];
        compressedLength = pages.compress(plain, 0, plain.length, compressed, 0);
    }

    @TearDown
    public void close() {
        pages.close();
    }

    @Benchmark
    public int compress() {
        return pages.compress(plain, 0, plain.length, out, 0);
    }

    @Benchmark
    public byte[] decompress() {
        pages.decompress(compressed, 0, compressedLength, decompressed, 0, decompressed.length);
        return decompressed;
    }
}
