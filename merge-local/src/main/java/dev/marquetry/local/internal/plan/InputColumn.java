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
 */
public record InputColumn(
        int index, SchemaElement schema, @Nullable ColumnOrder order) {
    /** Returns the column's name. */
    public String name() {
        return schema.getName();
    }

    /** Returns whether the column can not be null, so that its pages have no definition levels. */
    public boolean isRequired() {
        return schema.getRepetition_type() == FieldRepetitionType.REQUIRED;
    }
}
