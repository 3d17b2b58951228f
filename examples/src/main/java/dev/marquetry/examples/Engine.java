/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeStrategy;
import dev.marquetry.OutputBackup;
import dev.marquetry.OutputCheck;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

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

    /** Returns a strategy that keeps {@code limits} and merges in processes of its own. */
    default MergeStrategy isolated(ResourceLimits limits, int progressEveryFiles) {
        return LocalEngine.isolated(limits, progressEveryFiles);
    }

    /** Returns what copies outputs into {@code folder}, an address in {@code gs://}. */
    default OutputBackup backup(URI folder) {
        return LocalEngine.backup(folder);
    }

    /** Returns the strategy that is tried when that one was given up. Nothing of it is loaded before it is asked. */
    default MergeStrategy fallback(CloudFallback fallback) {
        return new OnDemandStrategy(fallback.strategy(), () -> CloudEngine.create(fallback));
    }

    /**
     * Returns the ways to merge that are compared, in the order in which they would be tried. To compare one more, add it.
     *
     * @param limits of a merge on this machine
     * @param cloud what a merge in BigQuery would be asked for
     */
    default List<Tier> tiers(ResourceLimits limits, BigQueryFallback cloud) {
        return List.of(new Tier(within(limits, 1), Optional.empty()), bigQuery(cloud));
    }

    /** Deletes what killed merges left in Google Cloud. */
    default Sweep.Report sweep(Sweep sweep) {
        return CloudEngine.sweep(sweep);
    }

    private static Tier bigQuery(BigQueryFallback cloud) {
        try {
            return CloudEngine.tier(cloud);
        } catch (StrategyUnavailableException e) { // told beside the others
            return new Tier(
                    new OnDemandStrategy("bigquery", () -> {
                        throw e;
                    }),
                    Optional.empty());
        }
    }
}
