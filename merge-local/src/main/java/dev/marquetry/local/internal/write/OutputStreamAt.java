/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.local.internal.scratch.Output;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;

/** Writes a stretch of the output from a position on, through a small buffer, and sums it up. Not thread-safe. */
final class OutputStreamAt extends OutputStream {
    private final Output file;
    private final byte[] buffer = new byte[64 << 10];
    private final CRC32 crc = new CRC32();
    private long position;
    private int buffered;

    OutputStreamAt(Output file, long position) {
        this.file = file;
        this.position = position;
    }

    @Override
    public void write(int b) throws IOException {
        if (buffered == buffer.length) {
            flush();
        }
        buffer[buffered++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (count > buffer.length - buffered) {
            flush();
        }
        if (count > buffer.length) {
            crc.update(bytes, offset, count);
            file.write(position, bytes, offset, count);
            position += count;
        } else {
            System.arraycopy(bytes, offset, buffer, buffered, count);
            buffered += count;
        }
    }

    @Override
    public void flush() throws IOException {
        crc.update(buffer, 0, buffered);
        file.write(position, buffer, 0, buffered);
        position += buffered;
        buffered = 0;
    }

    /** Returns where the next byte goes. */
    long position() {
        return position + buffered;
    }

    /** Returns the CRC-32 of all that was written. */
    int crc() throws IOException {
        flush();
        return (int) crc.getValue();
    }
}
