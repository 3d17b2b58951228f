/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

/** Thrift's own numbers for types, whatever the protocol; parquet's shaded copy of thrift lacks them. */
final class ThriftType {
    static final byte BOOL = 2;
    static final byte BYTE = 3;
    static final byte DOUBLE = 4;
    static final byte I16 = 6;
    static final byte I32 = 8;
    static final byte I64 = 10;
    static final byte STRING = 11;
    static final byte STRUCT = 12;
    static final byte LIST = 15;

    private ThriftType() {}
}
