/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.ColumnOrder;
import org.apache.parquet.schema.PrimitiveComparator;
import org.apache.parquet.schema.PrimitiveType;

/**
 * Asks parquet-java's reader for some of a file's rows, letting it skip by statistics, dictionaries, bloom filters and
 * page indexes, and compares them with the rows that should be there.
 */
final class FilteredReads {
    private static final int COLUMNS = 6;

    private FilteredReads() {}

    static void check(BytesFile file, Table expected, List<Object[]> rows, List<String> differences)
            throws IOException {
        int step = Math.max(1, expected.columns().size() / COLUMNS);
        for (int c = 0; c < expected.columns().size(); c += step) {
            Object pivot = pivot(rows, c);
            if (pivot != null) {
                checkColumn(file, expected, rows, c, pivot, differences);
            }
        }
    }

    private static void checkColumn(
            BytesFile file, Table expected, List<Object[]> rows, int c, Object pivot, List<String> differences)
            throws IOException {
        Column column = expected.columns().get(c);
        PrimitiveType type = column.primitive();
        PrimitiveComparator<Object> order = type.comparator();
        boolean ordered = type.columnOrder().getColumnOrderName() != ColumnOrder.ColumnOrderName.UNDEFINED;
        if (column.type() == ColumnType.INT96 || hasNan(rows, c)) {
            return;
        }
        Operators.Column<?> path = path(type);
        compare(file, isNull(path), rows, c, Objects::isNull, expected, differences);
        if (!ordered || pivot instanceof Boolean || c % 3 == 0) {
            compare(
                    file,
                    eq(path, pivot),
                    rows,
                    c,
                    keeps(value -> order.compare(value, pivot) == 0),
                    expected,
                    differences);
        } else if (c % 3 == 1) {
            compare(
                    file,
                    lt(path, pivot),
                    rows,
                    c,
                    keeps(value -> order.compare(value, pivot) < 0),
                    expected,
                    differences);
        } else {
            compare(
                    file,
                    gtEq(path, pivot),
                    rows,
                    c,
                    keeps(value -> order.compare(value, pivot) >= 0),
                    expected,
                    differences);
        }
    }

    private static Predicate<Object> keeps(Predicate<Object> ofValue) {
        return value -> value != null && ofValue.test(value);
    }

    private static void compare(
            BytesFile file,
            FilterPredicate filter,
            List<Object[]> rows,
            int c,
            Predicate<Object> keeps,
            Table expected,
            List<String> differences)
            throws IOException {
        int beside = Math.min(c, (c + 1) % expected.columns().size());
        int last = Math.max(c, (c + 1) % expected.columns().size());
        List<Integer> picked = beside == last ? List.of(c) : List.of(beside, last);
        List<Column> columns = picked.stream().map(expected.columns()::get).toList();
        List<Object[]> wanted = rows.stream()
                .filter(row -> keeps.test(row[c]))
                .map(row -> picked.stream().map(column -> row[column]).toArray())
                .toList();
        Set<String> names = columns.stream().map(Column::name).collect(Collectors.toSet());
        List<String> found = new ArrayList<>();
        ParquetJavaReading.compareRows(
                Rows.read(file, FilterCompat.get(filter), names),
                new Table(expected.file(), columns, wanted, expected.layout()),
                found);
        found.forEach(difference -> differences.add("filtered by " + filter + ": " + difference));
    }

    private static Object pivot(List<Object[]> rows, int c) {
        for (int r = rows.size() / 2; r < rows.size(); r++) {
            if (rows.get(r)[c] != null) {
                return rows.get(r)[c];
            }
        }
        return null;
    }

    private static boolean hasNan(List<Object[]> rows, int c) {
        return rows.stream()
                .anyMatch(row -> row[c] instanceof Double d && Double.isNaN(d)
                        || row[c] instanceof Float f && Float.isNaN(f)
                        || row[c] instanceof Binary b && b.length() == 2 && Bounds.isHalfNan(b));
    }

    private static Operators.Column<?> path(PrimitiveType type) {
        ColumnDescriptor column = new ColumnDescriptor(new String[] {type.getName()}, type, 0, 1);
        String name = ColumnPath.get(column.getPath()).toDotString();
        return switch (type.getPrimitiveTypeName()) {
            case INT32 -> FilterApi.intColumn(name);
            case INT64 -> FilterApi.longColumn(name);
            case FLOAT -> FilterApi.floatColumn(name);
            case DOUBLE -> FilterApi.doubleColumn(name);
            case BOOLEAN -> FilterApi.booleanColumn(name);
            case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> FilterApi.binaryColumn(name);
        };
    }

    private static FilterPredicate isNull(Operators.Column<?> column) {
        return eq(column, null);
    }

    private static FilterPredicate eq(Operators.Column<?> column, Object value) {
        if (column instanceof Operators.IntColumn ints) {
            return FilterApi.eq(ints, (Integer) value);
        } else if (column instanceof Operators.LongColumn longs) {
            return FilterApi.eq(longs, (Long) value);
        } else if (column instanceof Operators.FloatColumn floats) {
            return FilterApi.eq(floats, (Float) value);
        } else if (column instanceof Operators.DoubleColumn doubles) {
            return FilterApi.eq(doubles, (Double) value);
        } else if (column instanceof Operators.BooleanColumn booleans) {
            return FilterApi.eq(booleans, (Boolean) value);
        }
        return FilterApi.eq((Operators.BinaryColumn) column, (Binary) value);
    }

    private static FilterPredicate lt(Operators.Column<?> column, Object value) {
        if (column instanceof Operators.IntColumn ints) {
            return FilterApi.lt(ints, (Integer) value);
        } else if (column instanceof Operators.LongColumn longs) {
            return FilterApi.lt(longs, (Long) value);
        } else if (column instanceof Operators.FloatColumn floats) {
            return FilterApi.lt(floats, (Float) value);
        } else if (column instanceof Operators.DoubleColumn doubles) {
            return FilterApi.lt(doubles, (Double) value);
        }
        return FilterApi.lt((Operators.BinaryColumn) column, (Binary) value);
    }

    private static FilterPredicate gtEq(Operators.Column<?> column, Object value) {
        if (column instanceof Operators.IntColumn ints) {
            return FilterApi.gtEq(ints, (Integer) value);
        } else if (column instanceof Operators.LongColumn longs) {
            return FilterApi.gtEq(longs, (Long) value);
        } else if (column instanceof Operators.FloatColumn floats) {
            return FilterApi.gtEq(floats, (Float) value);
        } else if (column instanceof Operators.DoubleColumn doubles) {
            return FilterApi.gtEq(doubles, (Double) value);
        }
        return FilterApi.gtEq((Operators.BinaryColumn) column, (Binary) value);
    }
}
