/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

import org.apache.parquet.schema.ColumnOrder;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * One column of a sampled file.
 *
 * @param stream what sets its values apart, see {@link SampleValues#stream}
 * @param withNulls whether some of its values are null
 * @param compressible whether its values change little from row to row
 */
record SampleColumn(String name, ColumnKind kind, long stream, boolean withNulls, boolean compressible) {
    /** Returns the bits of the value in row {@code keyRow}. */
    long bits(long keyRow) {
        if (kind == ColumnKind.INSTANT) {
            return SampleSpec.key(keyRow);
        }
        return compressible ? SampleValues.calmBits(stream, keyRow) : SampleValues.bits(stream, keyRow);
    }

    /** Returns the value in row {@code keyRow} of the spine if the file has that row. */
    @Nullable
    Object value(long keyRow) {
        long bits = bits(keyRow);
        return withNulls && SampleValues.isNull(bits) ? null : kind.value(bits);
    }

    /** Returns the type in the file's schema: OPTIONAL, as data frames are written. */
    PrimitiveType type() {
        return Types.optional(kind.physical())
                .as(kind.logical())
                .columnOrder(ColumnOrder.typeDefined())
                .named(name);
    }
}
