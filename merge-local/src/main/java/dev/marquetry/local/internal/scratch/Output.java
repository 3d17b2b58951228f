/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.scratch;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the output is written, by position and from any thread; every byte once. Thread-safe. */
public interface Output {
    /** Writes {@code count} bytes at {@code position}. */
    void write(long position, byte[] bytes, int offset, int count) throws IOException;

    /** Writes what remains in {@code bytes} at {@code position}. */
    void write(long position, ByteBuffer bytes) throws IOException;

    /** Returns whether what was written can be read again before it becomes visible. */
    boolean isReadAgain();

    /** Says that what follows from {@code position} on is the footer. */
    void beginFooter(long position) throws IOException;

    /** Has what was written so far put where it stays; other threads may go on writing. */
    void writeBack() throws IOException;

    /** Returns once everything written is where it stays, or as far on the way there as it may go before it is verified. */
    void sync() throws IOException;
}
