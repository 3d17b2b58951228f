/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import dev.marquetry.MergeRequest.DuplicateKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The merge in its plainest form, over rows in memory. */
public final class NaiveMerge {
    /**
     * How a feature file matches.
     *
     * @param matched spine rows that find a row in it
     * @param nullKeys its rows with a null key
     * @param used which of its rows are in the output, as far as their keys are in the spine
     */
    public record Match(long matched, long nullKeys, long used) {}

    private NaiveMerge() {}

    /** Returns what the output must hold, as a table to be written to {@code file}. */
    public static Table of(MergeCase merge, Path file) {
        List<Column> columns = new ArrayList<>(merge.spine().columns());
        List<Object[]> rows = new ArrayList<>();
        merge.spine().rows().forEach(row -> rows.add(row.clone()));
        for (Table feature : merge.features()) {
            int[] picked = picked(feature, merge.keys());
            for (int c : picked) {
                columns.add(feature.columns().get(c).optional());
            }
            Map<List<Object>, Object[]> byKey = byKey(feature, merge);
            int width = columns.size();
            for (int r = 0; r < rows.size(); r++) {
                Object[] wide = Arrays.copyOf(rows.get(r), width);
                Object[] found = byKey.get(key(merge.spine(), merge.keys(), rows.get(r)));
                for (int c = 0; c < picked.length; c++) {
                    wide[width - picked.length + c] = found == null ? null : found[picked[c]];
                }
                rows.set(r, wide);
            }
        }
        return new Table(file, columns, rows, merge.spine().layout());
    }

    /** Returns how {@code feature} matches the spine. */
    public static Match match(MergeCase merge, Table feature) {
        Map<List<Object>, Object[]> byKey = byKey(feature, merge);
        Set<List<Object>> spineKeys = new HashSet<>();
        long matched = 0;
        for (Object[] row : merge.spine().rows()) {
            List<Object> key = key(merge.spine(), merge.keys(), row);
            if (byKey.containsKey(key)) {
                matched++;
                spineKeys.add(key);
            }
        }
        long nullKeys = feature.rows().stream()
                .filter(row -> key(feature, merge.keys(), row).isEmpty())
                .count();
        return new Match(matched, nullKeys, spineKeys.size());
    }

    private static Map<List<Object>, Object[]> byKey(Table feature, MergeCase merge) {
        Map<List<Object>, Object[]> byKey = new HashMap<>();
        for (Object[] row : feature.rows()) {
            List<Object> key = key(feature, merge.keys(), row);
            if (!key.isEmpty() && (!byKey.containsKey(key) || merge.duplicateKeys() == DuplicateKeys.LAST)) {
                byKey.put(key, row);
            }
        }
        return byKey;
    }

    private static int[] picked(Table feature, List<String> keys) {
        return IntStream.range(0, feature.columns().size())
                .filter(c -> !keys.contains(feature.columns().get(c).name()))
                .toArray();
    }

    /** Returns the row's key, or an empty list if a part of it is null. */
    private static List<Object> key(Table table, List<String> keys, Object[] row) {
        List<Object> key = new ArrayList<>();
        for (String name : keys) {
            int c = table.indexOf(name);
            if (row[c] == null) {
                return List.of();
            }
            key.add(KeyFamily.canonical(table.columns().get(c).type(), row[c]));
        }
        return key;
    }
}
