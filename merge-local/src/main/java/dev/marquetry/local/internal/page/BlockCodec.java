/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.zip.DataFormatException;

/** One codec behind {@link PageCodec}, which has checked all ranges. */
interface BlockCodec extends AutoCloseable {
    long maxCompressedLength(int length);

    int compress(byte[] in, int inOffset, int length, byte[] out, int outOffset);

    /**
     * Returns how many bytes came out, at most {@code outLength}.
     *
     * @throws DataFormatException if the input is not whole and sound, or holds more
     */
    int decompress(byte[] in, int inOffset, int inLength, byte[] out, int outOffset, int outLength)
            throws DataFormatException;

    @Override
    default void close() {}
}
