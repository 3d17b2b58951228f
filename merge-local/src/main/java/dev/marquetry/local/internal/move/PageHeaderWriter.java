/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.page.LittleEndian;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageType;

/**
 * Writes page headers in thrift's compact protocol without making an object: the structures of parquet.thrift (PageHeader,
 * DataPageHeader, DataPageHeaderV2, DictionaryPageHeader), fields in order, each a byte of {@code id difference << 4 |
 * type} and a zigzag varint.
 */
final class PageHeaderWriter {
    /** No header is longer. */
    static final int MAX_LENGTH = 64;

    private static final int I32 = 5;
    private static final int STRUCT = 12;
    private static final int TRUE = 1;
    private static final int FALSE = 2;

    private final byte[] bytes = new byte[MAX_LENGTH];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    /** Writes the header of a data page V1 and returns its length. */
    int dataV1(int rawLength, int bodyLength, int crc, int rows, Encoding encoding) {
        begin(PageType.DATA_PAGE, rawLength, bodyLength, crc);
        bytes[length++] = (byte) (1 << 4 | STRUCT); // 5: data_page_header
        number(1, rows);
        number(1, encoding.getValue());
        number(1, Encoding.RLE.getValue());
        number(1, Encoding.RLE.getValue());
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
        bytes[length++] = (byte) (4 << 4 | STRUCT); // 8: data_page_header_v2
        number(1, rows);
        number(1, nulls);
        number(1, rows);
        number(1, encoding.getValue());
        number(1, levelBytes);
        number(1, 0);
        bytes[length++] = (byte) (1 << 4 | (compressed ? TRUE : FALSE));
        return end();
    }

    /** Writes the header of a dictionary page and returns its length. */
    int dictionary(int rawLength, int bodyLength, int crc, int values) {
        begin(PageType.DICTIONARY_PAGE, rawLength, bodyLength, crc);
        bytes[length++] = (byte) (3 << 4 | STRUCT); // 7: dictionary_page_header
        number(1, values);
        number(1, Encoding.PLAIN.getValue());
        return end();
    }

    private void begin(PageType type, int rawLength, int bodyLength, int crc) {
        length = 0;
        number(1, type.getValue());
        number(1, rawLength);
        number(1, bodyLength);
        number(1, crc);
    }

    private void number(int idDifference, int value) {
        bytes[length++] = (byte) (idDifference << 4 | I32);
        length = LittleEndian.putVarint(bytes, length, value << 1 ^ value >> 31);
    }

    private int end() {
        bytes[length++] = 0; // end of the inner structure
        bytes[length++] = 0; // end of PageHeader
        return length;
    }
}
