/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.local.internal.format.MalformedException;
import dev.marquetry.local.internal.plan.ChunkRange;
import java.io.IOException;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.OffsetIndex;
import org.jspecify.annotations.Nullable;

/**
 * Walks the pages of one column chunk in order, header by header; bodies are read only when asked for. Every figure in a
 * header is checked against the chunk before it is believed. Not thread-safe.
 */
public final class ChunkPages {
    private static final int HEADER_GUESS = 256;
    private static final int MAX_HEADER = 16 << 20;
    private static final int INDEX_PAGE = 1;

    private final PageHeaderReader header = new PageHeaderReader();
    private final ChunkWindow window;
    private final SourceChunk chunk;
    private final @Nullable Page dictionary;
    private long position;
    private int nextRow;
    private int nextOrdinal;

    /** Begins before the first data page of {@code chunk}, using {@code window} until another chunk uses it. */
    public ChunkPages(ChunkWindow window, SourceChunk chunk) throws IOException {
        this.window = window;
        this.chunk = chunk;
        position = ChunkRange.start(chunk.meta());
        nextRow = chunk.firstRow();
        window.open(chunk.channel(), position, position + chunk.meta().getTotal_compressed_size());
        Page first = chunk.rows() == 0 || window.remaining(position) == 0 ? null : readHeader();
        boolean isDictionary = first != null && first.ordinal() < 0;
        dictionary = isDictionary ? first : null;
        if (first != null && isDictionary) {
            position = first.end();
        }
    }

    /** Returns the chunk. */
    public SourceChunk chunk() {
        return chunk;
    }

    /** Returns the chunk's dictionary page, or null if it has none. */
    public @Nullable Page dictionary() {
        return dictionary;
    }

    /** Returns the row of the file that the next data page begins with. */
    public int nextRow() {
        return nextRow;
    }

    /** Moves on to the next data page and returns it, or returns null behind the last. */
    public @Nullable Page next() throws IOException {
        int end = chunk.firstRow() + chunk.rows();
        while (nextRow < end) {
            if (window.remaining(position) <= 0) {
                throw chunk.corrupt("its pages end " + (end - nextRow) + " rows early", null);
            }
            Page page = readHeader();
            position = page.end();
            if (page.ordinal() >= 0) {
                if (page.rows() > end - nextRow) {
                    throw chunk.corrupt("its pages have more rows than the row group", null);
                }
                nextRow += page.rows();
                nextOrdinal++;
                return page;
            }
        }
        return null;
    }

    /** Moves towards {@code row} of the file by the offset index, if the chunk has one: pages before it may be left out. */
    public void skipTowards(int row) throws IOException {
        OffsetIndex index = new ChunkIndexReader(chunk).offsetIndex();
        if (index == null) {
            return;
        }
        for (int i = index.getPage_locationsSize() - 1; i > nextOrdinal; i--) {
            long first = chunk.firstRow() + index.getPage_locations().get(i).getFirst_row_index();
            long at = index.getPage_locations().get(i).getOffset();
            if (first <= row && at > position && window.remaining(at) > 0) {
                nextRow = (int) first;
                nextOrdinal = i;
                position = at;
                return;
            }
        }
    }

    /** Brings the whole page, header and body, into {@link #bytes} and returns where its header begins. */
    public int load(Page page) throws IOException {
        return window.require(page.headerAt(), page.headerLength() + page.bodyLength(), true);
    }

    /** Returns the bytes that {@link #load} points into, until the next call of it or of {@link #next}. */
    public byte[] bytes() {
        return window.bytes();
    }

    private Page readHeader() throws IOException {
        long remaining = window.remaining(position);
        int guess = (int) Math.min(remaining, Math.max(HEADER_GUESS, window.available(position)));
        while (true) {
            int at = window.require(position, guess, false);
            try {
                return check(header.read(window.bytes(), at, at + guess), remaining);
            } catch (MalformedException.Truncated e) {
                if (guess == remaining || guess > MAX_HEADER) {
                    throw chunk.corrupt("the header of page " + nextOrdinal + " can not be read", e);
                }
                guess = (int) Math.min(remaining, guess * 16L);
            } catch (IOException e) {
                throw chunk.corrupt("the header of page " + nextOrdinal + " can not be read", e);
            }
        }
    }

    private Page check(int length, long remaining) {
        long body = header.bodyLength;
        long raw = header.rawLength;
        if (body < 0
                || raw < 0
                || length + body > remaining
                || raw > chunk.meta().getTotal_uncompressed_size()) {
            throw chunk.corrupt("page " + nextOrdinal + " claims an impossible size", null);
        }
        if (!header.hasDataHeader && header.type != INDEX_PAGE) {
            throw chunk.corrupt("page " + nextOrdinal + " has no header of its type", null);
        }
        boolean v2 = header.type == PageHeaderReader.DATA_PAGE_V2;
        if (header.type != PageHeaderReader.DATA_PAGE && !v2) {
            boolean isDictionary = header.type == PageHeaderReader.DICTIONARY_PAGE;
            int values = isDictionary ? header.values : 0;
            if (values < 0) {
                throw chunk.corrupt("its dictionary page claims " + values + " values", null);
            }
            return new Page(
                    false,
                    -1,
                    0,
                    values,
                    Encoding.PLAIN,
                    0,
                    0,
                    true,
                    position,
                    length,
                    (int) body,
                    (int) raw,
                    header.crc,
                    null);
        }
        Encoding encoding = Encoding.findByValue(header.encoding);
        if (encoding == null || header.values < 0) {
            throw chunk.corrupt(
                    "page " + nextOrdinal + " claims " + header.values + " rows in encoding " + header.encoding, null);
        }
        if (!v2 && !chunk.column().isRequired() && header.levelEncoding != Encoding.RLE.getValue()) {
            throw chunk.corrupt("definition levels are in encoding " + header.levelEncoding, null);
        }
        int levels = v2 ? header.levelBytes : 0;
        if (levels < 0 || levels > body || levels > raw || header.repetitionBytes != 0) {
            throw chunk.corrupt("page " + nextOrdinal + " claims impossible levels", null);
        }
        return new Page(
                v2,
                nextOrdinal,
                nextRow,
                header.values,
                encoding,
                v2 ? header.nulls : -1,
                levels,
                header.compressed,
                position,
                length,
                (int) body,
                (int) raw,
                header.crc,
                header.statistics);
    }
}
