/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import dev.marquetry.Phase;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import java.nio.charset.StandardCharsets;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Picks {@value #VALUES} values of a chunk of as many, in a random order. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class GatherBench {
    private static final int VALUES = 100_000;

    @Param({"8 bytes", "4 bytes", "binary"})
    public String values;

    private final int[] index = new int[VALUES];
    private final MemoryBudget budget = new MemoryBudget(1L << 30);
    private final FlatValues from = new FlatValues(budget, new Place(Phase.MOVE));
    private final FlatValues picked = new FlatValues(budget, new Place(Phase.MOVE));

    @Setup
    public void make() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < VALUES; i++) {
            int other = random.nextInt(i + 1);
            index[i] = index[other];
            index[other] = i;
        }
        reset(from);
        if (values.equals("binary")) {
            for (int i = 0; i < VALUES; i++) {
                byte[] value = ("value " + i).getBytes(StandardCharsets.UTF_8);
                Values.append(from, value, value.length);
            }
        } else {
            byte[] bytes = new byte[VALUES * from.width()];
            random.nextBytes(bytes);
            from.appendRaw(bytes, 0, VALUES);
        }
    }

    @TearDown
    public void close() {
        from.close();
        picked.close();
    }

    private void reset(FlatValues some) {
        if (values.equals("binary")) {
            some.reset(FlatValues.Layout.BINARY, 0);
        } else {
            some.reset(FlatValues.Layout.FIXED, values.equals("8 bytes") ? 8 : 4);
        }
    }

    @Benchmark
    public byte[] gather() {
        reset(picked);
        picked.appendGather(from, index, 0, VALUES);
        return picked.bytes();
    }
}
