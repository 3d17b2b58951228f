/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import dev.marquetry.MemorySize;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.LocalArrowStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A chain of strategies: the next one is tried when a limit was, or would be, breached. */
public final class FallbackExample {
    private static final Logger log = LoggerFactory.getLogger(FallbackExample.class);

    private FallbackExample() {}

    /** Merges within 64 MiB, or within 2 GiB if those do not do. */
    public static MergeResult merge(MergeRequest request) {
        // tag::fallback
        ResourceLimits frugal =
                ResourceLimits.builder().maxMemory(MemorySize.mib(64)).build();
        ResourceLimits generous =
                ResourceLimits.builder().maxMemory(MemorySize.gib(2)).build();

        MergeStrategy merger = MergePolicy.startingWith(LocalArrowStrategy.within(frugal))
                .fallbackTo(LocalArrowStrategy.within(generous))
                .onFallback(
                        fallback -> log.warn("{}; trying again", fallback.from().detail()))
                .build();

        MergeResult wide = merger.merge(request);
        wide.attempts().forEach(attempt -> log.info("{}", attempt)); // skipped, breached, succeeded: with reasons
        // end::fallback
        return wide;
    }
}
