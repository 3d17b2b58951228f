/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import java.io.ByteArrayInputStream;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Statistics;
import org.jspecify.annotations.Nullable;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.transport.TIOStreamTransport;

/**
 * Reads page headers in thrift's compact protocol without making an object but for statistics, for a wide merge reads a
 * hundred thousand of them. Structures and field numbers are those of parquet.thrift; fields it does not know are skipped.
 * Not thread-safe.
 */
final class PageHeaderReader {
    /** Page types of parquet.thrift. */
    static final int DATA_PAGE = 0;

    static final int DICTIONARY_PAGE = 2;
    static final int DATA_PAGE_V2 = 3;

    private static final int TRUE = 1;
    private static final int FALSE = 2;
    private static final int BYTE = 3;
    private static final int I64 = 6;
    private static final int DOUBLE = 7;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int SET = 10;
    private static final int MAP = 11;
    private static final int STRUCT = 12;
    private static final int MAX_DEPTH = 16;
    private static final Encoding[] ENCODINGS = encodings();

    int type;
    int rawLength;
    int bodyLength;
    long crc;
    int values;
    int nulls;
    int rows;
    int encoding;
    int levelEncoding;
    int levelBytes;
    int repetitionBytes;
    boolean compressed;
    boolean hasDataHeader;

    @Nullable
    Statistics statistics;

    private byte[] bytes = {};
    private int at;
    private int end;

    /** The header does not end where the bytes do. */
    static final class Truncated extends Exception {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("StaticAssignmentOfThrowable") // has no stack trace and takes no suppressed ones
        private static final Truncated INSTANCE = new Truncated();

        private Truncated() {
            super("page header is cut", null, false, false);
        }
    }

    private static Encoding[] encodings() {
        Encoding[] all = new Encoding[16];
        for (Encoding encoding : Encoding.values()) {
            all[encoding.getValue()] = encoding;
        }
        return all;
    }

    /** Returns the encoding of number {@code value}, or null if the format has none. */
    static @Nullable Encoding encodingOf(int value) {
        return value < 0 || value >= ENCODINGS.length ? null : ENCODINGS[value];
    }

    /**
     * Reads the header that begins at {@code from} and returns its length.
     *
     * @throws Truncated if it does not end before {@code to}
     * @throws TException if it is no header
     */
    int read(byte[] in, int from, int to) throws Truncated, TException {
        bytes = in;
        at = from;
        end = to;
        type = -1;
        rawLength = -1;
        bodyLength = -1;
        crc = -1;
        values = -1;
        nulls = -1;
        rows = -1;
        encoding = -1;
        levelEncoding = -1;
        levelBytes = -1;
        repetitionBytes = 0;
        compressed = true;
        hasDataHeader = false;
        statistics = null;
        int id = 0;
        for (int head = next(); head != 0; head = next()) {
            id = fieldId(head, id);
            int kind = head & 15;
            switch (id) {
                case 1 -> type = number(kind);
                case 2 -> rawLength = number(kind);
                case 3 -> bodyLength = number(kind);
                case 4 -> crc = number(kind) & 0xffffffffL;
                case 5, 7, 8 -> readInner(id, kind);
                default -> skip(kind, 0);
            }
        }
        return at - from;
    }

    private void readInner(int outer, int outerKind) throws Truncated, TException {
        if (outerKind != STRUCT) {
            throw new TException("field " + outer + " of a page header is no structure");
        }
        hasDataHeader = true;
        boolean v2 = outer == 8;
        int id = 0;
        for (int head = next(); head != 0; head = next()) {
            id = fieldId(head, id);
            int kind = head & 15;
            if (outer == 7 && id > 2) {
                skip(kind, 0);
            } else if (id == 1) {
                values = number(kind);
            } else if (id == 2 && v2) {
                nulls = number(kind);
            } else if (id == 3 && v2) {
                rows = number(kind);
            } else if (id == (v2 ? 4 : 2)) {
                encoding = number(kind);
            } else if (id == 3) {
                levelEncoding = number(kind);
            } else if (id == 5 && v2) {
                levelBytes = number(kind);
            } else if (id == 6 && v2) {
                repetitionBytes = number(kind);
            } else if (id == 7 && v2) {
                compressed = kind == TRUE;
            } else if (id == (v2 ? 8 : 5) && kind == STRUCT) {
                readStatistics();
            } else {
                skip(kind, 0);
            }
        }
    }

    private void readStatistics() throws Truncated, TException {
        int begin = at;
        skip(STRUCT, 0);
        Statistics read = new Statistics();
        read.read(new TCompactProtocol(new TIOStreamTransport(new ByteArrayInputStream(bytes, begin, at - begin))));
        statistics = read;
    }

    private int next() throws Truncated {
        if (at >= end) {
            throw Truncated.INSTANCE;
        }
        return bytes[at++] & 255;
    }

    private int fieldId(int head, int last) throws Truncated, TException {
        return head >>> 4 == 0 ? (int) zigzag() : last + (head >>> 4);
    }

    private int number(int kind) throws Truncated, TException {
        if (kind < BYTE || kind > I64) {
            throw new TException("a number was expected but there is a value of kind " + kind);
        }
        return (int) zigzag();
    }

    private long zigzag() throws Truncated, TException {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    private long varint() throws Truncated, TException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = next();
            value |= (long) (b & 127) << shift;
            if (b < 128) {
                return value;
            }
        }
        throw new TException("a number has more than ten bytes");
    }

    private void skip(int kind, int depth) throws Truncated, TException {
        if (depth > MAX_DEPTH) {
            throw new TException("structures are nested too deep");
        }
        switch (kind) {
            case TRUE, FALSE -> {}
            case BYTE -> skipBytes(1);
            case 4, 5, I64 -> varint();
            case DOUBLE -> skipBytes(8);
            case BINARY -> skipBytes(varint());
            case LIST, SET -> {
                int head = next();
                long size = head >>> 4 == 15 ? varint() : head >>> 4;
                for (long i = 0; i < size; i++) {
                    skipElement(head & 15, depth + 1);
                }
            }
            case MAP -> {
                long size = varint();
                int kinds = size == 0 ? 0 : next();
                for (long i = 0; i < size; i++) {
                    skipElement(kinds >>> 4, depth + 1);
                    skipElement(kinds & 15, depth + 1);
                }
            }
            case STRUCT -> {
                for (int head = next(); head != 0; head = next()) {
                    if (head >>> 4 == 0) {
                        zigzag();
                    }
                    skip(head & 15, depth + 1);
                }
            }
            default -> throw new TException("there is no kind " + kind);
        }
    }

    /** Skips an element of a collection, where booleans take a byte. */
    private void skipElement(int kind, int depth) throws Truncated, TException {
        if (kind == TRUE || kind == FALSE) {
            skipBytes(1);
        } else {
            skip(kind, depth);
        }
    }

    private void skipBytes(long count) throws Truncated {
        if (count < 0 || count > end - at) {
            throw Truncated.INSTANCE;
        }
        at += (int) count;
    }
}
