/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeException;
import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.page.FlatValues;
import dev.marquetry.local.internal.page.Levels;
import dev.marquetry.local.internal.page.Narrowing;
import dev.marquetry.local.internal.page.UnsupportedCodecException;
import dev.marquetry.local.internal.page.ValueDecoder;
import dev.marquetry.local.internal.plan.InputColumn;
import java.io.IOException;
import java.util.zip.CRC32;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/**
 * One data page opened: which rows have a value, and the bytes of the values, still encoded. Reused from page to page; not
 * thread-safe.
 */
public final class DecodedPage implements AutoCloseable {
    private final ByteSlab rawSlab;
    private final ByteSlab presentSlab;
    private final FlatValues wide;
    private final WorkerCodecs codecs;
    private final ValueDecoder decoder;
    private final CRC32 crc = new CRC32();
    private byte[] raw = {};
    private int valuesAt;
    private int valuesEnd;
    private int valueCount;
    private int storedValuesAt;
    private int storedValuesLength;
    private int roomBefore;
    private boolean ownsRaw;
    private boolean decompressed;

    /** Begins with no page. */
    public DecodedPage(MemoryBudget budget, Place place, WorkerCodecs codecs) {
        rawSlab = new ByteSlab(budget, place);
        presentSlab = new ByteSlab(budget, place);
        decoder = new ValueDecoder(budget, place);
        wide = new FlatValues(budget, place);
        this.codecs = codecs;
    }

    /**
     * Opens {@code page}: checks its checksum and reads its levels; a V2 page's values stay compressed until asked for. If they
     * are decompressed, {@code headroom} bytes are kept free in front of them.
     */
    public void open(ChunkPages pages, Page page, int headroom) throws IOException {
        SourceChunk chunk = pages.chunk();
        int at = pages.load(page) + page.headerLength();
        byte[] stored = pages.bytes();
        verify(chunk, page, stored, at);
        roomBefore = headroom;
        try {
            CompressionCodec codec = page.isCompressed() ? chunk.meta().getCodec() : CompressionCodec.UNCOMPRESSED;
            int levels = 0;
            int levelsEnd;
            if (page.isV2()) {
                storedValuesAt = at + page.levelBytes();
                storedValuesLength = page.bodyLength() - page.levelBytes();
                decompressed = false;
                levels = at;
                levelsEnd = storedValuesAt;
                raw = stored;
            } else {
                decompress(codec, stored, at, page.bodyLength(), page.rawLength());
                levelsEnd = valuesAt;
                if (!chunk.column().isRequired()) {
                    levels = valuesAt + 4;
                    levelsEnd = levels + levelLength(chunk, valuesAt);
                    valuesAt = levelsEnd;
                }
            }
            byte[] present = presentSlab.ensure((page.rows() + 7) / 8 + 8);
            if (chunk.column().isRequired()) {
                Levels.setBits(present, 0, page.rows(), true);
                valueCount = page.rows();
            } else {
                valueCount = Levels.decode(raw, levels, levelsEnd, page.rows(), present);
            }
        } catch (RuntimeException e) {
            throw corrupt(chunk, page, e);
        }
    }

    private int levelLength(SourceChunk chunk, int at) {
        int length = valuesEnd - at < 4
                ? -1
                : raw[at] & 255 | (raw[at + 1] & 255) << 8 | (raw[at + 2] & 255) << 16 | (raw[at + 3] & 255) << 24;
        if (length < 0 || length > valuesEnd - at - 4) {
            throw chunk.corrupt("definition levels claim an impossible length", null);
        }
        return length;
    }

    private void decompress(CompressionCodec codec, byte[] stored, int at, int length, int rawLength) {
        if (codec == CompressionCodec.UNCOMPRESSED) {
            raw = stored;
            valuesAt = at;
            valuesEnd = at + length;
            ownsRaw = false;
        } else {
            raw = rawSlab.ensure(Math.addExact(roomBefore, rawLength));
            valuesAt = roomBefore;
            valuesEnd = roomBefore + rawLength;
            ownsRaw = true;
            if (rawLength > 0 || length > 0) {
                codecs.of(codec).decompress(stored, at, length, raw, roomBefore, rawLength);
            }
        }
        decompressed = true;
    }

    /** Makes sure that the values are decompressed, which a V2 page's are not at first. */
    public void decompressValues(ChunkPages pages, Page page) {
        if (decompressed) {
            return;
        }
        CompressionCodec codec = page.isCompressed() ? pages.chunk().meta().getCodec() : CompressionCodec.UNCOMPRESSED;
        try {
            decompress(codec, pages.bytes(), storedValuesAt, storedValuesLength, page.rawLength() - page.levelBytes());
        } catch (RuntimeException e) {
            throw corrupt(pages.chunk(), page, e);
        }
    }

