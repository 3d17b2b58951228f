/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import dev.marquetry.MemorySize;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.IsolatedLocalStrategy;

/** A merge that can not take this process down. */
public final class IsolatedExample {
    private IsolatedExample() {}

    /** Merges in a process of its own, and in a larger one if that dies for lack of memory. */
    public static MergeResult merge(MergeRequest request) {
        // tag::isolated
        ResourceLimits frugal =
                ResourceLimits.builder().maxMemory(MemorySize.mib(64)).build();
        ResourceLimits generous =
                ResourceLimits.builder().maxMemory(MemorySize.mib(512)).build();

        MergeStrategy merger =
                MergePolicy.of(IsolatedLocalStrategy.within(frugal), IsolatedLocalStrategy.within(generous));

        MergeResult wide = merger.merge(request); // a process that is killed is a breach: the next one is tried
        // end::isolated
        return wide;
    }
}
