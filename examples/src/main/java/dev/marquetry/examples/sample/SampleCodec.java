/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** How sampled pages are compressed. */
public enum SampleCodec {
    /** As data frames are written unless told otherwise. */
    SNAPPY(CompressionCodecName.SNAPPY) {
        @Override
        int maxCompressedLength(int length) {
            return Snappy.maxCompressedLength(length);
        }

        @Override
        int compress(byte[] in, int length, byte[] out) throws IOException {
            return Snappy.compress(in, 0, length, out, 0);
        }

        @Override
        byte[] decompress(byte[] in, int from, int expectedBytes) throws IOException {
            byte[] plain = new byte[expectedBytes];
            Snappy.uncompress(in, from, in.length - from, plain, 0);
            return plain;
        }
    },
    /** Level 3, the level most writers take. */
    ZSTD(CompressionCodecName.ZSTD) {
        @Override
        int maxCompressedLength(int length) {
            return Math.toIntExact(Zstd.compressBound(length));
        }

        @Override
        int compress(byte[] in, int length, byte[] out) throws IOException {
            try {
                return Math.toIntExact(Zstd.compressByteArray(out, 0, out.length, in, 0, length, ZSTD_LEVEL));
            } catch (ZstdException e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        @Override
        byte[] decompress(byte[] in, int from, int expectedBytes) throws IOException {
            byte[] plain = new byte[expectedBytes];
            try {
                Zstd.decompressByteArray(plain, 0, expectedBytes, in, from, in.length - from);
            } catch (ZstdException e) {
                throw new IOException(e.getMessage(), e);
            }
            return plain;
        }
    },
    /** Bytes as they are. */
    UNCOMPRESSED(CompressionCodecName.UNCOMPRESSED) {
        @Override
        int maxCompressedLength(int length) {
            return length;
        }

        @Override
        int compress(byte[] in, int length, byte[] out) {
            System.arraycopy(in, 0, out, 0, length);
            return length;
        }

        @Override
        byte[] decompress(byte[] in, int from, int expectedBytes) {
            return Arrays.copyOfRange(in, from, from + expectedBytes);
        }
    };

    private static final int ZSTD_LEVEL = 3;

    private final CompressionCodecName parquetName;

    SampleCodec(CompressionCodecName parquetName) {
        this.parquetName = parquetName;
    }

    CompressionCodecName parquetName() {
        return parquetName;
    }

    abstract int maxCompressedLength(int length);

    /** Compresses the first {@code length} bytes of {@code in} and returns how many there are in {@code out}. */
    abstract int compress(byte[] in, int length, byte[] out) throws IOException;

    /** Decompresses {@code in} from {@code from} on. */
    abstract byte[] decompress(byte[] in, int from, int expectedBytes) throws IOException;
}
