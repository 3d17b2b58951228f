/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import dev.marquetry.local.internal.format.CompactReader.Element;
import dev.marquetry.local.internal.format.CompactReader.Fields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.parquet.format.BoundingBox;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnCryptoMetaData;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.GeospatialStatistics;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.SizeStatistics;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;

/**
 * Reads the descriptions of column chunks. A chunk's path in the schema is never kept, only that there is one: a flat
 * column's is its name. Of what is encrypted, too, only its presence is kept. Not thread-safe.
 *
 * <p>What takes the fields of a structure is kept in a field, here and in other readers and writers, so that the compiler
 * does not know it where it is used, and compiles each by itself instead of all into one.
 */
public final class DescriptionReader {
    private final CompactReader in;
    private final Fields<ColumnChunk> wholeChunk = this::takeWhole;
    private final Fields<ColumnChunk> chunkOutline = this::takeOutline;
    private final Fields<ColumnMetaData> wholeMeta = this::takeWhole;
    private final Fields<ColumnMetaData> metaOutline = this::takeOutline;
    private final Fields<Statistics> statistics = this::take;
    private final Fields<SizeStatistics> sizes = this::take;
    private final Fields<PageEncodingStats> stats = this::take;
    private final Element<PageEncodingStats> encodingStats = this::encodingStats;
    private List<Long> encodingNumbers = List.of();
    private List<Encoding> encodings = List.of();

    /** Reads from {@code in}. */
    public DescriptionReader(CompactReader in) {
        this.in = in;
    }

    /** Reads a ColumnChunk with everything that an output may carry over. */
    public ColumnChunk whole() throws IOException {
        return chunk(wholeChunk);
    }

    /** Reads what places and measures a ColumnChunk; indexes, encodings and statistics are left out. */
    public ColumnChunk outline() throws IOException {
        return chunk(chunkOutline);
    }

    /** Reads a ColumnMetaData with everything that an output may carry over. */
    public ColumnMetaData wholeMeta() throws IOException {
        return meta(wholeMeta);
    }

    private ColumnChunk chunk(Fields<ColumnChunk> fields) throws IOException {
        ColumnChunk chunk = in.struct(new ColumnChunk(), fields);
        MalformedException.unless(chunk.isSetFile_offset(), "column chunk");
        return chunk;
    }

    private void takeWhole(ColumnChunk chunk, int field) throws IOException {
        switch (field) {
            case 3 << 4 | Kind.STRUCT -> chunk.setMeta_data(meta(wholeMeta));
            case 4 << 4 | Kind.I64 -> chunk.setOffset_index_offset(in.i64());
            case 5 << 4 | Kind.I32 -> chunk.setOffset_index_length(in.i32());
            case 6 << 4 | Kind.I64 -> chunk.setColumn_index_offset(in.i64());
            case 7 << 4 | Kind.I32 -> chunk.setColumn_index_length(in.i32());
            default -> takeOutline(chunk, field);
        }
    }

