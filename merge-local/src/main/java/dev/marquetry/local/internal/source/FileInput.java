/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.source;

import dev.marquetry.local.internal.scratch.ScratchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** An open file on this machine. */
record FileInput(FileChannel channel) implements Input {
    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        return channel.read(into, position);
    }

    @Override
    public void readFully(long position, byte[] bytes, int offset, int count) throws IOException {
        ScratchFile.readFully(channel, position, bytes, offset, count);
    }

    @Override
    public boolean bring(long from, long to) {
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
