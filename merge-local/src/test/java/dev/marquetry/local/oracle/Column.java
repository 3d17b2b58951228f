/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import org.apache.parquet.schema.PrimitiveType;

/** A column of a table: its name, type and whether it is REQUIRED. */
public record Column(String name, ColumnType type, boolean required) {
    PrimitiveType primitive() {
        return type.primitive(name, required);
    }

    Column optional() {
        return new Column(name, type, false);
    }
}
