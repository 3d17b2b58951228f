/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;

/** A footer's bytes through a small buffer, knowing where it is and summing up what it has seen. Not thread-safe. */
final class FooterStream extends InputStream {
    private final FileChannel channel;
    private final long end;
    private final ByteBuffer buffer;
    private final CRC32 crc = new CRC32();
    private long next;

    FooterStream(FileChannel channel, long begin, int length) {
        this.channel = channel;
        next = begin;
        end = begin + length;
        buffer = ByteBuffer.allocate(Math.min(length, 64 << 10)).limit(0);
    }

    /** Returns the offset in the file of the byte read next. */
    long position() {
        return next - buffer.remaining();
    }

    private boolean fill() throws IOException {
        if (buffer.hasRemaining()) {
            return true;
        }
        if (next == end) {
            return false;
        }
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - next));
        int read = channel.read(buffer, next);
        buffer.flip();
        if (read <= 0) {
            return false;
        }
        crc.update(buffer.array(), 0, read);
        next += read;
        return true;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer.get() & 255 : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int ready = Math.min(count, buffer.remaining());
        buffer.get(bytes, offset, ready);
        return ready;
    }

    /** Returns the CRC-32 of the whole footer, reading what is left of it. */
    int crcOfAll() throws IOException {
        buffer.limit(buffer.position());
        while (fill()) {
            buffer.limit(buffer.position());
        }
        return (int) crc.getValue();
    }
}
