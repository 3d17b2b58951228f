/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.Objects;
import java.util.zip.DataFormatException;
import org.apache.parquet.format.CompressionCodec;

/**
 * Compresses and decompresses page bodies by one codec; the same bytes always compress the same. One per worker, as
 * native contexts are used again; {@link #close} frees them. Not thread-safe.
 */
public final class PageCodec implements AutoCloseable {
    private final CompressionCodec codec;
    private final BlockCodec blocks;

    private PageCodec(CompressionCodec codec, BlockCodec blocks) {
        this.codec = codec;
        this.blocks = blocks;
    }

    /**
     * Opens a codec.
     *
     * @throws UnsupportedCodecException if it is not offered, or a library that it needs is not on the class path
     */
    public static PageCodec of(CompressionCodec codec) {
        BlockCodec blocks = switch (codec) {
            case UNCOMPRESSED -> new StoredCodec();
            case SNAPPY -> new SnappyCodec();
            case GZIP -> new GzipCodec();
            case ZSTD -> new ZstdCodec();
            case LZ4_RAW -> new Lz4RawCodec();
            case BROTLI -> brotli();
            case LZO ->
                throw new UnsupportedCodecException(
                        "codec LZO is not offered; write the file again with ZSTD or SNAPPY");
            case LZ4 ->
                throw new UnsupportedCodecException("codec LZ4 is deprecated, as writers disagree about"
                        + " its framing, and not offered; write the file again with LZ4_RAW or ZSTD");
        };
        return new PageCodec(codec, blocks);
    }

    private static BlockCodec brotli() {
        try {
            Class.forName("com.aayushatharva.brotli4j.Brotli4jLoader", false, PageCodec.class.getClassLoader());
            return new BrotliCodec();
        } catch (ClassNotFoundException | LinkageError e) {
            throw new UnsupportedCodecException(
                    "codec BROTLI needs com.aayushatharva.brotli4j:brotli4j and its native library for this platform on"
                            + " the class path: " + e,
                    e);
        }
    }

    /** Returns the codec. */
    public CompressionCodec codec() {
        return codec;
    }

    /** Returns the room that {@link #compress} asks for {@code length} bytes of input. */
    public int maxCompressedLength(int length) {
        return Math.toIntExact(blocks.maxCompressedLength(length));
    }

    /**
     * Compresses {@code length} bytes into {@code out}, which has room for {@link #maxCompressedLength} behind
     * {@code outOffset}.
     *
     * @return the compressed length
     * @throws IndexOutOfBoundsException if it has not
     */
    public int compress(byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        Objects.checkFromIndexSize(inOffset, length, in.length);
        Objects.checkFromIndexSize(outOffset, maxCompressedLength(length), out.length);
        return blocks.compress(in, inOffset, length, out, outOffset);
    }

    /**
     * Decompresses {@code inLength} bytes into exactly {@code outLength}; never writes behind those.
     *
     * @throws CorruptPageException if the input is damaged, or gives more or fewer bytes
     */
    public void decompress(byte[] in, int inOffset, int inLength, byte[] out, int outOffset, int outLength) {
        Objects.checkFromIndexSize(inOffset, inLength, in.length);
        Objects.checkFromIndexSize(outOffset, outLength, out.length);
        if (inLength == 0 && outLength == 0) {
            // Some writers leave out the compressor for the values of a page that has none.
            return;
        }
        int length;
        try {
            length = blocks.decompress(in, inOffset, inLength, out, outOffset, outLength);
        } catch (DataFormatException e) {
            throw new CorruptPageException(
                    "a page of " + inLength + " bytes does not decompress with " + codec + " into " + outLength + ": "
                            + e.getMessage(),
                    e);
        }
        if (length != outLength) {
            throw new CorruptPageException("a page of " + inLength + " bytes decompresses with " + codec + " into "
                    + length + " where its header says " + outLength);
        }
    }

    /**
     * Returns what one instance takes beside the caller's arrays, in bytes: contexts and buffers, native ones too. An
     * upper estimate.
     */
    public static long nativeBytes(CompressionCodec codec) {
        return switch (codec) {
            case UNCOMPRESSED, LZO, LZ4 -> 0;
            case SNAPPY -> 256L << 10;
            case GZIP -> 384L << 10;
            case ZSTD -> 2L << 20;
            case LZ4_RAW -> 64L << 10;
            case BROTLI -> 40L << 20;
        };
    }

    @Override
    public void close() {
        blocks.close();
    }
}
