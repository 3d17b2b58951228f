/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.source;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** An open input, read by position. Thread-safe. */
public interface Input extends Closeable {
    /** Returns the input that is the open file {@code channel}, which it closes. */
    static Input of(FileChannel channel) {
        return new FileInput(channel);
    }

    /** Returns how many bytes the input has. */
    long size() throws IOException;

    /** Reads some bytes at {@code position} into {@code into} and returns how many, or -1 if the input ends before. */
    int read(ByteBuffer into, long position) throws IOException;

    /**
     * Reads {@code count} bytes at {@code position}.
     *
     * @throws java.io.EOFException if the input ends before
     */
    void readFully(long position, byte[] bytes, int offset, int count) throws IOException;

    /**
     * Says that the bytes {@code [from, to)} are read next, and again and again until the input is closed.
     *
     * @return whether they are near: reading them is not worth avoiding
     */
    boolean bring(long from, long to) throws IOException;
}
