/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;

/** Makes the strategy that a command uses; tests put a scripted one here. */
@FunctionalInterface
interface Engine {
    /**
     * Returns a strategy that keeps {@code limits}.
     *
     * @param progressEveryFiles files between two progress events
     */
    MergeStrategy within(ResourceLimits limits, int progressEveryFiles);

    /** Returns the strategy that is tried when that one was given up. Nothing of it is loaded before it is asked. */
    default MergeStrategy fallback(BigQueryFallback fallback) {
        return new OnDemandStrategy("bigquery", () -> CloudEngine.create(fallback));
    }
}
