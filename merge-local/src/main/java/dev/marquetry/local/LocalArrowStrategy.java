/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.CostEstimate;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.LocalMerge;
import dev.marquetry.local.internal.move.MoveRule;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.local.storage.ObjectStore;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Merges on this machine, column chunk by column chunk, inside {@link ResourceLimits}. Rows are never joined: only key
 * columns are read to work out how rows line up, then column chunks are copied undecoded where they do and re-arranged one
 * at a time where they do not.
 *
 * <p>Thread-safe: one instance may run several merges at once, each within the limits on its own.
 */
public final class LocalArrowStrategy implements MergeStrategy {
    /** How many files lie between two progress events and log lines unless told otherwise: {@value}. */
    public static final int DEFAULT_PROGRESS_EVERY_FILES = 50;

    /** What it is called unless told otherwise: {@value}. */
    public static final String NAME = "local-arrow";

    private final String name;
    private final ResourceLimits limits;
    private final int progressEveryFiles;
    private final @Nullable ObjectStore store;
    private final RecentFooters footers = new RecentFooters();

    private LocalArrowStrategy(
            String name, ResourceLimits limits, int progressEveryFiles, @Nullable ObjectStore store) {
        this.name = name;
        this.store = store;
        this.limits = Objects.requireNonNull(limits, "limits");
        this.progressEveryFiles = progressEveryFiles;
    }

    /** Returns a strategy that keeps {@code limits} in every merge. */
    public static LocalArrowStrategy within(ResourceLimits limits) {
        return new LocalArrowStrategy(NAME, limits, DEFAULT_PROGRESS_EVERY_FILES, null);
    }

    /**
     * Returns this strategy with a progress event and a log line every {@code files} files; default {@value
     * #DEFAULT_PROGRESS_EVERY_FILES}.
     *
     * @throws IllegalArgumentException if {@code files} is not positive
     */
    public LocalArrowStrategy reportingEvery(int files) {
        if (files < 1) {
            throw new IllegalArgumentException("files between reports must be positive but was " + files);
        }
        return new LocalArrowStrategy(name, limits, files, store);
    }

    /** Returns this strategy under the name of the one that it works for in another process. */
    public LocalArrowStrategy named(String other) {
        return new LocalArrowStrategy(Objects.requireNonNull(other, "other"), limits, progressEveryFiles, store);
    }

    /**
     * Returns this strategy with leave to read inputs from {@code objects} where they are not files. Without a store, such
     * inputs are refused by name.
     */
    public LocalArrowStrategy with(ObjectStore objects) {
        return new LocalArrowStrategy(name, limits, progressEveryFiles, Objects.requireNonNull(objects, "objects"));
    }

    /** Returns {@code local-arrow}. */
    @Override
    public String name() {
        return name;
    }

    @Override
    public CostEstimate estimate(MergeRequest request) {
        return LocalMerge.estimate(name(), request, limits, footers, null, store);
    }

    @Override
    public MergeResult merge(MergeRequest request, ProgressListener progress) {
        return new LocalMerge(name(), request, limits, MoveRule.FASTEST, progressEveryFiles, progress, footers)
                .with(store)
                .run();
    }
}
