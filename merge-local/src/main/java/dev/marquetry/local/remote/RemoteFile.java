/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import java.net.URI;
import java.util.List;
import java.util.Objects;

/**
 * A feature file on its way. Immutable and thread-safe.
 *
 * @param index its place among the files, from 1; the spine is 0
 * @param uri where it is
 * @param name its name without its folder
 * @param rows its rows
 * @param bytes its size
 * @param columns its columns but for the key, in file order
 * @param codecs the names of the codecs of its pages, as the format calls them, such as {@code SNAPPY}
 */
public record RemoteFile(
        int index, URI uri, String name, long rows, long bytes, List<RemoteColumn> columns, List<String> codecs) {
    /** Copies the lists. */
    public RemoteFile {
        Objects.requireNonNull(uri, "uri");
        Objects.requireNonNull(name, "name");
        columns = List.copyOf(columns);
        codecs = List.copyOf(codecs);
    }
}
