/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.stage;

import dev.marquetry.local.internal.scratch.ScratchFile;
import java.io.IOException;
import java.io.OutputStream;

/** Writes a scratch file from a position on. Not thread-safe. */
final class ScratchAppender extends OutputStream {
    private final ScratchFile file;
    private long position;

    ScratchAppender(ScratchFile file, long position) {
        this.file = file;
        this.position = position;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        file.write(position, bytes, offset, count);
        position += count;
    }

    long position() {
        return position;
    }
}
