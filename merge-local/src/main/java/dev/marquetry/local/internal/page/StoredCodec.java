/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.zip.DataFormatException;

/** UNCOMPRESSED: copies. */
final class StoredCodec implements BlockCodec {
    @Override
    public long maxCompressedLength(int length) {
        return length;
    }

    @Override
    public int compress(byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        System.arraycopy(in, inOffset, out, outOffset, length);
        return length;
    }

    @Override
    public int decompress(byte[] in, int inOffset, int inLength, byte[] out, int outOffset, int outLength)
            throws DataFormatException {
        if (inLength > outLength) {
            throw new DataFormatException("it is larger");
        }
        System.arraycopy(in, inOffset, out, outOffset, inLength);
        return inLength;
    }
}
