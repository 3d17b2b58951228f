/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import org.apache.parquet.format.SchemaElement;

/**
 * One column of the output.
 *
 * @param index its place in the output, from 0
 * @param file the input file it comes from: 0 for the spine, 1 for the first feature file
 * @param source its column there
 * @param schema its schema element in the output: under its new name, OPTIONAL if it is a feature
 */
public record OutputColumn(int index, int file, InputColumn source, SchemaElement schema) {
    /** Returns its name in the output. */
    public String name() {
        return schema.getName();
    }

    /** Returns whether pages need definition levels that the source's pages lack. */
    public boolean gainsLevels() {
        return source.isRequired() && file > 0;
    }
}
