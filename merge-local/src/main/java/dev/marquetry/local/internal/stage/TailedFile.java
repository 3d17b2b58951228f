/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.stage;

import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.scratch.ScratchFile;
import dev.marquetry.local.remote.StagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An input with a tail behind it. Thread-safe. */
final class TailedFile implements StagedFile {
    private final InputFile file;
    private final Path tail;
    private final long inputBytes;
    private final long tailBytes;

    TailedFile(InputFile file, ScratchFile tail) throws IOException {
        this.file = file;
        this.tail = tail.path();
        inputBytes = file.stamp().bytes();
        tail.close();
        tailBytes = Files.size(this.tail);
    }

    @Override
    public long bytes() {
        return inputBytes + tailBytes;
    }

    @Override
    public long inputBytes() {
        return inputBytes;
    }

    @Override
    public ReadableByteChannel open(long position) throws IOException {
        file.refuseChange();
        FileChannel input = FileChannel.open(file.path(), StandardOpenOption.READ);
        try {
            return new Reading(input, FileChannel.open(tail, StandardOpenOption.READ), position);
        } catch (IOException e) {
            input.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(tail);
    }

    private final class Reading implements ReadableByteChannel {
        private final FileChannel input;
        private final FileChannel behind;
        private long position;

        Reading(FileChannel input, FileChannel behind, long position) {
            this.input = input;
            this.behind = behind;
            this.position = position;
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            if (position >= bytes()) {
                return -1;
            }
            int read;
            if (position < inputBytes) {
                ByteBuffer part = to.duplicate();
                part.limit((int) Math.min(part.limit(), part.position() + inputBytes - position));
                read = input.read(part, position);
                if (read < 0) {
                    throw file.changed();
                }
                to.position(to.position() + read);
            } else {
                read = behind.read(to, position - inputBytes);
            }
            position += Math.max(0, read);
            return read;
        }

        @Override
        public boolean isOpen() {
            return input.isOpen();
        }

        @Override
        public void close() throws IOException {
            try (input;
                    behind) {
                // Both are closed, whatever happens to one.
            }
        }
    }
}
