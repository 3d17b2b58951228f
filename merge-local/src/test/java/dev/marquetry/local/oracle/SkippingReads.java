/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators;
import org.apache.parquet.filter2.predicate.Operators.SupportsEqNotEq;
import org.apache.parquet.filter2.predicate.Operators.SupportsLtGt;

/**
 * Asks parquet-java the same of a file twice: with all it has for skipping row groups and pages (statistics, dictionaries,
 * Bloom filters, page indexes), and looking at every row.
 */
public final class SkippingReads {
    private SkippingReads() {}

    /** Returns for which predicates over {@code column} the answers differ, a line each; {@code row} tells rows apart. */
    public static List<String> differences(Path file, Column column, String row, List<Object> pivots)
            throws IOException {
        BytesFile bytes = BytesFile.of(file);
        Set<String> columns = Set.of(row, column.name());
        List<String> differences = new ArrayList<>();
        for (FilterPredicate predicate : predicates(column, pivots)) {
            FilterCompat.Filter filter = FilterCompat.get(predicate);
            List<List<Object>> wanted = boxed(Rows.readAll(bytes, filter, columns));
            List<List<Object>> found = boxed(Rows.read(bytes, filter, columns));
            if (!found.equals(wanted)) {
                differences.add(predicate + " gives " + found.size() + " rows instead of " + wanted.size());
            }
        }
        return differences;
    }

    private static List<List<Object>> boxed(List<Object[]> rows) {
        return rows.stream().map(Arrays::asList).toList();
    }

    private static List<FilterPredicate> predicates(Column column, List<Object> pivots) {
        return switch (column.type().physical()) {
            case INT32 -> predicates(FilterApi.intColumn(column.name()), cast(pivots, Integer.class));
            case INT64 -> predicates(FilterApi.longColumn(column.name()), cast(pivots, Long.class));
            case FLOAT -> predicates(FilterApi.floatColumn(column.name()), cast(pivots, Float.class));
            case DOUBLE -> predicates(FilterApi.doubleColumn(column.name()), cast(pivots, Double.class));
            case BINARY, FIXED_LEN_BYTE_ARRAY ->
                predicates(FilterApi.binaryColumn(column.name()), cast(pivots, org.apache.parquet.io.api.Binary.class));
            case BOOLEAN, INT96 -> throw new IllegalArgumentException("no order: " + column);
        };
    }

    private static <T> List<T> cast(List<Object> pivots, Class<T> to) {
        return pivots.stream().map(to::cast).toList();
    }

    private static <T extends Comparable<T>, C extends Operators.Column<T> & SupportsLtGt & SupportsEqNotEq>
            List<FilterPredicate> predicates(C column, List<T> pivots) {
        List<FilterPredicate> predicates = new ArrayList<>();
        predicates.add(FilterApi.eq(column, null));
        predicates.add(FilterApi.notEq(column, null));
        predicates.add(FilterApi.in(column, new HashSet<>(pivots)));
        T last = pivots.get(pivots.size() - 1);
        predicates.add(FilterApi.notEq(column, last));
        for (T pivot : pivots) {
            predicates.add(FilterApi.eq(column, pivot));
            predicates.add(FilterApi.lt(column, pivot));
            predicates.add(FilterApi.gtEq(column, pivot));
            predicates.add(FilterApi.and(FilterApi.gt(column, pivot), FilterApi.ltEq(column, last)));
        }
        return predicates;
    }
}
