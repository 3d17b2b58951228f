/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.net.URI;
import java.util.Optional;

/**
 * Copies finished outputs to where they survive this machine, after a single merge or by a {@link
 * BatchMerge.Builder#backup batch}. Implementations are thread-safe.
 */
public interface OutputBackup {
    /**
     * Returns where the output that {@code request} asks for is copied to; asks nothing of a service.
     *
     * @throws InvalidInputException if such an output can not be copied
     */
    URI objectOf(MergeRequest request);

    /**
     * Copies the output, unless an object of its very bytes is there; blocks until that is known. The output stays as it is,
     * also after a failure.
     *
     * @param request what was merged
     * @param result what the merge returned, or what a journal has of it
     * @throws MergeCancelledException if the thread was interrupted; the interrupt flag is set again and nothing has become
     *     visible
     * @throws OutcomeUnknownException if nobody can tell whether the copy has become visible
     * @throws MergeException of another kind, if the output was not copied
     */
    Backup copy(MergeRequest request, MergeResult result);

    /** Returns what keeping {@code bytes} of copies costs a month, or empty if no price is known. */
    default Optional<CostItem> month(long bytes) {
        return Optional.empty();
    }
}