    private void takeOutline(ColumnChunk chunk, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.BINARY -> chunk.setFile_path(in.string());
            case 2 << 4 | Kind.I64 -> chunk.setFile_offset(in.i64());
            case 3 << 4 | Kind.STRUCT -> chunk.setMeta_data(meta(metaOutline));
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

    private ColumnMetaData meta(Fields<ColumnMetaData> fields) throws IOException {
        ColumnMetaData meta = in.struct(new ColumnMetaData(), fields);
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

    private void takeWhole(ColumnMetaData meta, int field) throws IOException {
        switch (field) {
            case 2 << 4 | Kind.LIST -> meta.setEncodings(encodings());
            case 8 << 4 | Kind.LIST -> meta.setKey_value_metadata(in.list(Kind.STRUCT, new SchemaReader(in)::keyValue));
            case 10 << 4 | Kind.I64 -> meta.setIndex_page_offset(in.i64());
            case 12 << 4 | Kind.STRUCT -> meta.setStatistics(statistics());
            case 13 << 4 | Kind.LIST -> meta.setEncoding_stats(in.list(Kind.STRUCT, encodingStats));
            case 14 << 4 | Kind.I64 -> meta.setBloom_filter_offset(in.i64());
            case 15 << 4 | Kind.I32 -> meta.setBloom_filter_length(in.i32());
            case 16 << 4 | Kind.STRUCT -> meta.setSize_statistics(in.struct(new SizeStatistics(), sizes));
            case 17 << 4 | Kind.STRUCT -> meta.setGeospatial_statistics(geospatial());
            default -> takeOutline(meta, field);
        }
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

    /** Reads encodings, leaving out those that are not known; chunks in a row mostly have the same and share a list. */
    private List<Encoding> encodings() throws IOException {
        List<Long> numbers = in.numbers(Kind.I32);
        if (!numbers.equals(encodingNumbers)) {
            encodingNumbers = numbers;
            encodings = numbers.stream()
                    .flatMap(number -> Stream.ofNullable(Encoding.findByValue(number.intValue())))
                    .toList();
        }
        return encodings;
    }

    private PageEncodingStats encodingStats() throws IOException {
        PageEncodingStats read = in.struct(new PageEncodingStats(), stats);
        MalformedException.unless(
                read.isSetPage_type() && read.isSetEncoding() && read.isSetCount(), "page encoding's count");
        return read;
    }

    private void take(PageEncodingStats struct, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.I32 -> struct.setPage_type(PageType.findByValue(in.i32()));
            case 2 << 4 | Kind.I32 -> struct.setEncoding(Encoding.findByValue(in.i32()));
            case 3 << 4 | Kind.I32 -> struct.setCount(in.i32());
            default -> in.skip(field);
        }
    }

    /** Reads Statistics. */
    public Statistics statistics() throws IOException {
        return in.struct(new Statistics(), statistics);
    }

    private void take(Statistics struct, int field) throws IOException {
        switch (field) { // bytes go into fields, for setters copy them
            case 1 << 4 | Kind.BINARY -> struct.max = in.binary();
            case 2 << 4 | Kind.BINARY -> struct.min = in.binary();
            case 3 << 4 | Kind.I64 -> struct.setNull_count(in.i64());
            case 4 << 4 | Kind.I64 -> struct.setDistinct_count(in.i64());
            case 5 << 4 | Kind.BINARY -> struct.max_value = in.binary();
            case 6 << 4 | Kind.BINARY -> struct.min_value = in.binary();
            case 7 << 4 | Kind.TRUE, 7 << 4 | Kind.FALSE -> struct.setIs_max_value_exact(in.bool(field));
            case 8 << 4 | Kind.TRUE, 8 << 4 | Kind.FALSE -> struct.setIs_min_value_exact(in.bool(field));
            case 9 << 4 | Kind.I64 -> struct.setNan_count(in.i64());
            default -> in.skip(field);
        }
    }

    private void take(SizeStatistics struct, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.I64 -> struct.setUnencoded_byte_array_data_bytes(in.i64());
            case 2 << 4 | Kind.LIST -> struct.setRepetition_level_histogram(in.numbers(Kind.I64));
            case 3 << 4 | Kind.LIST -> struct.setDefinition_level_histogram(in.numbers(Kind.I64));
            default -> in.skip(field);
        }
    }

    private GeospatialStatistics geospatial() throws IOException {
        return in.struct(new GeospatialStatistics(), this::take);
    }

    private void take(GeospatialStatistics struct, int field) throws IOException {
        switch (field) {
            case 1 << 4 | Kind.STRUCT -> struct.setBbox(box());
            case 2 << 4 | Kind.LIST -> struct.setGeospatial_types(in.list(Kind.I32, () -> (int) in.number()));
            default -> in.skip(field);
        }
    }

    private BoundingBox box() throws IOException {
        BoundingBox box = in.struct(new BoundingBox(), this::take);
        MalformedException.unless(
                box.isSetXmin() && box.isSetXmax() && box.isSetYmin() && box.isSetYmax(), "bounding box");
        return box;
    }

    private void take(BoundingBox box, int field) throws IOException {
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
}
