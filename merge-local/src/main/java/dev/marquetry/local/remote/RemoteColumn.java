/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import java.util.Objects;

/**
 * A feature column on its way. Immutable and thread-safe.
 *
 * @param output its place among the output's columns, from 0
 * @param file the feature file it comes from, from 1
 * @param name its name in that file
 * @param type how its values travel
 * @param values how many of its values are not null; all rows where the footer does not say
 * @param bytes about how many bytes its values have of themselves, decoded: exact but for {@link RemoteType#BYTES}
 */
public record RemoteColumn(int output, int file, String name, RemoteType type, long values, long bytes) {
    /** Checks that nothing is null. */
    public RemoteColumn {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    /** Returns its name in staged files and in column groups: short, unique in the merge, safe in every dialect. */
    public String stagedName() {
        return "c" + output;
    }
}
