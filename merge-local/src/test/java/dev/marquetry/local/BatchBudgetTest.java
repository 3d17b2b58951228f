/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.BatchListener;
import dev.marquetry.BatchMerge;
import dev.marquetry.BatchResult;
import dev.marquetry.BatchResult.Item;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.Progress;
import dev.marquetry.ResourceLimits;
import dev.marquetry.ResourceSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merges side by side keep one budget, and make what merges one after another make. */
class BatchBudgetTest {
    private static final MemorySize BUDGET = MemorySize.mib(24);

    @TempDir
    Path root;

    /** Adds up what the ledgers of the merges that run have in use, as their progress and samples tell. */
    private static final class Sum implements BatchListener {
        private final Map<String, Long> inUse = new HashMap<>();
        private final Set<String> sampled = new HashSet<>();
        private long most;
        private int mostAtOnce;
        private boolean overAShare;
        private boolean strays;

        @Override
        public void onBegun(String name, MergeRequest request) {
            inUse.put(name, 0L);
            mostAtOnce = Math.max(mostAtOnce, inUse.size());
        }

        @Override
        public void onProgress(String name, Progress progress) {
            note(name, progress.memoryBytes(), progress.memoryLimitBytes());
        }

        @Override
        public void onSample(String name, ResourceSample sample) {
            sampled.add(name);
            strays |= !inUse.containsKey(name);
            note(name, sample.memoryBytes(), sample.memoryLimitBytes());
        }

        private void note(String name, long memory, OptionalLong limit) {
            inUse.put(name, memory);
            most = Math.max(
                    most, inUse.values().stream().mapToLong(Long::longValue).sum());
            overAShare |= limit.orElseThrow() > BUDGET.bytes() / 2;
        }

        @Override
        public void onEnded(Item item) {
            inUse.remove(item.name());
        }
    }

    private BatchResult merge(String outputs, int parallel, BatchListener listener) throws IOException {
        Path folder = Files.createDirectories(root.resolve(outputs));
        ResourceLimits limits =
                ResourceLimits.builder().maxMemory(BUDGET).threads(2).build();
        BatchMerge.Builder batch = BatchMerge.within(
                        limits, share -> LocalArrowStrategy.within(share).reportingEvery(1))
                .parallel(parallel)
                .listener(listener);
        for (int pair = 0; pair < 4; pair++) {
            Path inputs = root.resolve("pair" + pair).resolve("in");
            batch.merge(
                    "pair" + pair,
                    MergeRequest.onKey("key")
                            .spine(inputs.resolve("spine.parquet"))
                            .features(inputs, "*.parquet")
                            .writeTo(folder.resolve("pair" + pair + ".parquet")));
        }
        return batch.build().run();
    }

    @Test
    void ledgersOfMergesSideBySide_keepTheBudgetTogether_andTheOutputsAreTheSame() throws IOException {
        for (int pair = 0; pair < 4; pair++) {
            Folder.in(root.resolve("pair" + pair)).big(6 + pair, 3, 3_000);
        }
        Sum sum = new Sum();
        BatchResult sideBySide = merge("two", 2, sum);
        BatchResult alone = merge("one", 1, BatchListener.none());

        assertThat(sideBySide.items()).allMatch(Item::isDone, "is done");
        assertThat(alone.allDone()).isTrue();
        assertThat(sum.mostAtOnce).isEqualTo(2);
        // one may be left out while the other merge's event is told
        assertThat(sum.sampled).as("merges that were sampled").isNotEmpty();
        assertThat(sum.most).isPositive().isLessThanOrEqualTo(BUDGET.bytes());
        assertThat(sum.overAShare).isFalse();
        assertThat(sum.strays).as("samples of merges that do not run").isFalse();
        long twoLargestPeaks = sideBySide.items().stream()
                .mapToLong(item -> item.peakMemoryBytes().orElseThrow())
                .map(peak -> -peak)
                .sorted()
                .limit(2)
                .map(peak -> -peak)
                .sum();
        assertThat(twoLargestPeaks).isPositive().isLessThanOrEqualTo(BUDGET.bytes());
        for (Path file : ChildJvm.list(root.resolve("one"))) {
            assertThat(root.resolve("two").resolve(file.getFileName())).hasSameBinaryContentAs(file);
        }
        assertThat(ChildJvm.list(root.resolve("two"))).hasSize(4);
    }
}
