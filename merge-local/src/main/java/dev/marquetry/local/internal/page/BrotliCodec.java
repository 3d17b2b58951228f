/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/**
 * BROTLI by brotli4j, which need not be on the class path: nothing else mentions its classes. Its contexts cannot be
 * used again, so each page has one, fed in pieces.
 */
final class BrotliCodec implements BlockCodec {
    private static final int QUALITY = 5;
    private static final int WINDOW_BITS = 22;
    private static final int PIECE = 64 << 10;

    BrotliCodec() {
        Brotli4jLoader.ensureAvailability();
    }

    @Override
    public long maxCompressedLength(int length) {
        return 1024L + length + (length >>> 10);
    }

    @Override
    public int compress(byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        EncoderJNI.Wrapper encoder;
        try {
            encoder = new EncoderJNI.Wrapper(PIECE, QUALITY, WINDOW_BITS, Encoder.Mode.GENERIC);
        } catch (IOException e) {
            throw new UncheckedIOException("brotli4j could not compress", e);
        }
        try {
            int at = inOffset;
            int end = inOffset + length;
            int to = outOffset;
            do {
                int piece = Math.min(PIECE, end - at);
                encoder.getInputBuffer().clear().put(in, at, piece);
                at += piece;
                Operation operation = at == end ? Operation.FINISH : Operation.PROCESS;
                encoder.push(operation, piece);
                to = drain(encoder, operation, out, to);
            } while (at < end);
            return to - outOffset;
        } finally {
            encoder.destroy();
        }
    }

    private static int drain(EncoderJNI.Wrapper encoder, Operation operation, byte[] out, int offset) {
        int to = offset;
        while (true) {
            if (!encoder.isSuccess()) {
                throw new IllegalStateException("brotli4j could not compress");
            }
            if (encoder.hasMoreOutput()) {
                ByteBuffer piece = encoder.pull();
                int length = piece.remaining();
                piece.get(out, to, length);
                to += length;
            } else if (encoder.hasRemainingInput() || operation == Operation.FINISH && !encoder.isFinished()) {
                encoder.push(operation, 0);
            } else {
                return to;
            }
        }
    }

    @Override
    public int decompress(byte[] in, int inOffset, int inLength, byte[] out, int outOffset, int outLength)
            throws DataFormatException {
        DecoderJNI.Wrapper decoder;
        try {
            decoder = new DecoderJNI.Wrapper(PIECE);
        } catch (IOException e) {
            throw new UncheckedIOException("brotli4j could not decompress", e);
        }
        try {
            return decompress(decoder, in, inOffset, inOffset + inLength, out, outOffset, outOffset + outLength);
        } finally {
            decoder.destroy();
        }
    }

    private static int decompress(
            DecoderJNI.Wrapper decoder, byte[] in, int inOffset, int inEnd, byte[] out, int outOffset, int outEnd)
            throws DataFormatException {
        int at = inOffset;
        int to = outOffset;
        boolean starved = false;
        while (true) {
            switch (decoder.getStatus()) {
                case DONE -> {
                    return to - outOffset;
                }
                case OK -> decoder.push(0);
                case NEEDS_MORE_OUTPUT -> {
                    ByteBuffer piece = decoder.pull();
                    int length = piece.remaining();
                    if (length > outEnd - to) {
                        throw new DataFormatException("it holds more");
                    }
                    piece.get(out, to, length);
                    to += length;
                }
                case NEEDS_MORE_INPUT -> {
                    int piece = Math.min(PIECE, inEnd - at);
                    if (piece == 0 && starved) {
                        throw new DataFormatException("it is cut short");
                    }
                    // The decoder may hold input of its own and ask once more than there is.
                    starved = piece == 0;
                    decoder.getInputBuffer().clear().put(in, at, piece);
                    at += piece;
                    decoder.push(piece);
                }
                case ERROR -> throw new DataFormatException("it is not brotli");
            }
        }
    }
}
