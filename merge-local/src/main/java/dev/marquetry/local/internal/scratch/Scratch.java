/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.scratch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where a merge puts what does not fit its memory. */
public interface Scratch {
    /** Opens a new scratch file. */
    ScratchFile create(String name) throws IOException;

    /**
     * Returns scratch in the system's folder for temporary files: files that have no name once they are open, so that nothing
     * is left however the process ends.
     */
    static Scratch temporary() {
        return name -> {
            Path path = Files.createTempFile("marquetry-", "-" + name);
            return new ScratchFile(
                    path,
                    FileChannel.open(
                            path,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE));
        };
    }

    /** Returns the folder of {@link #temporary}. */
    static Path temporaryFolder() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
