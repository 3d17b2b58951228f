/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.move.MoveRule;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is read ahead and what waits to be sent is in the ledger, and out of it again. */
@Timeout(120)
class ObjectMemoryTest {
    private static final URI OUTPUT = URI.create("held://out/wide.parquet");
    private static final int ROWS = 30_000;

    @TempDir
    private Path in;

    private final HeldObjects store = new HeldObjects();

    private URI hold(Fixture file, String name) throws IOException {
        Random random = new Random(name.hashCode());
        for (int c = 0; c < 4; c++) {
            file.column(name + c, random.doubles(ROWS));
        }
        URI address = URI.create("held://in/" + name + ".parquet");
        store.objects.put(address, Files.readAllBytes(file.writeTo(in)));
        return address;
    }

    /** In several row groups of files and output; one in the spine's order, one in another, one of one row group. */
    private MergeRequest request() throws IOException {
        LongStream backwards = LongStream.range(0, ROWS).map(row -> ROWS - 1 - row);
        return MergeRequest.onKey("ts")
                .spine(hold(Fixtures.table("spine").rowGroupRows(7_000).key("ts", LongStream.range(0, ROWS)), "spine"))
                .featureUris(List.of(
                        hold(Fixtures.table("same").rowGroupRows(7_000).key("ts", LongStream.range(0, ROWS)), "same"),
                        hold(Fixtures.table("turned").rowGroupRows(7_000).key("ts", backwards), "turned"),
                        hold(Fixtures.table("whole").key("ts", LongStream.range(5, ROWS + 5)), "whole")))
                .writeTo(OUTPUT);
    }

    @Test
    void everyBudget_givesTheSameBytesOrABreach_andAllMemoryBack() throws IOException {
        MergeRequest request = request();
        TreeMap<Long, Boolean> succeeded = new TreeMap<>();
        byte[] first = null;
        for (long budget = 1 << 20; budget <= 128 << 20; budget *= 2) {
            ResourceLimits limits = ResourceLimits.builder()
                    .threads(3)
                    .maxMemory(MemorySize.bytes(budget))
                    .build();
            LocalMerge merge = new LocalMerge(
                            "local-arrow",
                            request,
                            limits,
                            MoveRule.FASTEST,
                            50,
                            ProgressListener.none(),
                            new RecentFooters())
                    .with(store);
            try {
                MergeResult result = merge.run();
                succeeded.put(budget, true);
                assertThat(result.peakMemoryBytes().orElseThrow())
                        .as("peak of %d", budget)
                        .isBetween(1L, budget);
                byte[] bytes = store.objects.remove(OUTPUT);
                first = first == null ? bytes : first;
                assertThat(bytes).as("output of %d", budget).isEqualTo(first);
            } catch (LimitBreachException e) {
                succeeded.put(budget, false);
            }
            assertThat(store.objects).as("after %d", budget).doesNotContainKey(OUTPUT);
            assertThat(merge.memoryInUse()).as("in use after %d", budget).isZero();
        }
        assertThat(succeeded.firstEntry().getValue()).as("least budget").isFalse();
        assertThat(succeeded.lastEntry().getValue()).as("largest budget").isTrue();
    }
}
