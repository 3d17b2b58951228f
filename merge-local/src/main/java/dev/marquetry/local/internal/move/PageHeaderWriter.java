/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.format.CompactWriter;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageType;

/** Writes page headers without making an object, as parquet.thrift describes them. Not thread-safe. */
final class PageHeaderWriter {
    /** No header is longer. */
    static final int MAX_LENGTH = 64;

    private final CompactWriter out = new CompactWriter(2 * MAX_LENGTH);

    byte[] bytes() {
        return out.bytes();
    }

    /** Writes the header of a data page V1 and returns its length. */
    int dataV1(int rawLength, int bodyLength, int crc, int rows, Encoding encoding) {
        begin(PageType.DATA_PAGE, rawLength, bodyLength, crc);
        out.begin(5);
        out.i32(1, rows);
        out.i32(2, encoding.getValue());
        out.i32(3, Encoding.RLE.getValue());
        out.i32(4, Encoding.RLE.getValue());
        return end();
    }

    /** Writes the header of a data page V2 and returns its length. */
    int dataV2(
            int rawLength,
            int bodyLength,
            int crc,
            int rows,
            int nulls,
            Encoding encoding,
            int levelBytes,
            boolean compressed) {
        begin(PageType.DATA_PAGE_V2, rawLength, bodyLength, crc);
        out.begin(8);
        out.i32(1, rows);
        out.i32(2, nulls);
        out.i32(3, rows);
        out.i32(4, encoding.getValue());
        out.i32(5, levelBytes);
        out.i32(6, 0);
        out.bool(7, compressed);
        return end();
    }

    /** Writes the header of a dictionary page and returns its length. */
    int dictionary(int rawLength, int bodyLength, int crc, int values) {
        begin(PageType.DICTIONARY_PAGE, rawLength, bodyLength, crc);
        out.begin(7);
        out.i32(1, values);
        out.i32(2, Encoding.PLAIN.getValue());
        return end();
    }

    private void begin(PageType type, int rawLength, int bodyLength, int crc) {
        out.clear();
        out.begin();
        out.i32(1, type.getValue());
        out.i32(2, rawLength);
        out.i32(3, bodyLength);
        out.i32(4, crc);
    }

    private int end() {
        out.end();
        out.end();
        return out.length();
    }
}
