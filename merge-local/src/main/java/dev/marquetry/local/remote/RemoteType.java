/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

/**
 * How a column's values travel: in the few types that every engine keeps exactly. What they mean, which a staged file does
 * not say, is put back by the local engine.
 */
public enum RemoteType {
    /** Truth values. */
    BOOLEAN,
    /** Signed integers of 32 or 64 bits; an engine may widen them. Dates, times and timestamps travel as their numbers. */
    INTEGER,
    /** Floating-point numbers of 32 or 64 bits; an engine may widen them. */
    FLOATING,
    /** Bytes of any length: text, binary, fixed-length values, INT96. */
    BYTES
}
