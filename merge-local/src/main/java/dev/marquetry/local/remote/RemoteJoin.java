/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import java.io.IOException;
import java.util.List;

/**
 * Joins feature files to the spine somewhere else. Written by the author of a strategy, called by the engine once rows are
 * matched and nothing is wrong with the inputs, on the thread that merges.
 */
@FunctionalInterface
public interface RemoteJoin {
    /**
     * Stages the files of {@link RemoteSession#plan}, joins them, and brings the column groups back. Whatever it began
     * elsewhere is its own to end and to delete, on every way out.
     *
     * @return groups that are complete, which together have every column of the plan once
     * @throws dev.marquetry.MergeException if it can not; passed on as it is
     * @throws IOException if reading or writing fails here
     * @throws InterruptedException if the merge was interrupted
     */
    List<RemoteGroup> join(RemoteSession session) throws IOException, InterruptedException;
}
