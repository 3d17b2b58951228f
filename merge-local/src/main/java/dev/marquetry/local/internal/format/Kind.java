/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

/** The kinds of values that thrift's compact protocol tells apart, as the numbers that stand for them. */
public final class Kind {
    /** A boolean field that is true; it has no bytes of its own. */
    public static final int TRUE = 1;

    /** A boolean field that is false, likewise. */
    public static final int FALSE = 2;

    public static final int BYTE = 3;
    public static final int I16 = 4;
    public static final int I32 = 5;
    public static final int I64 = 6;
    public static final int DOUBLE = 7;
    public static final int BINARY = 8;
    public static final int LIST = 9;
    public static final int SET = 10;
    public static final int MAP = 11;
    public static final int STRUCT = 12;

    private Kind() {}
}
