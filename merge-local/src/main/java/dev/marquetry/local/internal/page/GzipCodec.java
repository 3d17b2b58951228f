/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** GZIP by java.util.zip: members with a header without a time stamp, read one after the other. */
final class GzipCodec implements BlockCodec {
    private static final int MAGIC = 0x8B1F;
    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    private final CRC32 crc = new CRC32();
    private final byte[] overflow = new byte[1];
    private @Nullable Deflater deflater;
    private @Nullable Inflater inflater;

    @Override
    public long maxCompressedLength(int length) {
        // zlib's own bound is far lower, that of the zlib-ng some systems put in its place is not.
        return length + (length >>> 3) + 64L;
    }

    @Override
    public int compress(byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        Deflater deflate = deflater;
        if (deflate == null) {
            deflate = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
            deflater = deflate;
        }
        deflate.reset();
        deflate.setInput(in, inOffset, length);
        deflate.finish();
        LittleEndian.putLong(out, outOffset, MAGIC | Deflater.DEFLATED << 16);
        LittleEndian.putShort(out, outOffset + 8, (short) 0xFF00);
        int at = outOffset + HEADER;
        while (!deflate.finished()) {
            int written = deflate.deflate(out, at, out.length - TRAILER - at);
            if (written == 0 && !deflate.finished()) {
                throw new IllegalStateException("deflating made " + length + " bytes larger than its bound");
            }
            at += written;
        }
        crc.reset();
        crc.update(in, inOffset, length);
        LittleEndian.putInt(out, at, (int) crc.getValue());
        LittleEndian.putInt(out, at + 4, length);
        return at + TRAILER - outOffset;
    }

    @Override
    public int decompress(byte[] in, int inOffset, int inLength, byte[] out, int outOffset, int outLength)
            throws DataFormatException {
        int end = inOffset + inLength;
        int outEnd = outOffset + outLength;
        int at = inOffset;
        int to = outOffset;
        do {
            int body = skipHeader(in, at, end);
            Inflater inflate = inflater;
            if (inflate == null) {
                inflate = new Inflater(true);
                inflater = inflate;
            }
            inflate.reset();
            inflate.setInput(in, body, end - body);
            int from = to;
            to = inflate(inflate, out, to, outEnd);
            int trailer = end - inflate.getRemaining();
            checkTrailer(in, trailer, end, out, from, to - from);
            at = trailer + TRAILER;
            // What follows the last member without being one is padding, as for gzip itself.
        } while (end - at >= HEADER && (LittleEndian.getShort(in, at) & 0xFFFF) == MAGIC);
        return to - outOffset;
    }

    private int inflate(Inflater inflate, byte[] out, int from, int end) throws DataFormatException {
        int to = from;
        while (true) {
            // With no room left the end of the stream still has to be read; any byte that comes out is one too many.
            int length = to < end ? inflate.inflate(out, to, end - to) : inflate.inflate(overflow, 0, 1);
            if (length > 0 && to == end) {
                throw new DataFormatException("it holds more");
            }
            to += length;
            if (inflate.finished()) {
                return to;
            }
            if (length == 0) {
                throw new DataFormatException(inflate.needsDictionary() ? "it needs a dictionary" : "it is cut short");
            }
        }
    }

    private static int skipHeader(byte[] in, int offset, int end) throws DataFormatException {
        if (end - offset < HEADER
                || (LittleEndian.getShort(in, offset) & 0xFFFF) != MAGIC
                || in[offset + 2] != Deflater.DEFLATED) {
            throw new DataFormatException("it does not begin as gzip does");
        }
        int flags = in[offset + 3];
        int at = offset + HEADER;
        if ((flags & EXTRA) != 0 && end - at >= 2) {
            at += 2 + (LittleEndian.getShort(in, at) & 0xFFFF);
        }
        if ((flags & NAME) != 0) {
            at = behindZero(in, at, end);
        }
        if ((flags & COMMENT) != 0) {
            at = behindZero(in, at, end);
        }
        if ((flags & HEADER_CRC) != 0) {
            at += 2;
        }
        if (at > end) {
            throw new DataFormatException("its gzip header is cut short");
        }
        return at;
    }

    private static int behindZero(byte[] in, int from, int end) {
        int at = from;
        while (at < end && in[at] != 0) {
            at++;
        }
        return at + 1;
    }

    private void checkTrailer(byte[] in, int at, int end, byte[] out, int from, int length) throws DataFormatException {
        if (end - at < TRAILER) {
            throw new DataFormatException("its checksum is cut short");
        }
        crc.reset();
        crc.update(out, from, length);
        if (LittleEndian.getInt(in, at) != (int) crc.getValue() || LittleEndian.getInt(in, at + 4) != length) {
            throw new DataFormatException("its checksum is another");
        }
    }

    @Override
    public void close() {
        if (deflater != null) {
            deflater.end();
            deflater = null;
        }
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
