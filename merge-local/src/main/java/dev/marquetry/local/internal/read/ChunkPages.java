package dev.marquetry.local.internal.read;

import dev.marquetry.MergeException;
import dev.marquetry.local.internal.plan.ChunkRange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/**
 * Walks the pages of one column chunk in order, header by header; bodies are read only when asked for. Every figure in a
 * header is checked against the chunk before it is believed. Not thread-safe.
 */
public final class ChunkPages {
    private static final int HEADER_GUESS = 256;

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
        int ready = window.available(position);
        int guess = (int) Math.min(remaining, Math.max(HEADER_GUESS, ready));
        while (true) {
            int at = window.require(position, guess, false);
            ByteArrayInputStream in = new ByteArrayInputStream(window.bytes(), at, guess);
            try {
                PageHeader header = Util.readPageHeader(in);
                return check(header, guess - in.available(), remaining);
            } catch (MergeException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                if (guess == remaining || guess > 16 << 20) {
                    throw chunk.corrupt("the header of page " + nextOrdinal + " can not be read", e);
                }
                guess = (int) Math.min(remaining, guess * 16L);
            }
        }
    }

    private Page check(PageHeader header, int length, long remaining) {
        long body = header.getCompressed_page_size();
        long raw = header.getUncompressed_page_size();
        if (body < 0 || raw < 0 || length + body > remaining || raw > chunk.meta().getTotal_uncompressed_size()) {
            throw chunk.corrupt("page " + nextOrdinal + " claims an impossible size", null);
        }
        long crc = header.isSetCrc() ? header.getCrc() & 0xffffffffL : -1;
        if (header.getType() == PageType.DATA_PAGE && header.isSetData_page_header()) {
            DataPageHeader data = header.getData_page_header();
            if (!chunk.column().isRequired() && data.getDefinition_level_encoding() != Encoding.RLE) {
                throw chunk.corrupt("definition levels are encoded as " + data.getDefinition_level_encoding(), null);
            }
            return checkRows(new Page(
                    false, nextOrdinal, nextRow, data.getNum_values(), data.getEncoding(), -1, 0, true,
                    position, length, (int) body, (int) raw, crc, data.getStatistics()));
        }
        if (header.getType() == PageType.DATA_PAGE_V2 && header.isSetData_page_header_v2()) {
            DataPageHeaderV2 data = header.getData_page_header_v2();
            int levels = data.getDefinition_levels_byte_length();
            if (levels < 0 || levels > body || levels > raw || data.getRepetition_levels_byte_length() != 0) {
                throw chunk.corrupt("page " + nextOrdinal + " claims impossible levels", null);
            }
            return checkRows(new Page(
                    true, nextOrdinal, nextRow, data.getNum_values(), data.getEncoding(), data.getNum_nulls(),
                    levels, !data.isSetIs_compressed() || data.isIs_compressed(),
                    position, length, (int) body, (int) raw, crc, data.getStatistics()));
        }
        int values = header.isSetDictionary_page_header() ? header.getDictionary_page_header().getNum_values() : 0;
        if (header.getType() == PageType.DATA_PAGE || header.getType() == PageType.DATA_PAGE_V2 || values < 0) {
            throw chunk.corrupt("page " + nextOrdinal + " has no header of its type", null);
        }
        return new Page(
                false, -1, 0, values, Encoding.PLAIN, 0, 0, true, position, length, (int) body, (int) raw, crc, null);
    }

    private Page checkRows(Page page) {
        if (page.rows() < 0) {
            throw chunk.corrupt("page " + nextOrdinal + " claims " + page.rows() + " rows", null);
        }
        return page;
    }
}
