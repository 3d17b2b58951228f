/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import dev.marquetry.BatchListener;
import dev.marquetry.BatchMerge;
import dev.marquetry.BatchResult;
import dev.marquetry.BatchResult.Item;
import dev.marquetry.MergeRequest;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.LocalArrowStrategy;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many merges within one budget, which go on where they were stopped. */
public final class BatchExample {
    private static final Logger log = LoggerFactory.getLogger(BatchExample.class);

    private BatchExample() {}

    /** Merges {@code pairs}, by name, within {@code limits} as a whole, and keeps a journal in {@code folder}. */
    public static BatchResult merge(Map<String, MergeRequest> pairs, ResourceLimits limits, Path folder) {
        // tag::batch
        BatchMerge.Builder batch = BatchMerge.within(limits, LocalArrowStrategy::within)
                .parallel(2) // each has half of the memory and of the threads
                .journal(folder.resolve("pairs.journal")) // a later run skips what is done
                .canary("audusd") // first and alone; the others only if it is done
                .listener(new BatchListener() {
                    @Override
                    public void onEnded(Item item) {
                        log.info("{}", item); // a failure too: the others go on
                    }
                });
        pairs.forEach(batch::merge); // name and MergeRequest

        BatchResult nightly = batch.build().run();
        log.info("{}, ${}", nightly, nightly.cost()); // 26 done, 0 skipped as done already, 1 failed, ...
        // end::batch
        return nightly;
    }
}
