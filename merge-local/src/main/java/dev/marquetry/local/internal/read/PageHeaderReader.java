/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.local.internal.format.CompactReader;
import dev.marquetry.local.internal.format.CompactReader.Fields;
import dev.marquetry.local.internal.format.DescriptionReader;
import dev.marquetry.local.internal.format.Kind;
import dev.marquetry.local.internal.format.MalformedException;
import java.io.IOException;
import org.apache.parquet.format.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * Reads page headers without making an object but for statistics, for a wide merge reads a hundred thousand of them. What a
 * header does not tell is -1. Not thread-safe.
 */
final class PageHeaderReader {
    /** Page types of parquet.thrift. */
    static final int DATA_PAGE = 0;

    static final int DICTIONARY_PAGE = 2;
    static final int DATA_PAGE_V2 = 3;

    int type;
    int rawLength;
    int bodyLength;
    long crc;
    int values;
    int nulls;
    int rows;
    int encoding;
    int levelEncoding;
    int levelBytes;
    int repetitionBytes;
    boolean compressed;
    boolean hasDataHeader;

    @Nullable
    Statistics statistics;

    private final CompactReader in = new CompactReader();
    private final Fields<PageHeaderReader> fields = PageHeaderReader::take;
    private final Fields<PageHeaderReader> fieldsOfV1 = PageHeaderReader::takeOfV1;
    private final Fields<PageHeaderReader> fieldsOfV2 = PageHeaderReader::takeOfV2;
    private final DescriptionReader descriptions = new DescriptionReader(in);

    /**
     * Reads the header that begins at {@code from} and returns its length.
     *
     * @throws MalformedException.Truncated if it does not end before {@code to}
     * @throws MalformedException if it is no header
     */
    int read(byte[] bytes, int from, int to) throws IOException {
        in.open(bytes, from, to);
        reset();
        in.struct(this, fields);
        if (type == -1 || rawLength == -1 || bodyLength == -1) {
            throw new MalformedException("a page header lacks its type or a length");
        }
        return (int) in.position();
    }

    private void take(int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.I32 -> type = in.i32();
            case 2 << 4 | Kind.I32 -> rawLength = in.i32();
            case 3 << 4 | Kind.I32 -> bodyLength = in.i32();
            case 4 << 4 | Kind.I32 -> crc = in.i32() & 0xffffffffL;
            case 5 << 4 | Kind.STRUCT -> takeInner(fieldsOfV1);
            case 7 << 4 | Kind.STRUCT -> takeInner(PageHeaderReader::takeOfDictionary);
            case 8 << 4 | Kind.STRUCT -> takeInner(fieldsOfV2);
            default -> in.skip(field);
        }
    }

    private void takeInner(Fields<PageHeaderReader> inner) throws IOException {
        hasDataHeader = true;
        in.struct(this, inner);
    }

    private void reset() {
        type = -1;
        rawLength = -1;
        bodyLength = -1;
        crc = -1;
        values = -1;
        nulls = -1;
        rows = -1;
        encoding = -1;
        levelEncoding = -1;
        levelBytes = -1;
        repetitionBytes = 0;
        compressed = true;
        hasDataHeader = false;
        statistics = null;
    }

    private void takeOfV1(int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.I32 -> values = in.i32();
            case 2 << 4 | Kind.I32 -> encoding = in.i32();
            case 3 << 4 | Kind.I32 -> levelEncoding = in.i32();
            case 5 << 4 | Kind.STRUCT -> statistics = descriptions.statistics();
            default -> in.skip(field);
        }
    }

    private void takeOfDictionary(int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.I32 -> values = in.i32();
            case 2 << 4 | Kind.I32 -> encoding = in.i32();
            default -> in.skip(field);
        }
    }

    private void takeOfV2(int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.I32 -> values = in.i32();
            case 2 << 4 | Kind.I32 -> nulls = in.i32();
            case 3 << 4 | Kind.I32 -> rows = in.i32();
            case 4 << 4 | Kind.I32 -> encoding = in.i32();
            case 5 << 4 | Kind.I32 -> levelBytes = in.i32();
            case 6 << 4 | Kind.I32 -> repetitionBytes = in.i32();
            case 7 << 4 | Kind.TRUE, 7 << 4 | Kind.FALSE -> compressed = in.bool(field);
            case 8 << 4 | Kind.STRUCT -> statistics = descriptions.statistics();
            default -> in.skip(field);
        }
    }
}
