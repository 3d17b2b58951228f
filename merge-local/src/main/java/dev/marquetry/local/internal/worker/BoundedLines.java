/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.worker;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of a process that may write anything: of a line that is too long, only its beginning is kept. One thread. */
final class BoundedLines implements Closeable {
    private final InputStream in;
    private final int mostBytes;

    BoundedLines(InputStream in, long mostBytes) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.mostBytes = (int) Math.min(Integer.MAX_VALUE >> 1, mostBytes);
    }

    /** Returns the next line without its end, or null if there is none. */
    @Nullable
    String next() throws IOException {
        int c = in.read();
        if (c < 0) {
            return null;
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.size() < mostBytes) {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
