/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeStrategy;
import dev.marquetry.OutputCheck;
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

    /** Returns what an output has to pass before others are made: every value compared with the inputs. */
    default OutputCheck check(ResourceLimits limits) {
        return (request, result) ->
                LocalEngine.validator(limits, Integer.MAX_VALUE).check(request, result);
    }

    /** Returns the strategy that is tried when that one was given up. Nothing of it is loaded before it is asked. */
    default MergeStrategy fallback(BigQueryFallback fallback) {
        return new OnDemandStrategy("bigquery", () -> CloudEngine.create(fallback));
    }
}
