/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.util.zip.DataFormatException;

/** LZ4_RAW by aircompressor, which parquet-hadoop brings along: LZ4's block format, without framing. */
final class Lz4RawCodec implements BlockCodec {
    private final Lz4Compressor compressor = new Lz4Compressor();
    private final Lz4Decompressor decompressor = new Lz4Decompressor();

    @Override
    public long maxCompressedLength(int length) {
        return 16L + length + length / 255;
    }

    @Override
    public int compress(byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        return compressor.compress(in, inOffset, length, out, outOffset, out.length - outOffset);
    }

    @Override
    public int decompress(byte[] in, int inOffset, int inLength, byte[] out, int outOffset, int outLength)
            throws DataFormatException {
        try {
            return decompressor.decompress(in, inOffset, inLength, out, outOffset, outLength);
        } catch (MalformedInputException | IndexOutOfBoundsException e) {
            throw new DataFormatException(e.getMessage());
        }
    }
}
