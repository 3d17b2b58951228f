/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * One flat column of an input file.
 *
 * @param index its place among the file's columns, from 0
 * @param schema its schema element
 * @param order the order its statistics were made under, or null if the footer does not say
 * @param stored the schema element its pages were written under, if values in it have to be restored to those of {@code
 *     schema}, or null
 */
public record InputColumn(
        int index,
        SchemaElement schema,
        @Nullable ColumnOrder order,
        @Nullable SchemaElement stored) {
    /** Describes a column whose pages hold what its schema element says. */
    public InputColumn(int index, SchemaElement schema, @Nullable ColumnOrder order) {
        this(index, schema, order, null);
    }

    /** Returns the column's name. */
    public String name() {
        return schema.getName();
    }

    /** Returns whether the pages hold wider values than the column has, so that none can go through undecoded. */
    public boolean isRestored() {
        return stored != null;
    }

    /** Returns the schema element that the pages were written under. */
    public SchemaElement storedSchema() {
        return stored == null ? schema : stored;
    }

    /** Returns whether the column can not be null, so that its pages have no definition levels. */
    public boolean isRequired() {
        return schema.getRepetition_type() == FieldRepetitionType.REQUIRED;
    }
}
