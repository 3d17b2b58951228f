/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.InvalidInputException;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.source.Input;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.jspecify.annotations.Nullable;

/**
 * A column chunk of an open input file.
 *
 * @param channel the open file
 * @param file what is known of it
 * @param group the row group
 * @param column the column
 * @param description the chunk's description in the footer
 * @param firstRow the row group's first row in the file
 */
public record SourceChunk(
        Input channel, InputFile file, int group, InputColumn column, ColumnChunk description, int firstRow) {

    /** Returns the part of the description that places and measures the chunk. */
    public ColumnMetaData meta() {
        return description.getMeta_data();
    }

    /** Returns the rows of the chunk. */
    public int rows() {
        return file.rows(group);
    }

    /** Returns the error for a chunk that can not be read, naming file, row group and column. */
    public InvalidInputException corrupt(String what, @Nullable Throwable cause) {
        return new InvalidInputException(
                "[" + file.name() + "] Cannot read row group " + group + " column '" + column.name() + "': " + what
                        + "; the file is corrupt, write it again",
                cause);
    }
}
