/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.DataFormatException;
import org.xerial.snappy.Snappy;

/** SNAPPY by snappy-java: its block format, without framing. */
final class SnappyCodec implements BlockCodec {
    @Override
    public long maxCompressedLength(int length) {
        return 32L + length + length / 6;
    }

    @Override
    public int compress(byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        try {
            return Snappy.compress(in, inOffset, length, out, outOffset);
        } catch (IOException e) {
            throw new UncheckedIOException("snappy-java could not compress", e);
        }
    }

    @Override
    public int decompress(byte[] in, int inOffset, int inLength, byte[] out, int outOffset, int outLength)
            throws DataFormatException {
        if (inLength == 0) {
            throw new DataFormatException("it is empty");
        }
        try {
            // The native code trusts the length that the stream declares and writes that far.
            int declared = Snappy.uncompressedLength(in, inOffset, inLength);
            if (declared != outLength) {
                throw new DataFormatException("it declares " + Integer.toUnsignedString(declared) + " bytes");
            }
            return Snappy.uncompress(in, inOffset, inLength, out, outOffset);
        } catch (IOException e) {
            throw new DataFormatException(e.getMessage());
        }
    }
}
