/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.page.ValueStatistics.Order;
import java.util.List;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.SizeStatistics;
import org.apache.parquet.format.Statistics;
import org.jspecify.annotations.Nullable;

/** Statistics of an output chunk from those of its source chunks and of its pages. */
final class ChunkStatistics {
    private ChunkStatistics() {}

    /**
     * Returns the statistics of a chunk whose pages are known by {@code indexes}.
     *
     * @param sources the source chunks it draws from
     * @param allUsed whether it has every row of each of them exactly once
     */
    static Statistics of(List<ColumnMetaData> sources, boolean allUsed, ChunkIndexes indexes, Order order) {
        Statistics only = allUsed && sources.size() == 1 ? sources.get(0).getStatistics() : null;
        Statistics result;
        if (only != null) {
            result = new Statistics(only);
        } else {
            result = new Statistics();
            Bounds pages = indexes.bounds();
            if (pages.isKnown() && pages.isExact()) {
                set(result, pages, true);
            } else if (indexes.nulls() < indexes.rows()) {
                Bounds whole = ofSources(sources, order);
                if (whole.isKnown()) {
                    set(result, whole, allUsed && whole.isExact());
                } else if (pages.isKnown()) {
                    set(result, pages, false);
                }
            }
        }
        result.setNull_count(indexes.nulls());
        return result;
    }

    private static Bounds ofSources(List<ColumnMetaData> sources, Order order) {
        Bounds bounds = new Bounds(order);
        for (ColumnMetaData source : sources) {
            Statistics of = source.getStatistics();
            boolean allNull = of != null && of.isSetNull_count() && of.getNull_count() == source.getNum_values();
            if (of != null && of.isSetMin_value() && of.isSetMax_value()) {
                boolean exact = (!of.isSetIs_min_value_exact() || of.isIs_min_value_exact())
                        && (!of.isSetIs_max_value_exact() || of.isIs_max_value_exact());
                bounds.add(of.getMin_value(), of.getMax_value(), exact);
            } else if (!allNull) {
                bounds.add(null, null, false);
            }
        }
        return bounds;
    }

    private static void set(Statistics result, Bounds bounds, boolean exact) {
        byte[] min = bounds.min();
        byte[] max = bounds.max();
        if (min != null && max != null) {
            result.setMin_value(min);
            result.setMax_value(max);
            result.setIs_min_value_exact(exact);
            result.setIs_max_value_exact(exact);
        }
    }

    /** Returns the size statistics of a chunk that has every value of {@code source} and {@code added} null rows more. */
    static @Nullable SizeStatistics sizes(ColumnMetaData source, long added) {
        SizeStatistics of = source.getSize_statistics();
        if (of == null) {
            return null;
        }
        SizeStatistics result = new SizeStatistics();
        if (of.isSetUnencoded_byte_array_data_bytes()) {
            result.setUnencoded_byte_array_data_bytes(of.getUnencoded_byte_array_data_bytes());
        }
        if (of.getDefinition_level_histogramSize() == 2) {
            result.setDefinition_level_histogram(List.of(
                    of.getDefinition_level_histogram().get(0) + added,
                    of.getDefinition_level_histogram().get(1)));
        }
        return result;
    }
}
