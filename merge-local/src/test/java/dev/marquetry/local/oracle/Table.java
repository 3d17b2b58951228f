/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * A table in memory and the file it is written to: {@code rows.get(r)[c]} is the physical value of column c in row
 * r, or null.
 */
public record Table(Path file, List<Column> columns, List<Object[]> rows, Layout layout) {
    /** Returns the file's name. */
    public String name() {
        return file.getFileName().toString();
    }

    MessageType schema() {
        return new MessageType(
                "table",
                columns.stream().map(Column::primitive).map(Type.class::cast).toList());
    }

    /** Returns the place of {@code column}. */
    public int indexOf(String column) {
        for (int c = 0; c < columns.size(); c++) {
            if (columns.get(c).name().equals(column)) {
                return c;
            }
        }
        throw new IllegalArgumentException(name() + " has no column " + column);
    }
}