    /**
     * Appends the page's values to {@code out}, of a dictionary-encoded page the indices, each of which is below {@code
     * dictionaryEntries}.
     */
    public void decodeInto(ChunkPages pages, Page page, FlatValues out, int dictionaryEntries) {
        decompressValues(pages, page);
        int before = out.count();
        try {
            decode(pages.chunk().column(), page.encoding(), valueCount, out);
            if (page.isDictionaryEncoded()) {
                out.requireIndicesBelow(before, out.count(), dictionaryEntries);
            }
        } catch (RuntimeException e) {
            throw corrupt(pages.chunk(), page, e);
        }
    }

    /** Decodes the chunk's dictionary page into {@code out}, which is reset for it. */
    public void decodeDictionary(ChunkPages pages, Page dictionary, FlatValues out) throws IOException {
        SourceChunk chunk = pages.chunk();
        SchemaElement schema = chunk.column().schema();
        int at = pages.load(dictionary) + dictionary.headerLength();
        verify(chunk, dictionary, pages.bytes(), at);
        roomBefore = 0;
        try {
            decompress(chunk.meta().getCodec(), pages.bytes(), at, dictionary.bodyLength(), dictionary.rawLength());
            out.reset(
                    ValueDecoder.layout(schema.getType(), dictionary.encoding()),
                    ValueDecoder.width(schema.getType(), schema.getType_length()));
            decode(chunk.column(), dictionary.encoding(), dictionary.rows(), out);
        } catch (RuntimeException e) {
            throw corrupt(chunk, dictionary, e);
        }
    }

    private void decode(InputColumn column, Encoding encoding, int count, FlatValues out) {
        SchemaElement stored = column.storedSchema();
        Type type = stored.getType();
        int length = stored.getType_length();
        FlatValues.Layout layout = ValueDecoder.layout(type, encoding);
        if (!column.isRestored() || layout == FlatValues.Layout.INDEX) {
            decoder.decode(type, length, encoding, raw, valuesAt, valuesEnd, count, out);
        } else {
            wide.reset(layout, ValueDecoder.width(type, length));
            decoder.decode(type, length, encoding, raw, valuesAt, valuesEnd, count, wide);
            Narrowing.append(wide, type, out, column.schema().getType());
        }
    }

    /** Reads {@code page} and checks its checksum, if it has one; nothing is decoded. */
    public void verify(ChunkPages pages, Page page) throws IOException {
        int at = pages.load(page) + page.headerLength();
        verify(pages.chunk(), page, pages.bytes(), at);
    }

    private void verify(SourceChunk chunk, Page page, byte[] stored, int at) {
        if (page.crc() >= 0) {
            crc.reset();
            crc.update(stored, at, page.bodyLength());
            if (crc.getValue() != page.crc()) {
                throw chunk.corrupt(name(page) + " does not match its checksum", null);
            }
        }
    }

    private static RuntimeException corrupt(SourceChunk chunk, Page page, RuntimeException cause) {
        if (cause instanceof MergeException) {
            return cause;
        }
        if (cause instanceof UnsupportedCodecException) {
            return new InvalidInputException(
                    "[" + chunk.file().name() + "] Cannot read row group " + chunk.group() + " column '"
                            + chunk.column().name() + "': " + cause.getMessage(),
                    cause);
        }
        return chunk.corrupt(name(page) + " can not be decoded (" + cause.getMessage() + ")", cause);
    }

    private static String name(Page page) {
        return page.ordinal() < 0 ? "its dictionary page" : "page " + page.ordinal();
    }

    /** Returns the bitmap of rows that have a value, as {@link Levels} lays it out. */
    public byte[] present() {
        return presentSlab.array();
    }

    /** Returns how many rows have a value. */
    public int valueCount() {
        return valueCount;
    }

    /** Returns the bytes that hold the decompressed values. */
    public byte[] raw() {
        return raw;
    }

    /** Returns where the values begin in {@link #raw}. */
    public int valuesAt() {
        return valuesAt;
    }

    /** Returns where the values end in {@link #raw}. */
    public int valuesEnd() {
        return valuesEnd;
    }

    /** Returns how many bytes before {@link #valuesAt} may be overwritten. */
    public int roomBefore() {
        return ownsRaw ? valuesAt : 0;
    }

    /**
     * Returns whether the page's values lie in {@link #raw} just as PLAIN has them, {@code width} bytes each; they are
     * decompressed then.
     *
     * @param width bytes per value of a type that has all values of one width, in whole bytes; 0 for any other
     */
    public boolean isPlain(ChunkPages pages, Page page, int width) {
        if (width == 0
                || page.encoding() != Encoding.PLAIN
                || pages.chunk().column().isRestored()) {
            return false;
        }
        decompressValues(pages, page);
        if (valuesEnd - valuesAt < (long) valueCount * width) {
            throw pages.chunk().corrupt(name(page) + " can not be decoded (it has too few values)", null);
        }
        return true;
    }

    /** Returns where a V2 page's values begin as stored, in the chunk's bytes. */
    public int storedValuesAt() {
        return storedValuesAt;
    }

    /** Returns how many bytes a V2 page's values have as stored. */
    public int storedValuesLength() {
        return storedValuesLength;
    }

    @Override
    public void close() {
        rawSlab.close();
        presentSlab.close();
        decoder.close();
        wide.close();
    }
}
