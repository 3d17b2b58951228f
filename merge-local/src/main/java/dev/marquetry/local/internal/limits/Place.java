/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import dev.marquetry.Phase;

/**
 * Where one thread of a merge is: phase, file and column, for messages. Written by its own thread, read by any; a reader
 * may see a file with the column of the one before.
 */
public final class Place {
    private volatile Phase phase;
    private volatile String file = "";
    private volatile String column = "";

    /** Begins in {@code phase}, at no file. */
    public Place(Phase phase) {
        this.phase = phase;
    }

    /** Moves to {@code newPhase}, at no file. */
    public void enter(Phase newPhase) {
        phase = newPhase;
        at("", "");
    }

    /** Moves to a file, and to a column of it unless that is empty. */
    public void at(String newFile, String newColumn) {
        file = newFile;
        column = newColumn;
    }

    /** Returns the phase. */
    public Phase phase() {
        return phase;
    }

    /** Returns the place within the phase, such as {@code [rsi.parquet] column 'close'}; may be empty. */
    public String where() {
        String text = file.isEmpty() ? "" : "[" + file + "]";
        return column.isEmpty() ? text : text + " column '" + column + "'";
    }
}
