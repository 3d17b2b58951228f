/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.scratch.Output;
import java.io.IOException;

/** Where an output comes about, and from where it becomes visible in one step. Closed before that, nothing is left of it. */
public interface Destination extends AutoCloseable {
    /** Returns what is written to. */
    Output output();

    /**
     * Checks what was written.
     *
     * @throws dev.marquetry.MergeFailedException if it is not as planned
     */
    void verify(MergePlan plan, OutputWriter.Written written, MemoryBudget budget, Place place, MergeControl control)
            throws IOException;

    /**
     * Makes the output, written and verified, visible.
     *
     * @throws dev.marquetry.InvalidInputException if another has appeared meanwhile and is not to be replaced
     */
    void publish() throws IOException;

    @Override
    void close() throws IOException;
}
