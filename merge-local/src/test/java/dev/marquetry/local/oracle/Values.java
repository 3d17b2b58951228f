/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Fills columns with values: few or many different ones, with or without extremes, sorted or not, nulls or none. */
final class Values {
    private static final double[] NULL_RATES = {0, 0.1, 0.5, 0.95, 1};

    private Values() {}

    /** Returns {@code count} values of {@code column}, null where there is none. */
    static List<Object> fill(Column column, int count, RandomGenerator random) {
        ColumnType type = column.type();
        List<Object> pool = pool(type, random);
        List<Object> values = new ArrayList<>(count);
        int style = random.nextInt(5);
        for (int r = 0; r < count; r++) {
            boolean fromPool = switch (style) {
                case 0 -> true;
                case 1 -> r < count / 2;
                case 2 -> random.nextInt(4) > 0;
                default -> false;
            };
            values.add(fromPool ? pool.get(random.nextInt(pool.size())) : type.random(random));
        }
        if (style == 4) {
            sort(values);
        }
        double nulls = column.required() ? 0 : NULL_RATES[random.nextInt(NULL_RATES.length)];
        values.replaceAll(value -> random.nextDouble() < nulls ? null : value);
        if (!column.required() && count > 6 && random.nextInt(6) == 0) {
            values.subList(count / 3, count / 2).replaceAll(value -> null);
        }
        return values;
    }

    private static List<Object> pool(ColumnType type, RandomGenerator random) {
        List<Object> pool = new ArrayList<>();
        if (random.nextBoolean()) {
            pool.addAll(type.extremes());
        }
        for (int v = random.nextInt(1, 20); v > 0; v--) {
            pool.add(type.random(random));
        }
        return pool;
    }

    @SuppressWarnings("unchecked")
    private static void sort(List<Object> values) {
        values.sort((a, b) -> ((Comparator<Object>) (Comparator<?>) Comparator.naturalOrder()).compare(a, b));
    }
}
