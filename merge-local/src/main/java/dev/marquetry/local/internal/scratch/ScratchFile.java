/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.scratch;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file being written: by position from any thread, or appended by one. Writes from and reads into heap arrays go in
 * pieces, for the JDK copies each through a direct buffer as large as the piece and keeps that buffer.
 */
public final class ScratchFile implements Output, AutoCloseable {
    private static final int PIECE = 256 << 10;

    private final Path path;
    private final FileChannel channel;
    /** File systems let one thread at a time write a file; waiting for that here leaves the core to others, there it spins. */
    private final Lock writing = new ReentrantLock();

    private long length;

    ScratchFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static ScratchFile create(Path path) throws IOException {
        return new ScratchFile(
                path,
                FileChannel.open(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /** Returns where the file is. */
    public Path path() {
        return path;
    }

    /** Returns the bytes appended so far. */
    public long length() {
        return length;
    }

    /** Appends bytes; not to be mixed with writes by position. Returns the offset they begin at. */
    public long append(byte[] bytes, int offset, int count) throws IOException {
        long at = length;
        write(at, bytes, offset, count);
        length += count;
        return at;
    }

    @Override
    public void write(long position, byte[] bytes, int offset, int count) throws IOException {
        writing.lock();
        try {
            for (int done = 0; done < count; ) {
                int piece = Math.min(PIECE, count - done);
                write(position + done, ByteBuffer.wrap(bytes, offset + done, piece));
                done += piece;
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void write(long position, ByteBuffer bytes) throws IOException {
        long at = position;
        writing.lock();
        try {
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } finally {
            writing.unlock();
        }
    }

    /** Reads {@code count} bytes at {@code position}. Thread-safe. */
    public void read(long position, byte[] bytes, int offset, int count) throws IOException {
        readFully(channel, position, bytes, offset, count);
    }

    /** Reads {@code count} bytes of {@code channel} at {@code position}, in pieces. */
    public static void readFully(FileChannel channel, long position, byte[] bytes, int offset, int count)
            throws IOException {
        for (int done = 0; done < count; ) {
            ByteBuffer piece = ByteBuffer.wrap(bytes, offset + done, Math.min(PIECE, count - done));
            int read = channel.read(piece, position + done);
            if (read < 0) {
                throw new EOFException("file ends " + (count - done) + " bytes early");
            }
            done += read;
        }
    }

    @Override
    public boolean isReadAgain() {
        return true;
    }

    @Override
    public void beginFooter(long position) {
        // a file can be read again
    }

    /** Returns once the bytes written so far are on disk; other threads may go on writing. */
    @Override
    public void writeBack() throws IOException {
        channel.force(false);
    }

    /** Returns once everything written is on disk. */
    @Override
    public void sync() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
