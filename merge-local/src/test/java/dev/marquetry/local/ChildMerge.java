/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeResult;
import dev.marquetry.ResourceLimits;
import java.nio.file.Path;

/**
 * Main class of a child JVM: merges folder {@code args[0]}, spine {@code spine.parquet}, key {@code key}, into {@code
 * args[1]}. Prints a line for each progress event and then {@code rows N}. Needs nothing but the run-time class path.
 */
final class ChildMerge {
    private ChildMerge() {}

    public static void main(String[] args) {
        Path inputs = Path.of(args[0]);
        MergeResult result = LocalArrowStrategy.within(
                        ResourceLimits.builder().threads(2).build())
                .reportingEvery(1)
                .merge(
                        MergeRequest.onKey("key")
                                .spine(inputs.resolve("spine.parquet"))
                                .features(inputs, "*.parquet")
                                .onExistingOutput(ExistingOutput.REPLACE)
                                .writeTo(Path.of(args[1])),
                        progress -> System.out.println(progress.phase() + " " + progress.filesDone()));
        System.out.println("rows " + result.rows());
    }
}
