/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TField;
import shaded.parquet.org.apache.thrift.transport.TTransport;

/**
 * Writes what the protocol allows and thrift itself never writes: every field's number in full, and before every field one
 * that nobody knows, of each kind in turn, so that numbers run backwards besides.
 */
final class LooseProtocol extends TCompactProtocol {
    private static final byte[][] UNKNOWN = {
        {Kind.TRUE, (byte) 200, 1},
        {Kind.FALSE, (byte) 200, 1},
        {Kind.BYTE, (byte) 200, 1, 7},
        {Kind.I16, (byte) 200, 1, 9},
        {Kind.I32, (byte) 200, 1, (byte) 0x80, 1},
        {Kind.I64, (byte) 200, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
        {Kind.DOUBLE, (byte) 200, 1, 1, 2, 3, 4, 5, 6, 7, 8},
        {Kind.BINARY, (byte) 200, 1, 3, 'a', 'b', 'c'},
        {Kind.LIST, (byte) 200, 1, 0x21, 1, 2},
        {Kind.LIST, (byte) 200, 1, 0x3c, 0, 0x15, 2, 0, 0},
        {Kind.SET, (byte) 200, 1, 0x25, 2, 4},
        {Kind.MAP, (byte) 200, 1, 0},
        {Kind.MAP, (byte) 200, 1, 1, (byte) 0x85, 1, 'k', 6},
        {Kind.STRUCT, (byte) 200, 1, 0x1c, 0x15, 2, 0x19, 0x18, 1, 'z', 0, 0},
    };

    private int next;
    private boolean isBool;
    private short boolId;

    LooseProtocol(TTransport transport) {
        super(transport);
    }

    @Override
    public void writeFieldBegin(TField field) throws TException {
        byte[] unknown = UNKNOWN[next++ % UNKNOWN.length];
        trans_.write(unknown, 0, unknown.length);
        isBool = field.type == ThriftType.BOOL;
        boolId = field.id;
        if (!isBool) {
            head(kind(field.type), field.id);
        }
    }

    @Override
    public void writeBool(boolean value) throws TException {
        if (isBool) {
            isBool = false;
            head(value ? Kind.TRUE : Kind.FALSE, boolId);
        } else {
            super.writeBool(value);
        }
    }

    private void head(int kind, short id) throws TException {
        trans_.write(new byte[] {(byte) kind});
        writeI16(id);
    }

    private static int kind(byte type) {
        return switch (type) {
            case ThriftType.BYTE -> Kind.BYTE;
            case ThriftType.I16 -> Kind.I16;
            case ThriftType.I32 -> Kind.I32;
            case ThriftType.I64 -> Kind.I64;
            case ThriftType.DOUBLE -> Kind.DOUBLE;
            case ThriftType.STRING -> Kind.BINARY;
            case ThriftType.STRUCT -> Kind.STRUCT;
            case ThriftType.LIST -> Kind.LIST;
            default -> throw new AssertionError("type " + type);
        };
    }
}
