/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;

/** Finds things in a file's bytes by its footer. */
public final class Footers {
    private Footers() {}

    /** Returns the footer at the end of {@code file}. */
    public static FileMetaData of(byte[] file) throws IOException {
        int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
        return Util.readFileMetaData(new ByteArrayInputStream(file, file.length - 8 - length, length));
    }

    /** Returns where the pages of a chunk begin. */
    public static long begin(ColumnMetaData chunk) {
        boolean hasDictionary = chunk.isSetDictionary_page_offset() && chunk.getDictionary_page_offset() > 0;
        return hasDictionary
                ? Math.min(chunk.getDictionary_page_offset(), chunk.getData_page_offset())
                : chunk.getData_page_offset();
    }

    /** Returns the chunk of {@code column} in {@code rowGroup}. */
    public static ColumnMetaData chunk(byte[] file, int rowGroup, int column) throws IOException {
        return of(file).getRow_groups().get(rowGroup).getColumns().get(column).getMeta_data();
    }

    /** Returns the first byte behind the last page. */
    public static long endOfPages(byte[] file) throws IOException {
        return of(file).getRow_groups().stream()
                .flatMap(group -> group.getColumns().stream())
                .map(ColumnChunk::getMeta_data)
                .mapToLong(chunk -> begin(chunk) + chunk.getTotal_compressed_size())
                .max()
                .orElseThrow();
    }
}
