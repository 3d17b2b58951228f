/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.local.internal.page.LittleEndian;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import shaded.parquet.org.apache.thrift.TBase;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.transport.TIOStreamTransport;
import shaded.parquet.org.apache.thrift.transport.TTransportException;

/**
 * Writes thrift's compact protocol piece by piece, so that a structure can be written whose parts are not all in memory.
 * Field numbers are those of parquet.thrift. Not thread-safe.
 */
final class CompactWriter {
    static final int BINARY = 8;
    static final int LIST = 9;
    static final int STRUCT = 12;
    private static final int I16 = 4;
    private static final int I32 = 5;
    private static final int I64 = 6;
    private static final int MAX_DEPTH = 4;

    private final OutputStream out;
    private final TCompactProtocol protocol;
    private final byte[] small = new byte[16];
    private final int[] lastField = new int[MAX_DEPTH];
    private int depth;

    CompactWriter(OutputStream out) throws IOException {
        this.out = out;
        try {
            protocol = new TCompactProtocol(new TIOStreamTransport(out));
        } catch (TTransportException e) {
            throw new IOException(e);
        }
    }

    /** Writes the header of field {@code id} of the structure begun last. */
    void field(int id, int type) throws IOException {
        int difference = id - lastField[depth];
        if (difference > 0 && difference <= 15) {
            out.write(difference << 4 | type);
        } else {
            longField(id, type);
        }
        lastField[depth] = id;
    }

    /** Writes a field header that does not depend on the field before it. */
    void longField(int id, int type) throws IOException {
        out.write(type);
        varint((long) id << 1);
    }

    void i16(int id, int value) throws IOException {
        field(id, I16);
        zigzag(value);
    }

    void i32(int id, int value) throws IOException {
        field(id, I32);
        zigzag(value);
    }

    void i64(int id, long value) throws IOException {
        field(id, I64);
        zigzag(value);
    }

    /** Writes an i64 field whatever came before it. */
    void looseI64(int id, long value) throws IOException {
        longField(id, I64);
        zigzag(value);
    }

    /** Writes an i32 field whatever came before it. */
    void looseI32(int id, int value) throws IOException {
        longField(id, I32);
        zigzag(value);
    }

    void string(int id, String value) throws IOException {
        field(id, BINARY);
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        varint(bytes.length);
        out.write(bytes);
    }

    /** Writes the header of a list field of {@code size} structures. */
    void structs(int id, int size) throws IOException {
        field(id, LIST);
        if (size < 15) {
            out.write(size << 4 | STRUCT);
        } else {
            out.write(0xF0 | STRUCT);
            varint(size);
        }
    }

    /** Writes a whole structure. */
    void struct(TBase<?, ?> value) throws IOException {
        try {
            value.write(protocol);
        } catch (TException e) {
            throw new IOException(e);
        }
    }

    void begin() {
        lastField[++depth] = 0;
    }

    void end() throws IOException {
        out.write(0);
        depth--;
    }

    private void zigzag(long value) throws IOException {
        varint(value << 1 ^ value >> 63);
    }

    private void varint(long value) throws IOException {
        out.write(small, 0, LittleEndian.putVarlong(small, 0, value));
    }
}
