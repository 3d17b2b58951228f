/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

/** Looks at a finished output before a batch builds on it, such as {@code OutputValidator.within(limits)::check}. */
@FunctionalInterface
public interface OutputCheck {
    /**
     * Returns if the output that {@code request} asked for is as it should be; blocks until that is known.
     *
     * @param request what was merged
     * @param result what the merge returned, or what the journal has of it
     * @throws MergeFailedException with the reason, if the output is not as it should be
     * @throws MergeException of another kind, if that can not be found out
     */
    void check(MergeRequest request, MergeResult result);
}
