/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** How the rows of a feature file lie against the spine's. */
public enum Shape {
    IDENTICAL,
    GAPS,
    HEAD_MISSING,
    TAIL_MISSING,
    OUTAGE,
    EXTRA_ROWS,
    GAPS_AND_EXTRA_ROWS,
    SHUFFLED,
    SHUFFLED_WITH_GAPS_AND_EXTRA_ROWS,
    DUPLICATES,
    NO_ROWS,
    ONE_ROW,
    DISJOINT;

    /**
     * The key of one row.
     *
     * @param ordinal its place among all keys
     * @param near 1 for a key just beside the ordinal's own
     * @param isNull whether a part of it is null
     */
    record RowKey(long ordinal, int near, boolean isNull) {}

    /** Returns the keys of a feature file of this shape, given the spine's. */
    List<RowKey> rows(List<RowKey> spine, RandomGenerator random, boolean hasNear) {
        List<RowKey> rows = new ArrayList<>(spine);
        int size = rows.size();
        switch (this) {
            case IDENTICAL -> {}
            case GAPS -> rows.removeIf(row -> random.nextInt(5) == 0);
            case HEAD_MISSING -> rows.subList(0, size / 3).clear();
            case TAIL_MISSING -> rows.subList(size - size / 3, size).clear();
            case OUTAGE -> rows.subList(size / 3, size / 2).clear();
            case EXTRA_ROWS -> addExtra(rows, random, hasNear);
            case GAPS_AND_EXTRA_ROWS -> {
                rows.removeIf(row -> random.nextInt(4) == 0);
                addExtra(rows, random, hasNear);
            }
            case SHUFFLED -> shuffle(rows, random);
            case SHUFFLED_WITH_GAPS_AND_EXTRA_ROWS -> {
                rows.removeIf(row -> random.nextInt(4) == 0);
                addExtra(rows, random, hasNear);
                shuffle(rows, random);
            }
            case DUPLICATES -> addCopies(rows, random);
            case NO_ROWS -> rows.clear();
            case ONE_ROW -> rows.subList(0, Math.max(0, size - 1)).clear();
            case DISJOINT -> {
                rows.clear();
                addExtra(rows, random, hasNear);
            }
        }
        return rows;
    }

    /** Extra keys are odd, those of the spine even. */
    private static void addExtra(List<RowKey> rows, RandomGenerator random, boolean hasNear) {
        List<RowKey> extra = new ArrayList<>();
        if (rows.isEmpty()) {
            extra.add(new RowKey(5, 0, false));
        }
        for (int r = 0; r < rows.size(); r++) {
            RowKey row = rows.get(r);
            extra.add(row);
            boolean isNew = !row.isNull() && row.near() == 0;
            if (isNew && hasNear && random.nextInt(6) == 0) {
                extra.add(new RowKey(row.ordinal(), 1, false));
            } else if (isNew && random.nextInt(4) == 0) {
                extra.add(new RowKey(row.ordinal() + 1, 0, false));
            }
        }
        rows.clear();
        extra.stream().distinct().forEach(rows::add);
    }

    private static void addCopies(List<RowKey> rows, RandomGenerator random) {
        int copies = 1 + rows.size() / 4;
        for (int c = 0; c < copies && !rows.isEmpty(); c++) {
            RowKey copy = rows.get(random.nextInt(rows.size()));
            rows.add(random.nextBoolean() ? rows.indexOf(copy) : random.nextInt(rows.size() + 1), copy);
        }
    }

    private static void shuffle(List<RowKey> rows, RandomGenerator random) {
        Collections.shuffle(rows, new Random(random.nextLong()));
    }
}
