/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.LocalArrowStrategy;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A merge on this machine, within limits. */
public final class MergeExample {
    private static final Logger log = LoggerFactory.getLogger(MergeExample.class);

    private MergeExample() {}

    /** Merges the Parquet files of {@code folder} onto its {@code targets.parquet}. */
    public static MergeResult merge(Path folder, int files, Path output) {
        // tag::merge
        MergeRequest request = MergeRequest.onKey("interval_time")
                .spine(folder.resolve("targets.parquet"))
                .features(folder, "*.parquet") // the spine in that folder is left out
                .expectFeatureFiles(files)
                .writeTo(output);

        MergeStrategy local = LocalArrowStrategy.within(ResourceLimits.builder()
                .maxMemory(MemorySize.mib(256))
                .minFreeDisk(MemorySize.gib(1))
                .maxElapsed(Duration.ofMinutes(20))
                .build());

        MergeResult wide = local.merge(request, progress -> log.info("{}", progress));
        // end::merge
        return wide;
    }
}
