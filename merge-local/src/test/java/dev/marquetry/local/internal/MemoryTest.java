/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.move.MoveRule;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A merge takes what its budget allows or ends as a breach; it gives all back and leaves nothing. */
class MemoryTest {
    private static final long SEED = 41;

    @TempDir
    Path root;

    private Path in;
    private Path out;

    @BeforeEach
    void makeFolders() throws IOException {
        in = Files.createDirectory(root.resolve("in"));
        out = Files.createDirectory(root.resolve("out"));
        System.out.println("MemoryTest seed " + SEED);
    }

    @Test
    void hundredColumns_withinOneMebibyte_keepTheBudgetOrBreachIt() throws IOException {
        MergeRequest request = request(100, 20_000, false);
        LocalMerge merge = merge(request, MemorySize.mib(1).bytes());
        try {
            MergeResult result = merge.run();
            assertThat(result.peakMemoryBytes()).isPresent();
            assertThat(result.peakMemoryBytes().getAsLong()).isBetween(1L, 1L << 20);
            assertThat(result.rows()).isEqualTo(20_000);
        } catch (LimitBreachException e) {
            assertBreach(e, 1 << 20);
        }
        assertThat(merge.memoryInUse()).isZero();
    }

    @Test
    void everyBudget_givesTheSameBytesOrABreach_andAllMemoryBack() throws IOException {
        MergeRequest request = request(6, 20_000, true);
        TreeMap<Long, Boolean> succeeded = new TreeMap<>();
        byte[] first = null;
        for (long budget = 64 << 10; budget <= 64 << 20; budget *= 2) {
            LocalMerge merge = merge(request, budget);
            try {
                MergeResult result = merge.run();
                succeeded.put(budget, true);
                assertThat(result.peakMemoryBytes().getAsLong())
                        .as("peak of %d", budget)
                        .isBetween(1L, budget);
                Path output = Path.of(request.output());
                byte[] bytes = Files.readAllBytes(output);
                first = first == null ? bytes : first;
                assertThat(bytes).as("output of %d", budget).isEqualTo(first);
                Files.delete(output);
            } catch (LimitBreachException e) {
                succeeded.put(budget, false);
                assertBreach(e, budget);
            }
            assertThat(merge.memoryInUse()).as("in use after %d", budget).isZero();
            assertNothingLeft();
        }
        assertThat(succeeded.firstEntry().getValue()).as("least budget").isFalse();
        assertThat(succeeded.lastEntry().getValue()).as("largest budget").isTrue();
    }

    private void assertBreach(LimitBreachException e, long budget) throws IOException {
        assertThat(e.breach().resource()).isEqualTo(Resource.MEMORY);
        assertThat(e.breach().limit()).isEqualTo(budget);
        assertThat(e.breach().observed()).isGreaterThan(budget);
        assertNothingLeft();
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(out)) {
            assertThat(left).isEmpty();
        }
    }

    private static LocalMerge merge(MergeRequest request, long budget) {
        ResourceLimits limits = ResourceLimits.builder()
                .threads(2)
                .maxMemory(MemorySize.bytes(budget))
                .build();
        return new LocalMerge(
                "local-arrow", request, limits, MoveRule.FASTEST, 50, ProgressListener.none(), new RecentFooters());
    }

    /** A spine, a feature file in its order with rows missing and, if {@code shuffled}, one in another order. */
    private MergeRequest request(int columns, int rows, boolean shuffled) {
        Random random = new Random(SEED);
        Path spine = Fixtures.table("spine")
                .key("ts", LongStream.range(0, rows))
                .column("target", random.doubles(rows))
                .writeTo(in);
        MergeRequest.Builder request = MergeRequest.onKey("ts").spine(spine);
        int there = rows - 100;
        request.features(columns(
                Fixtures.table("gaps").key("ts", LongStream.range(0, there).map(row -> row < 500 ? row : row + 100)),
                "g",
                columns,
                there,
                random));
        if (shuffled) {
            request.features(columns(
                    Fixtures.table("backwards")
                            .key("ts", LongStream.range(0, rows).map(row -> rows - 1 - row)),
                    "b",
                    columns,
                    rows,
                    random));
        }
        return request.writeTo(out.resolve("wide.parquet"));
    }

    private Path columns(Fixture fixture, String name, int columns, int rows, Random random) {
        for (int c = 0; c < columns; c++) {
            fixture.column(name + c, c % 2 == 0 ? random.doubles(rows) : few(rows, random));
        }
        return fixture.pageRows(1_000).writeTo(in);
    }

    private static DoubleStream few(int rows, Random random) {
        return random.ints(rows, 0, 40).asDoubleStream();
    }
}
