/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * One page of a column chunk, as its header tells. For a dictionary page {@code rows} are its values and {@code ordinal}
 * is -1.
 *
 * @param isV2 whether it is a data page V2, whose levels lie before the compressed part
 * @param ordinal its place among the chunk's data pages, from 0
 * @param firstRow its first row in the file
 * @param rows its rows
 * @param encoding of its values
 * @param nulls its null rows, or -1 if the header does not tell
 * @param levelBytes for V2 the bytes of definition levels, else 0
 * @param isCompressed whether the body, for V2 the part behind the levels, is compressed
 * @param headerAt offset of its header in the file
 * @param headerLength bytes of its header
 * @param bodyLength bytes of its body as stored
 * @param rawLength bytes of its body decompressed, levels included
 * @param crc the CRC-32 of the stored body as a non-negative number, or -1 if the page has none
 * @param statistics what the header tells of the values, if anything
 */
public record Page(
        boolean isV2,
        int ordinal,
        int firstRow,
        int rows,
        Encoding encoding,
        int nulls,
        int levelBytes,
        boolean isCompressed,
        long headerAt,
        int headerLength,
        int bodyLength,
        int rawLength,
        long crc,
        @Nullable Statistics statistics) {

    /** Returns the row behind its last, in the file. */
    public int endRow() {
        return firstRow + rows;
    }

    /** Returns the offset behind its last byte, in the file. */
    public long end() {
        return headerAt + headerLength + bodyLength;
    }

    /** Returns whether its values are indices into the chunk's dictionary. */
    public boolean isDictionaryEncoded() {
        return encoding == Encoding.RLE_DICTIONARY || encoding == Encoding.PLAIN_DICTIONARY;
    }
}
