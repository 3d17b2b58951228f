/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs;

import com.google.cloud.storage.Storage;
import dev.marquetry.CostEstimate;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.loopback.LoopbackStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Measures a merge of objects, in a server of this process, against the same merge of files: {@code ObjectMergeBench [files
 * [columns [rows]]]}, 200 files of 10 columns and 20,000 rows unless told otherwise. The server takes its share of the cores
 * and reads and writes files itself, so the ratio says what requests and copies cost, and nothing of a network. A program, not
 * a test: nothing depends on the figures.
 */
final class ObjectMergeBench {
    private static final int TIMES = 3;

    private ObjectMergeBench() {}

    public static void main(String[] args) throws IOException {
        int files = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        int columns = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        int rows = args.length > 2 ? Integer.parseInt(args[2]) : 20_000;
        Path folder = Files.createTempDirectory("object-merge-bench");
        ResourceLimits limits =
                ResourceLimits.builder().maxMemory(MemorySize.mib(256)).build();
        try (LoopbackStorage cloud = Loopback.start()) {
            Storage client = Loopback.client(cloud);
            Pair pair = new Pair(folder, rows, files, columns, rows);
            MergeRequest there = pair.uploaded(client)
                    .onExistingOutput(ExistingOutput.REPLACE)
                    .writeTo(Loopback.address("out/wide.parquet"));
            MergeRequest here = MergeRequest.onKey("ts")
                    .spine(pair.spine())
                    .features(pair.features())
                    .onExistingOutput(ExistingOutput.REPLACE)
                    .writeTo(folder.resolve("wide.parquet"));
            Duration local = measure("files", LocalArrowStrategy.within(limits), here);
            Duration far = measure("objects", LocalArrowStrategy.within(limits).with(Loopback.store(cloud)), there);
            System.out.printf("objects take %.2f times as long as files%n", (double) far.toNanos() / local.toNanos());
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Merges a few times and returns the shortest time. */
    private static Duration measure(String what, MergeStrategy strategy, MergeRequest request) {
        CostEstimate estimate = strategy.estimate(request);
        Duration best = Duration.ofDays(1);
        for (int i = 0; i < TIMES; i++) {
            MergeResult result = strategy.merge(request, event -> {});
            best = best.compareTo(result.elapsed()) < 0 ? best : result.elapsed();
            System.out.printf(
                    "%s: %s for %s of %s, peak %s of %s predicted%n",
                    what,
                    result.elapsed(),
                    MemorySize.bytes(result.outputBytes()),
                    MemorySize.bytes(result.inputBytes()),
                    MemorySize.bytes(result.peakMemoryBytes().orElse(0)),
                    MemorySize.bytes(estimate.amount(Resource.MEMORY).orElse(0)));
        }
        return best;
    }
}
