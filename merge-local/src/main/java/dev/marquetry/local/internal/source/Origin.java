/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.source;

import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where an input is. Two of the same place are equal, whatever is there. Immutable and thread-safe. */
public sealed interface Origin permits FileOrigin, KeptOrigin, ObjectOrigin {
    /** Returns its address. */
    URI uri();

    /** Returns its name without folders, for messages. */
    String name();

    /**
     * Opens it.
     *
     * @throws java.nio.file.NoSuchFileException if there is nothing
     */
    Input open() throws IOException;

    /** Returns what tells this input, as it is or as it was found, from another at the same place; null if there is none. */
    @Nullable
    Version version() throws IOException;

    /** Returns whether looking at the {@link #version} again takes a call to a service. */
    boolean isFar();

    /**
     * What tells a changed input from an unchanged one.
     *
     * @param bytes its size
     * @param number when a file was last modified, in nanoseconds since 1970 as far as the file system tells; the generation of
     *     an object
     */
    record Version(long bytes, long number) {}
}
