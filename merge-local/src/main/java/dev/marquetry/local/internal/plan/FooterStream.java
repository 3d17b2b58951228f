/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import dev.marquetry.local.internal.format.CompactReader;
import dev.marquetry.local.internal.source.Input;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** A footer's bytes, piece by piece, summing up what it has given. Not thread-safe. */
final class FooterStream implements CompactReader.Source {
    private static final int PIECE = 64 << 10;

    private final Input input;
    private final long end;
    private final CRC32 crc = new CRC32();
    private long next;

    FooterStream(Input input, long begin, int length) {
        this.input = input;
        next = begin;
        end = begin + length;
    }

    @Override
    public int read(byte[] window, int count) throws IOException {
        int read = input.read(ByteBuffer.wrap(window, 0, count), next);
        if (read > 0) {
            crc.update(window, 0, read);
            next += read;
        }
        return read;
    }

    /** Returns the CRC-32 of the whole footer, reading what is left of it. */
    int crcOfAll() throws IOException {
        byte[] rest = new byte[(int) Math.min(PIECE, end - next)];
        while (next < end && read(rest, (int) Math.min(rest.length, end - next)) > 0) {
            // read does what is to be done
        }
        return (int) crc.getValue();
    }
}
