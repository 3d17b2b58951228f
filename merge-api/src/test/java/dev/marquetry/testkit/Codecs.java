/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** Compresses and decompresses pages by calling each codec directly, for parquet-java's own way needs Hadoop. */
final class Codecs {
    private Codecs() {}

    static BytesInputCompressor compressor(CompressionCodecName codec) {
        return new BytesInputCompressor() {
            @Override
            public BytesInput compress(BytesInput bytes) throws IOException {
                ByteArrayOutputStream plain = new ByteArrayOutputStream();
                bytes.writeAllTo(plain);
                return BytesInput.from(Codecs.compress(codec, plain.toByteArray()));
            }

            @Override
            public CompressionCodecName getCodecName() {
                return codec;
            }

            @Override
            public void release() {}
        };
    }

    static byte[] compress(CompressionCodecName codec, byte[] plain) throws IOException {
        return switch (codec) {
            case UNCOMPRESSED -> plain;
            case SNAPPY -> Snappy.compress(plain);
            case ZSTD -> Zstd.compress(plain);
            case GZIP -> gzip(plain);
            case LZ4_RAW -> lz4(plain);
            case LZO, BROTLI, LZ4 -> throw new IllegalArgumentException("the kit does not write codec " + codec);
        };
    }

    static byte[] decompress(CompressionCodecName codec, byte[] packed, int plainBytes) throws IOException {
        byte[] plain = switch (codec) {
            case UNCOMPRESSED -> packed;
            case SNAPPY -> Snappy.uncompress(packed);
            case ZSTD -> Zstd.decompress(packed, plainBytes);
            case GZIP -> new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
            case LZ4_RAW -> unLz4(packed, plainBytes);
            case LZO, BROTLI, LZ4 -> throw new IOException("the kit does not read codec " + codec);
        };
        if (plain.length != plainBytes) {
            throw new IOException("page of " + plainBytes + " bytes decompressed to " + plain.length);
        }
        return plain;
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.toByteArray();
    }

    private static byte[] lz4(byte[] plain) {
        Lz4Compressor compressor = new Lz4Compressor();
        byte[] packed = new byte[compressor.maxCompressedLength(plain.length)];
        return Arrays.copyOf(packed, compressor.compress(plain, 0, plain.length, packed, 0, packed.length));
    }

    private static byte[] unLz4(byte[] packed, int plainBytes) {
        byte[] plain = new byte[plainBytes];
        return Arrays.copyOf(plain, new Lz4Decompressor().decompress(packed, 0, packed.length, plain, 0, plainBytes));
    }
}
