/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/**
 * A Parquet file in the form in which it travels: the bytes of an input unchanged, behind them a column that numbers rows
 * and a footer that names columns as {@link RemoteColumn#stagedName} does, under plain types. The spine's has nothing but
 * its numbers. Reading is thread-safe; scratch of its own is deleted by {@link #close}.
 */
public interface StagedFile extends AutoCloseable {
    /** Returns how many bytes the whole has. */
    long bytes();

    /** Returns how many bytes from the begin on are those of the input itself; what lies behind them is small. */
    long inputBytes();

    /** Returns the bytes from {@code position} on, once more with each call; the caller closes it. */
    ReadableByteChannel open(long position) throws IOException;

    @Override
    void close() throws IOException;
}
