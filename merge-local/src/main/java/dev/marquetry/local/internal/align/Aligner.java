/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.read.SourceFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the spine's keys once and matches feature files to them. {@link #worker} gives each thread what it needs; the
 * aligner itself is shared.
 */
public final class Aligner implements AutoCloseable {
    private final MergePlan plan;
    private final MemoryBudget budget;
    private final MergeControl control;
    private final RowMapStore store;
    private final Keys spine;
    private final SpineIndex index;
    private final SourceFile spineSource;
    private final SourceChunk[][] spineChunks;

    /**
     * Reads the spine's keys.
     *
     * @throws InvalidInputException if they can not be read, or stand twice and that is refused
     */
    public Aligner(MergePlan plan, MemoryBudget budget, Place place, MergeControl control, RowMapStore store)
            throws IOException {
        this.plan = plan;
        this.budget = budget;
        this.control = control;
        this.store = store;
        spineSource = new SourceFile(plan.spine());
        boolean opened = false;
        try (KeyReader reader = new KeyReader(plan, budget, place, control)) {
            spine = reader.empty();
            spineChunks = KeyTwins.keyChunks(plan, spineSource);
            index = index(reader, place);
            opened = true;
        } finally {
            if (!opened) {
                spineSource.close();
            }
        }
    }

    private SpineIndex index(KeyReader reader, Place place) throws IOException {
        boolean indexed = false;
        try {
            reader.read(spineSource, 0, spine);
            SpineIndex built =
                    new SpineIndex(spine, plan.spine().name(), plan.request().spineDuplicates(), budget, place);
            indexed = true;
            return built;
        } finally {
            if (!indexed) {
                spine.close();
            }
        }
    }

    /**
     * Returns a map that says for each row of the spine which is the first with the same key, the row itself where its key
     * stands alone or is null; or null if no key stands twice.
     */
    public @Nullable RowMap firstRows(Place place) throws IOException {
        if (!index.hasDuplicates()) {
            return null;
        }
        int rows = spine.rows();
        try (IntSlab slab = new IntSlab(budget, place);
                RowMapPacker packer = new RowMapPacker(budget, place)) {
            int[] first = slab.ensure(rows);
            for (int row = 0; row < rows; row++) {
                first[row] = index.first(row);
            }
            packer.packPermuted(first, rows);
            FeatureMatch match = new FeatureMatch(plan.spine().name(), RowMapKind.PERMUTED, rows, rows, 0, 0, 0, 0);
            return new RowMap(match, store.add(packer.bytes(), packer.length()), packer.length());
        }
    }

    /** Returns the key of the spine's {@code row} for messages, such as {@code ts=5}, or {@code null} if it has none. */
    public String key(int row) {
        return spine.isNull(row) ? "null" : spine.text(row);
    }

    /** Returns what one thread needs to match files. */
    public Worker worker(Place place) {
        return new Worker(place);
    }

    @Override
    public void close() throws IOException {
        index.close();
        spine.close();
        spineSource.close();
    }

    /** Matches one file after another. Not thread-safe. */
    public final class Worker implements AutoCloseable {
        private final KeyReader reader;
        private final Keys keys;
        private final RowMatcher matcher;
        private final KeyTwins twins;
        private final KeyCheck check;

        private Worker(Place place) {
            reader = new KeyReader(plan, budget, place, control);
            keys = reader.empty();
            matcher = new RowMatcher(index, plan.request().duplicateKeys(), budget, place);
            twins = new KeyTwins(plan, budget, place, control, spineChunks);
            check = new KeyCheck(index, plan.request().duplicateKeys(), budget, place, control);
        }

        /**
         * Matches the rows of file {@code f}.
         *
         * @throws InvalidInputException if its keys can not be read, or stand twice and that is refused
         */
        public RowMap align(int f) throws IOException {
            FeatureMatch match = match(plan.files().get(f), f);
            if (match.kind() == RowMapKind.IDENTICAL) {
                return new RowMap(match, 0, 0);
            }
            RowMapPacker packed = matcher.packed();
            return new RowMap(match, store.add(packed.bytes(), packed.length()), packed.length());
        }

        private FeatureMatch match(InputFile file, int f) throws IOException {
            try (SourceFile source = new SourceFile(file)) {
                if (index.isUnique() && twins.contains(source, f)) {
                    return new FeatureMatch(file.name(), RowMapKind.IDENTICAL, file.rows(), file.rows(), 0, 0, 0, 0);
                }
                reader.read(source, f, keys);
            }
            return matcher.match(file.name(), keys);
        }

        /**
         * Reads the keys of file {@code f} again and matches its rows one by one.
         *
         * @throws dev.marquetry.MergeFailedException if {@code map} says otherwise
         */
        public void refuseUnlessTrue(int f, RowMap map) throws IOException {
            InputFile file = plan.files().get(f);
            try (SourceFile source = new SourceFile(file)) {
                reader.read(source, f, keys);
            }
            check.refuseUnlessTrue(file.name(), keys, map, store);
        }

        /** Compares the keys of {@code output}, whose key columns have the spine's types, with the spine's. */
        public KeyCounts count(SourceFile output) throws IOException {
            reader.read(output, 0, keys);
            return check.count(keys);
        }

        @Override
        public void close() {
            check.close();
            reader.close();
            keys.close();
            matcher.close();
            twins.close();
        }
    }
}
