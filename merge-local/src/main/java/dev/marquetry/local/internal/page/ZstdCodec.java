/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/** ZSTD by zstd-jni, with contexts that are made when first needed: fresh ones cost up to a third of the speed. */
final class ZstdCodec implements BlockCodec {
    private static final int LEVEL = 3;

    private @Nullable ZstdCompressCtx compressor;
    private @Nullable ZstdDecompressCtx decompressor;

    @Override
    public long maxCompressedLength(int length) {
        return Zstd.compressBound(length);
    }

    @Override
    public int compress(byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        ZstdCompressCtx context = compressor;
        if (context == null) {
            context = new ZstdCompressCtx().setLevel(LEVEL);
            compressor = context;
        }
        return context.compressByteArray(out, outOffset, out.length - outOffset, in, inOffset, length);
    }

    @Override
    public int decompress(byte[] in, int inOffset, int inLength, byte[] out, int outOffset, int outLength)
            throws DataFormatException {
        ZstdDecompressCtx context = decompressor;
        if (context == null) {
            context = new ZstdDecompressCtx();
            decompressor = context;
        }
        try {
            return context.decompressByteArray(out, outOffset, outLength, in, inOffset, inLength);
        } catch (ZstdException e) {
            throw new DataFormatException(e.getMessage());
        }
    }

    @Override
    public void close() {
        if (compressor != null) {
            compressor.close();
            compressor = null;
        }
        if (decompressor != null) {
            decompressor.close();
            decompressor = null;
        }
    }
}
