/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.BoundingBox;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnCryptoMetaData;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.GeospatialStatistics;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.SizeStatistics;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;

/**
 * Reads the descriptions of column chunks. A chunk's path in the schema is never kept, only that there is one: a flat
 * column's is its name. Of what is encrypted, too, only its presence is kept. Not thread-safe.
 */
public final class DescriptionReader {
    private final CompactReader in;
    private final List<Encoding> read = new ArrayList<>();
    private List<Encoding> encodings = List.of();

    /** Reads from {@code in}. */
    public DescriptionReader(CompactReader in) {
        this.in = in;
    }

    /** Reads a ColumnChunk with everything that an output may carry over. */
    public ColumnChunk whole() throws IOException {
        return chunk(true);
    }

    /** Reads what places and measures a ColumnChunk; indexes, encodings and statistics are left out. */
    public ColumnChunk outline() throws IOException {
        return chunk(false);
    }

    private ColumnChunk chunk(boolean whole) throws IOException {
        ColumnChunk chunk = new ColumnChunk();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.BINARY -> chunk.setFile_path(in.string());
                case 2 << 4 | Kind.I64 -> chunk.setFile_offset(in.i64());
                case 3 << 4 | Kind.STRUCT -> chunk.setMeta_data(meta(whole));
                case 4 << 4 | Kind.I64 -> chunk.setOffset_index_offset(in.i64());
                case 5 << 4 | Kind.I32 -> chunk.setOffset_index_length(in.i32());
                case 6 << 4 | Kind.I64 -> chunk.setColumn_index_offset(in.i64());
                case 7 << 4 | Kind.I32 -> chunk.setColumn_index_length(in.i32());
                case 8 << 4 | Kind.STRUCT -> {
                    chunk.setCrypto_metadata(new ColumnCryptoMetaData());
                    in.skip(field);
                }
                case 9 << 4 | Kind.BINARY -> {
                    chunk.setEncrypted_column_metadata(ByteBuffer.allocate(0));
                    in.skip(field);
                }
                default -> in.skip(field);
            }
        }
        MalformedException.unless(chunk.isSetFile_offset(), "column chunk");
        return chunk;
    }

    private ColumnMetaData meta(boolean whole) throws IOException {
        ColumnMetaData meta = new ColumnMetaData();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            if (whole) {
                takeAny(meta, field);
            } else {
                takeOutline(meta, field);
            }
        }
        MalformedException.unless(
                meta.isSetType()
                        && meta.isSetEncodings()
                        && meta.isSetPath_in_schema()
                        && meta.isSetCodec()
                        && meta.isSetNum_values()
                        && meta.isSetTotal_uncompressed_size()
                        && meta.isSetTotal_compressed_size()
                        && meta.isSetData_page_offset(),
                "column chunk's meta data");
        return meta;
    }

    private void takeOutline(ColumnMetaData meta, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.I32 -> meta.setType(Type.findByValue(in.i32()));
            case 2 << 4 | Kind.LIST -> {
                meta.setEncodings(List.of());
                in.skip(field);
            }
            case 3 << 4 | Kind.LIST -> {
                meta.setPath_in_schema(List.of());
                in.skip(field);
            }
            case 4 << 4 | Kind.I32 -> meta.setCodec(CompressionCodec.findByValue(in.i32()));
            case 5 << 4 | Kind.I64 -> meta.setNum_values(in.i64());
            case 6 << 4 | Kind.I64 -> meta.setTotal_uncompressed_size(in.i64());
            case 7 << 4 | Kind.I64 -> meta.setTotal_compressed_size(in.i64());
            case 9 << 4 | Kind.I64 -> meta.setData_page_offset(in.i64());
            case 11 << 4 | Kind.I64 -> meta.setDictionary_page_offset(in.i64());
            default -> in.skip(field);
        }
    }

    private void takeAny(ColumnMetaData meta, int field) throws IOException {
        switch (field) {
            case 2 << 4 | Kind.LIST -> meta.setEncodings(encodings());
            case 8 << 4 | Kind.LIST -> meta.setKey_value_metadata(keyValues());
            case 10 << 4 | Kind.I64 -> meta.setIndex_page_offset(in.i64());
            case 12 << 4 | Kind.STRUCT -> meta.setStatistics(statistics());
            case 13 << 4 | Kind.LIST -> meta.setEncoding_stats(encodingStats());
            case 14 << 4 | Kind.I64 -> meta.setBloom_filter_offset(in.i64());
            case 15 << 4 | Kind.I32 -> meta.setBloom_filter_length(in.i32());
            case 16 << 4 | Kind.STRUCT -> meta.setSize_statistics(sizes());
            case 17 << 4 | Kind.STRUCT -> meta.setGeospatial_statistics(geospatial());
            default -> takeOutline(meta, field);
        }
    }

    /** Reads encodings, leaving out those that are not known; chunks in a row mostly have the same and share a list. */
    private List<Encoding> encodings() throws IOException {
        read.clear();
        for (int n = in.list(Kind.I32); n > 0; n--) {
            Encoding encoding = Encoding.findByValue(in.i32());
            if (encoding != null) {
                read.add(encoding);
            }
        }
        if (!read.equals(encodings)) {
            encodings = List.copyOf(read);
        }
        return encodings;
    }

    private List<KeyValue> keyValues() throws IOException {
        SchemaReader reader = new SchemaReader(in);
        int size = in.list(Kind.STRUCT);
        List<KeyValue> entries = CompactReader.room(size);
        for (int i = 0; i < size; i++) {
            entries.add(reader.keyValue());
        }
        return entries;
    }

    private List<PageEncodingStats> encodingStats() throws IOException {
        int size = in.list(Kind.STRUCT);
        List<PageEncodingStats> all = CompactReader.room(size);
        for (int i = 0; i < size; i++) {
            PageEncodingStats stats = new PageEncodingStats();
            for (int field = in.field(0); field != 0; field = in.field(field)) {
                switch (field) {
                    case 1 << 4 | Kind.I32 -> stats.setPage_type(PageType.findByValue(in.i32()));
                    case 2 << 4 | Kind.I32 -> stats.setEncoding(Encoding.findByValue(in.i32()));
                    case 3 << 4 | Kind.I32 -> stats.setCount(in.i32());
                    default -> in.skip(field);
                }
            }
            MalformedException.unless(
                    stats.isSetPage_type() && stats.isSetEncoding() && stats.isSetCount(), "page encoding's count");
            all.add(stats);
        }
        return all;
    }

    /** Reads Statistics. */
    public Statistics statistics() throws IOException {
        Statistics statistics = new Statistics();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) { // bytes go into fields, for setters copy them
                case 1 << 4 | Kind.BINARY -> statistics.max = in.binary();
                case 2 << 4 | Kind.BINARY -> statistics.min = in.binary();
                case 3 << 4 | Kind.I64 -> statistics.setNull_count(in.i64());
                case 4 << 4 | Kind.I64 -> statistics.setDistinct_count(in.i64());
                case 5 << 4 | Kind.BINARY -> statistics.max_value = in.binary();
                case 6 << 4 | Kind.BINARY -> statistics.min_value = in.binary();
                case 7 << 4 | Kind.TRUE, 7 << 4 | Kind.FALSE -> statistics.setIs_max_value_exact(in.bool(field));
                case 8 << 4 | Kind.TRUE, 8 << 4 | Kind.FALSE -> statistics.setIs_min_value_exact(in.bool(field));
                case 9 << 4 | Kind.I64 -> statistics.setNan_count(in.i64());
                default -> in.skip(field);
            }
        }
        return statistics;
    }

    private SizeStatistics sizes() throws IOException {
        SizeStatistics sizes = new SizeStatistics();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.I64 -> sizes.setUnencoded_byte_array_data_bytes(in.i64());
                case 2 << 4 | Kind.LIST -> sizes.setRepetition_level_histogram(in.longs());
                case 3 << 4 | Kind.LIST -> sizes.setDefinition_level_histogram(in.longs());
                default -> in.skip(field);
            }
        }
        return sizes;
    }

    private GeospatialStatistics geospatial() throws IOException {
        GeospatialStatistics statistics = new GeospatialStatistics();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.STRUCT -> statistics.setBbox(box());
                case 2 << 4 | Kind.LIST -> {
                    int size = in.list(Kind.I32);
                    List<Integer> types = CompactReader.room(size);
                    for (int i = 0; i < size; i++) {
                        types.add(in.i32());
                    }
                    statistics.setGeospatial_types(types);
                }
                default -> in.skip(field);
            }
        }
        return statistics;
    }

    private BoundingBox box() throws IOException {
        BoundingBox box = new BoundingBox();
        for (int field = in.field(0); field != 0; field = in.field(field)) {
            switch (field) {
                case 1 << 4 | Kind.DOUBLE -> box.setXmin(in.real());
                case 2 << 4 | Kind.DOUBLE -> box.setXmax(in.real());
                case 3 << 4 | Kind.DOUBLE -> box.setYmin(in.real());
                case 4 << 4 | Kind.DOUBLE -> box.setYmax(in.real());
                case 5 << 4 | Kind.DOUBLE -> box.setZmin(in.real());
                case 6 << 4 | Kind.DOUBLE -> box.setZmax(in.real());
                case 7 << 4 | Kind.DOUBLE -> box.setMmin(in.real());
                case 8 << 4 | Kind.DOUBLE -> box.setMmax(in.real());
                default -> in.skip(field);
            }
        }
        MalformedException.unless(
                box.isSetXmin() && box.isSetXmax() && box.isSetYmin() && box.isSetYmax(), "bounding box");
        return box;
    }
}
