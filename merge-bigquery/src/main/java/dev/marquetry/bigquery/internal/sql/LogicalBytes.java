/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sql;

import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemoteFile;

/** Bytes as BigQuery counts them for scans and storage: fixed by type, zero for null. */
public final class LogicalBytes {
    /** Bytes of a row number, and of every other integer and floating-point number: {@value}. */
    public static final long NUMBER = 8;

    private static final long LENGTH_PREFIX = 2;

    private LogicalBytes() {}

    /** Returns the bytes of a column's values. */
    public static long of(RemoteColumn column) {
        return switch (column.type()) {
            case BOOLEAN -> column.values();
            case INTEGER, FLOATING -> NUMBER * column.values();
            case BYTES -> LENGTH_PREFIX * column.values() + column.bytes();
        };
    }

    /** Returns the bytes of the table that a feature file is loaded into, its row numbers included. */
    public static long of(RemoteFile file) {
        long bytes = NUMBER * file.rows();
        for (RemoteColumn column : file.columns()) {
            bytes += of(column);
        }
        return bytes;
    }
}
