/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A tool that can write the wide file, as a process of its own. */
interface Peer {
    /** Returns the name that tables have. */
    String name();

    /** Returns name and version, asked of the tool itself. */
    String version() throws IOException, InterruptedException;

    /**
     * Returns the command line that merges the inputs of {@code job} into {@code output}, which is not there.
     *
     * @param scratch an empty folder that the process may fill
     */
    List<String> command(Job job, Inputs inputs, Path output, Path scratch);
}
