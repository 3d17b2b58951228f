/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.local.internal.format.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Looks at the bytes of column chunks as they are copied: follows their pages from header to header and checks each page
 * that has a checksum, so that a damaged page is noticed though nothing is decoded. Not thread-safe.
 */
public final class PageWatcher {
    private static final int MAX_HEADER = 1 << 20;

    private final PageHeaderReader header = new PageHeaderReader();
    private final CRC32 crc = new CRC32();
    private byte[] head = new byte[256];
    private List<SourceChunk> chunks = List.of();
    private int index;
    private long chunkLeft;
    private int headLength;
    private int bodyLeft;
    private boolean checked;
    private int page;

    /** Begins with the first page of the first of {@code run}, chunks that lie side by side. */
    public void begin(List<SourceChunk> run) {
        chunks = run;
        index = -1;
        nextChunk();
    }

    private void nextChunk() {
        index++;
        chunkLeft = index < chunks.size() ? chunks.get(index).meta().getTotal_compressed_size() : 0;
        headLength = 0;
        bodyLeft = 0;
        page = 0;
    }

    /** Takes the next bytes of the run; position and limit of {@code bytes} are left as they are. */
    public void accept(ByteBuffer bytes) {
        ByteBuffer rest = bytes.duplicate();
        int end = rest.limit();
        while (rest.position() < end) {
            SourceChunk chunk = chunks.get(index);
            int begin = rest.position();
            rest.limit((int) Math.min(end, begin + chunkLeft));
            while (rest.hasRemaining()) {
                if (bodyLeft > 0) {
                    takeBody(chunk, rest);
                } else {
                    takeHeader(chunk, rest);
                }
            }
            chunkLeft -= rest.position() - begin;
            rest.limit(end);
            if (chunkLeft == 0) {
                if (bodyLeft > 0 || headLength > 0) {
                    throw chunk.corrupt("its last page is cut", null);
                }
                nextChunk();
            }
        }
    }

    private void takeBody(SourceChunk chunk, ByteBuffer rest) {
        int count = Math.min(bodyLeft, rest.remaining());
        if (checked) {
            crc.update(rest.slice(rest.position(), count));
        }
        rest.position(rest.position() + count);
        bodyLeft -= count;
        if (bodyLeft == 0) {
            endPage(chunk);
        }
    }

    private void endPage(SourceChunk chunk) {
        if (checked && crc.getValue() != header.crc) {
            throw chunk.corrupt("page " + page + ", its dictionary page counted, does not match its checksum", null);
        }
        page++;
    }

    private void takeHeader(SourceChunk chunk, ByteBuffer rest) {
        if (headLength == head.length) {
            head = Arrays.copyOf(head, 4 * head.length);
        }
        int before = headLength;
        int count = Math.min(head.length - headLength, rest.remaining());
        rest.get(rest.position(), head, headLength, count);
        headLength += count;
        int length;
        try {
            length = header.read(head, 0, headLength);
        } catch (MalformedException.Truncated e) {
            if (headLength > MAX_HEADER) {
                throw chunk.corrupt("the header of page " + page + " can not be read", e);
            }
            rest.position(rest.position() + count);
            return;
        } catch (IOException e) {
            throw chunk.corrupt("the header of page " + page + " can not be read", e);
        }
        if (header.bodyLength < 0) {
            throw chunk.corrupt("page " + page + " claims an impossible size", null);
        }
        rest.position(rest.position() + length - before);
        headLength = 0;
        bodyLeft = header.bodyLength;
        checked = header.crc >= 0;
        crc.reset();
        if (bodyLeft == 0) {
            endPage(chunk);
        }
    }
}
