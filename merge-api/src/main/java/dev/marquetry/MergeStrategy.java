/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

/**
 * A way to do a whole merge: on this machine, in BigQuery, in Cloud Run, or a {@link MergePolicy} over several.
 *
 * <p>Every strategy returns the same rows, order, schema and values for the same request, or refuses: callers can not
 * tell from the data which one ran. {@code MergeStrategyContract} in this module's test-jar holds that.
 *
 * <p>Implementations must be thread-safe: several merges may run at once.
 */
public interface MergeStrategy {
    /** Returns a stable name for logs and results, such as {@code local-arrow}. */
    String name();

    /**
     * Predicts what a merge would need and whether this strategy can serve it. Reads footers and little else; leaves nothing
     * behind, uploads and bills nothing. What is wrong with the inputs is part of the answer and not thrown.
     *
     * @throws StrategyUnavailableException if the estimate needs a service that can not be reached
     */
    CostEstimate estimate(MergeRequest request);

    /**
     * Merges, blocking until the output is published whole or not at all.
     *
     * @param progress told about progress on the merging threads; what it throws is logged once and ignored
     * @throws LimitBreachException if a stated limit was or would be crossed; nothing published, scratch gone
     * @throws StrategyUnavailableException if it could not start; no side effect
     * @throws InvalidInputException if an input or the request is wrong; nothing published, scratch gone
     * @throws MergeCancelledException if the thread was interrupted; nothing published, the interrupt flag is set again
     * @throws OutcomeUnknownException if it can not be told whether the output was published
     * @throws MergeFailedException on any other failure; nothing published
     */
    MergeResult merge(MergeRequest request, ProgressListener progress);

    /** Merges like {@link #merge(MergeRequest, ProgressListener)} and tells nobody about progress. */
    default MergeResult merge(MergeRequest request) {
        return merge(request, ProgressListener.none());
    }
}
