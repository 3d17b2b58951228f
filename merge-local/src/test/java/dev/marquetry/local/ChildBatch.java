/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.BatchListener;
import dev.marquetry.BatchMerge;
import dev.marquetry.BatchResult;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.Progress;
import dev.marquetry.ResourceLimits;
import java.nio.file.Path;

/**
 * Main class of a child JVM: merges folders {@code pair0} to {@code pairN} of {@code args[0]}, {@code args[2]} of them, into
 * {@code args[1]}, two side by side, by the journal there. Prints a line for each progress event. Needs nothing but the
 * run-time class path.
 */
final class ChildBatch implements BatchListener {
    static final String JOURNAL = "pairs.journal";

    private ChildBatch() {}

    public static void main(String[] args) {
        System.out.println(run(Path.of(args[0]), Path.of(args[1]), Integer.parseInt(args[2]), new ChildBatch()));
    }

    /** With {@code -Dhold=true} the first merge is as far as the batch comes. */
    @Override
    public void onBegun(String name, MergeRequest request) {
        if (Boolean.getBoolean("hold")) {
            System.out.println(name + " held");
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void onProgress(String name, Progress progress) {
        System.out.println(name + " " + progress.phase());
    }

    static BatchResult run(Path root, Path outputs, int pairs, BatchListener listener) {
        ResourceLimits limits = ResourceLimits.builder()
                .maxMemory(MemorySize.mib(32))
                .threads(2)
                .build();
        BatchMerge.Builder batch = BatchMerge.within(
                        limits, share -> LocalArrowStrategy.within(share).reportingEvery(1))
                .parallel(2)
                .listener(listener)
                .journal(outputs.resolve(JOURNAL));
        for (int pair = 0; pair < pairs; pair++) {
            Path inputs = root.resolve("pair" + pair).resolve("in");
            batch.merge(
                    "pair" + pair,
                    MergeRequest.onKey("key")
                            .spine(inputs.resolve("spine.parquet"))
                            .features(inputs, "*.parquet")
                            .writeTo(outputs.resolve("pair" + pair + ".parquet")));
        }
        return batch.build().run();
    }
}
