/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.local.internal.format.CompactReader;
import dev.marquetry.local.internal.format.PageIndexReader;
import java.io.IOException;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.jspecify.annotations.Nullable;

/** Reads what lies beside a column chunk: its page indexes and where its Bloom filter is. */
public final class ChunkIndexReader {
    private static final int BLOOM_HEADER = 64;

    private final SourceChunk chunk;

    /** Reads for {@code chunk}. */
    public ChunkIndexReader(SourceChunk chunk) {
        this.chunk = chunk;
    }

    /** Returns where the chunk's pages are, or null if it has no offset index. */
    public @Nullable OffsetIndex offsetIndex() throws IOException {
        ColumnChunk description = chunk.description();
        byte[] bytes = bytes(
                description.isSetOffset_index_offset(),
                description.getOffset_index_offset(),
                description.getOffset_index_length());
        return bytes == null ? null : parse(bytes, in -> new PageIndexReader(in).offsetIndex());
    }

    /** Returns what the chunk's pages hold, or null if it has no column index. */
    public @Nullable ColumnIndex columnIndex() throws IOException {
        byte[] bytes = columnIndexBytes();
        return bytes == null ? null : parse(bytes, in -> new PageIndexReader(in).columnIndex());
    }

    /** Returns the chunk's column index as it is stored, or null if it has none. */
    public byte @Nullable [] columnIndexBytes() throws IOException {
        ColumnChunk description = chunk.description();
        return bytes(
                description.isSetColumn_index_offset(),
                description.getColumn_index_offset(),
                description.getColumn_index_length());
    }

    /** Returns where the chunk's Bloom filter is, or null if it has none. */
    public @Nullable BloomFilterPlace bloomFilter() throws IOException {
        ColumnMetaData meta = chunk.meta();
        if (!meta.isSetBloom_filter_offset()) {
            return null;
        }
        long at = meta.getBloom_filter_offset();
        int length = meta.getBloom_filter_length();
        if (!meta.isSetBloom_filter_length()) { // writers before format 2.10 do not tell
            int guess = (int)
                    Math.max(0, Math.min(BLOOM_HEADER, chunk.file().stamp().bytes() - at));
            byte[] bytes = bytes(true, at, guess);
            length = bytes == null
                    ? 0
                    : parse(bytes, in -> {
                        int filter = new PageIndexReader(in).bloomFilterBytes();
                        return Math.addExact((int) in.position(), filter);
                    });
        }
        check("Bloom filter", at, length);
        return new BloomFilterPlace(chunk.file(), at, length);
    }

    private void check(String what, long at, int length) {
        if (at < 4 || length < 0 || length > chunk.file().stamp().bytes() - at) {
            throw chunk.corrupt("its " + what + " lies outside the file", null);
        }
    }

    private byte @Nullable [] bytes(boolean isSet, long at, int length) throws IOException {
        if (!isSet || length == 0) {
            return null;
        }
        check("page index", at, length);
        byte[] bytes = new byte[length];
        chunk.channel().readFully(at, bytes, 0, length);
        return bytes;
    }

    /** Reads one structure. */
    @FunctionalInterface
    private interface StructReader<T> {
        T read(CompactReader in) throws IOException;
    }

    private <T> T parse(byte[] bytes, StructReader<T> reader) {
        try {
            return reader.read(new CompactReader(bytes));
        } catch (IOException | RuntimeException e) {
            throw chunk.corrupt("its page index or Bloom filter can not be read", e);
        }
    }
}
