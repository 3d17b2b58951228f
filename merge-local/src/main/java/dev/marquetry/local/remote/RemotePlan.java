/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import java.util.List;

/**
 * What is to be joined elsewhere. Immutable and thread-safe.
 *
 * <p>The staged spine has the column {@link #ROW}, the spine's row number, and {@link #KEY} if {@link #hasKey}. Each
 * staged feature file has {@link #ROW} too: the number of the spine row that its row belongs to, null where it belongs to
 * none, no number twice. So all that is left to do is
 *
 * <pre>{@code SELECT s.o, f1.c57, f2.c58 FROM spine s LEFT JOIN f1 ON f1.o = s.o LEFT JOIN f2 ON f2.o = s.o}</pre>
 *
 * <p>whatever the keys are.
 *
 * @param rows the spine's rows
 * @param hasKey whether keys may stand twice in the spine: rows of the same key then have the same {@link #KEY}, which is
 *     what feature files are joined with
 * @param features the feature files, in request order
 */
public record RemotePlan(long rows, boolean hasKey, List<RemoteFile> features) {
    /** The column that numbers rows, INTEGER: {@value}. */
    public static final String ROW = "o";

    /** The column of the spine that feature files are joined with where {@link #ROW} is not: {@value}. */
    public static final String KEY = "k";

    /** Copies the list. */
    public RemotePlan {
        features = List.copyOf(features);
    }

    /** Returns the column of the staged spine that the {@link #ROW} of feature files is compared with. */
    public String spineColumn() {
        return hasKey ? KEY : ROW;
    }
}
