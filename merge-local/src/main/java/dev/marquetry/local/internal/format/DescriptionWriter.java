/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import dev.marquetry.local.internal.format.CompactWriter.Fields;
import org.apache.parquet.format.BoundingBox;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.GeospatialStatistics;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.SizeStatistics;
import org.apache.parquet.format.Statistics;

/** Writes the descriptions of column chunks, byte for byte as thrift does. Not thread-safe. */
public final class DescriptionWriter {
    private final CompactWriter out;
    private final Fields<Statistics> statistics = this::statistics;
    private final Fields<SizeStatistics> sizes = this::sizes;
    private final Fields<PageEncodingStats> encodingStats = this::encodingStats;

    /** Writes to {@code out}. */
    public DescriptionWriter(CompactWriter out) {
        this.out = out;
    }

    /** Writes a ColumnMetaData. */
    public void meta(ColumnMetaData meta) {
        out.struct(meta, this::fields);
    }

    /** Writes a ColumnMetaData that is field {@code id} of the structure begun last. */
    public void meta(int id, ColumnMetaData meta) {
        out.struct(id, meta, this::fields);
    }

    private void fields(ColumnMetaData meta) {
        out.i32(1, meta.getType().getValue());
        out.list(2, Kind.I32, meta.getEncodingsSize());
        for (Encoding encoding : meta.getEncodings()) {
            out.number(encoding.getValue());
        }
        out.list(3, Kind.BINARY, meta.getPath_in_schemaSize());
        for (String name : meta.getPath_in_schema()) {
            out.element(name);
        }
        out.i32(4, meta.getCodec().getValue());
        out.i64(5, meta.getNum_values());
        out.i64(6, meta.getTotal_uncompressed_size());
        out.i64(7, meta.getTotal_compressed_size());
        keyValues(meta);
        out.i64(9, meta.getData_page_offset());
        places(meta);
        if (meta.isSetStatistics()) {
            out.struct(12, meta.getStatistics(), statistics);
        }
        encodingStats(meta);
        if (meta.isSetBloom_filter_offset()) {
            out.i64(14, meta.getBloom_filter_offset());
        }
        if (meta.isSetBloom_filter_length()) {
            out.i32(15, meta.getBloom_filter_length());
        }
        if (meta.isSetSize_statistics()) {
            out.struct(16, meta.getSize_statistics(), sizes);
        }
        if (meta.isSetGeospatial_statistics()) {
            out.struct(17, meta.getGeospatial_statistics(), this::geospatial);
        }
    }

    private void keyValues(ColumnMetaData meta) {
        if (meta.isSetKey_value_metadata()) {
            SchemaWriter writer = new SchemaWriter(out);
            out.list(8, Kind.STRUCT, meta.getKey_value_metadataSize());
            for (KeyValue entry : meta.getKey_value_metadata()) {
                writer.keyValue(entry);
            }
        }
    }

    private void places(ColumnMetaData meta) {
        if (meta.isSetIndex_page_offset()) {
            out.i64(10, meta.getIndex_page_offset());
        }
        if (meta.isSetDictionary_page_offset()) {
            out.i64(11, meta.getDictionary_page_offset());
        }
    }

    private void encodingStats(ColumnMetaData meta) {
        if (!meta.isSetEncoding_stats()) {
            return;
        }
        out.list(13, Kind.STRUCT, meta.getEncoding_statsSize());
        for (PageEncodingStats stats : meta.getEncoding_stats()) {
            out.struct(stats, encodingStats);
        }
    }

    private void encodingStats(PageEncodingStats stats) {
        out.i32(1, stats.getPage_type().getValue());
        out.i32(2, stats.getEncoding().getValue());
        out.i32(3, stats.getCount());
    }

    private void statistics(Statistics statistics) { // bytes come from fields, for getters copy them
        if (statistics.isSetMax()) {
            out.binary(1, statistics.max);
        }
        if (statistics.isSetMin()) {
            out.binary(2, statistics.min);
        }
        if (statistics.isSetNull_count()) {
            out.i64(3, statistics.getNull_count());
        }
        if (statistics.isSetDistinct_count()) {
            out.i64(4, statistics.getDistinct_count());
        }
        if (statistics.isSetMax_value()) {
            out.binary(5, statistics.max_value);
        }
        if (statistics.isSetMin_value()) {
            out.binary(6, statistics.min_value);
        }
        if (statistics.isSetIs_max_value_exact()) {
            out.bool(7, statistics.isIs_max_value_exact());
        }
        if (statistics.isSetIs_min_value_exact()) {
            out.bool(8, statistics.isIs_min_value_exact());
        }
        if (statistics.isSetNan_count()) {
            out.i64(9, statistics.getNan_count());
        }
    }

    private void sizes(SizeStatistics sizes) {
        if (sizes.isSetUnencoded_byte_array_data_bytes()) {
            out.i64(1, sizes.getUnencoded_byte_array_data_bytes());
        }
        if (sizes.isSetRepetition_level_histogram()) {
            out.longs(2, sizes.getRepetition_level_histogram());
        }
        if (sizes.isSetDefinition_level_histogram()) {
            out.longs(3, sizes.getDefinition_level_histogram());
        }
    }

    private void geospatial(GeospatialStatistics statistics) {
        if (statistics.isSetBbox()) {
            out.struct(1, statistics.getBbox(), this::box);
        }
        if (statistics.isSetGeospatial_types()) {
            out.list(2, Kind.I32, statistics.getGeospatial_typesSize());
            for (int type : statistics.getGeospatial_types()) {
                out.number(type);
            }
        }
    }

    private void box(BoundingBox box) {
        out.real(1, box.getXmin());
        out.real(2, box.getXmax());
        out.real(3, box.getYmin());
        out.real(4, box.getYmax());
        if (box.isSetZmin()) {
            out.real(5, box.getZmin());
        }
        if (box.isSetZmax()) {
            out.real(6, box.getZmax());
        }
        if (box.isSetMmin()) {
            out.real(7, box.getMmin());
        }
        if (box.isSetMmax()) {
            out.real(8, box.getMmax());
        }
    }
}
