/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import dev.marquetry.local.internal.page.ValueStatistics;
import dev.marquetry.local.internal.page.ValueStatistics.Order;
import dev.marquetry.local.internal.plan.InputColumn;
import java.util.List;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.SizeStatistics;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/** Statistics of an output chunk from those of its source chunks and of its pages. */
public final class ChunkStatistics {
    private ChunkStatistics() {}

    /**
     * Takes from a source chunk's statistics what would say more in the output than it does in the input: bounds under no
     * stated order, for the output states one of every column; deprecated bounds of values that do not compare as signed
     * numbers, for readers know from {@code created_by} which writers had them wrong.
     */
    public static void leaveTrue(ColumnMetaData source, InputColumn column) {
        Statistics of = source.getStatistics();
        if (of == null) {
            return;
        }
        if (column.order() == null) {
            of.unsetMin_value();
            of.unsetMax_value();
            of.unsetIs_min_value_exact();
            of.unsetIs_max_value_exact();
        }
        boolean signed = switch (ValueStatistics.order(column.schema(), column.order())) {
            case SIGNED_INT32, SIGNED_INT64, FLOAT, DOUBLE, FLOAT_TOTAL, DOUBLE_TOTAL, BOOLEAN -> true;
            case UNSIGNED_INT32, UNSIGNED_INT64, FLOAT16, FLOAT16_TOTAL -> false;
            case UNSIGNED_BYTES, SIGNED_BYTES_DECIMAL, NONE -> false;
        };
        if (!signed) {
            of.unsetMin();
            of.unsetMax();
        }
    }

    /**
     * Returns the statistics of a chunk whose pages are known by {@code indexes}.
     *
     * @param sources the source chunks it draws from
     * @param allUsed whether it has every row of each of them exactly once
     */
    static Statistics of(List<ColumnMetaData> sources, boolean allUsed, ChunkIndexes indexes) {
        Statistics only = allUsed && sources.size() == 1 ? sources.get(0).getStatistics() : null;
        Statistics result;
        if (only != null) {
            result = new Statistics(only);
        } else {
            result = new Statistics();
            setBounds(result, sources, allUsed, indexes);
            setNans(result, sources, allUsed, indexes);
        }
        result.setNull_count(indexes.nulls());
        return result;
    }

    private static void setBounds(
            Statistics result, List<ColumnMetaData> sources, boolean allUsed, ChunkIndexes indexes) {
        Bounds pages = indexes.bounds();
        if (pages.isKnown() && pages.isExact()) {
            set(result, pages, true);
        } else if (indexes.nulls() < indexes.rows()) {
            Bounds whole = ofSources(sources, indexes.order());
            if (whole.isKnown()) {
                set(result, whole, allUsed && whole.isExact());
            } else if (pages.isKnown()) {
                set(result, pages, false);
            }
        }
    }

    private static void setNans(
            Statistics result, List<ColumnMetaData> sources, boolean allUsed, ChunkIndexes indexes) {
        long nans = indexes.nans();
        boolean allTell = sources.stream()
                .allMatch(source ->
                        source.isSetStatistics() && source.getStatistics().isSetNan_count());
        if (nans < 0 && allUsed && allTell && Bounds.hasNan(indexes.order())) {
            nans = sources.stream()
                    .mapToLong(source -> source.getStatistics().getNan_count())
                    .sum();
        }
        if (nans >= 0) {
            result.setNan_count(nans);
        }
    }

    private static Bounds ofSources(List<ColumnMetaData> sources, Order order) {
        Bounds bounds = new Bounds(order);
        for (ColumnMetaData source : sources) {
            Statistics of = source.getStatistics();
            boolean allNull = of != null && of.isSetNull_count() && of.getNull_count() == source.getNum_values();
            if (of != null && of.isSetMin_value() && of.isSetMax_value()) {
                bounds.add(of.getMin_value(), of.getMax_value(), areExact(of, order));
            } else if (!allNull) {
                bounds.add(null, null, false);
            }
        }
        return bounds;
    }

    /** Returns whether bounds are values that occur, as far as {@code statistics} tell; those of bytes may be truncated. */
    static boolean areExact(@Nullable Statistics statistics, Order order) {
        boolean unlessTold = order != Order.UNSIGNED_BYTES && order != Order.SIGNED_BYTES_DECIMAL;
        if (statistics == null) {
            return unlessTold;
        }
        boolean min = statistics.isSetIs_min_value_exact() ? statistics.isIs_min_value_exact() : unlessTold;
        boolean max = statistics.isSetIs_max_value_exact() ? statistics.isIs_max_value_exact() : unlessTold;
        return min && max;
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

    /** Returns the size statistics of a chunk, or null if no source chunk has any. */
    static @Nullable SizeStatistics sizes(
            List<ColumnMetaData> sources, boolean allUsed, ChunkIndexes indexes, boolean hasLevels) {
        if (sources.stream().noneMatch(ColumnMetaData::isSetSize_statistics)) {
            return null;
        }
        SizeStatistics result = new SizeStatistics();
        long bytes = indexes.dataBytes();
        boolean allTell = sources.stream()
                .allMatch(source -> source.isSetSize_statistics()
                        && source.getSize_statistics().isSetUnencoded_byte_array_data_bytes());
        if (bytes < 0 && allUsed && allTell) {
            bytes = sources.stream()
                    .mapToLong(source -> source.getSize_statistics().getUnencoded_byte_array_data_bytes())
                    .sum();
        }
        if (bytes >= 0 && sources.get(0).getType() == Type.BYTE_ARRAY) {
            result.setUnencoded_byte_array_data_bytes(bytes);
        }
        if (hasLevels) {
            result.setDefinition_level_histogram(List.of(indexes.nulls(), indexes.rows() - indexes.nulls()));
        }
        return result;
    }
}
