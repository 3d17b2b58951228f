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
}
