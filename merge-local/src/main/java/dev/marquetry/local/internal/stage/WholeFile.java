/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.stage;

import dev.marquetry.local.remote.StagedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A scratch file that travels as it is; it goes with its folder. Thread-safe. */
public final class WholeFile implements StagedFile {
    private final Path path;
    private final long bytes;

    /** Takes the finished file {@code path}. */
    public WholeFile(Path path) throws IOException {
        this.path = path;
        bytes = Files.size(path);
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long inputBytes() {
        return 0;
    }

    @Override
    public ReadableByteChannel open(long position) throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ).position(position);
    }

    @Override
    public void close() {}
}
