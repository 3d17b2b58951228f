/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.LocalMerge;
import dev.marquetry.local.internal.move.MoveRule;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import dev.marquetry.local.remote.RemoteForecast;
import dev.marquetry.local.remote.RemoteJoin;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A merge whose rows are joined somewhere else: the door of the local engine for authors of strategies. The engine reads
 * footers and keys here, refuses what is wrong with the inputs, stages files, and lays the column groups that come back
 * beside the spine: names, types and order restored, verified and published as those of a local merge. Memory, disk and
 * time spent here are held to the limits; so is the time spent elsewhere.
 *
 * <p>Thread-safe: one instance may run several merges at once.
 */
public final class RemoteMerge {
    private final String strategy;
    private final ResourceLimits limits;
    private final RemoteForecast forecast;
    private final RecentFooters footers = new RecentFooters();

    /** Prepares merges for {@code strategy}, within {@code limits} on this machine. */
    public RemoteMerge(String strategy, ResourceLimits limits, RemoteForecast forecast) {
        this.strategy = Objects.requireNonNull(strategy, "strategy");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.forecast = Objects.requireNonNull(forecast, "forecast");
    }

    /**
     * Returns a folder beside the output of {@code request} for inputs that are fetched; it goes with {@link
     * RemoteFolder#close}, or with the next merge into the same output if this process ends before.
     *
     * @throws dev.marquetry.InvalidInputException if the output is not in a folder here
     */
    public static RemoteFolder folderFor(MergeRequest request) throws IOException {
        if (!"file".equals(request.output().getScheme())) {
            throw new InvalidInputException("[" + request.output() + "] Cannot write the output: name a file here");
        }
        Path output = Path.of(request.output());
        if (output.getParent() == null || !Files.isDirectory(output.getParent())) {
            throw new InvalidInputException(
                    "[" + output + "] Cannot write the output: its folder is missing, make it first");
        }
        return new RemoteFolder(ScratchFolder.beside(output));
    }

    /** A folder that a merge has to itself. */
    public static final class RemoteFolder implements AutoCloseable {
        private final ScratchFolder folder;

        private RemoteFolder(ScratchFolder folder) {
            this.folder = folder;
        }

        /** Returns where it is. */
        public Path path() {
            return folder.path();
        }

        @Override
        public void close() {
            folder.close();
        }
    }

    /** Returns what a merge will need here and, as the forecast tells, elsewhere. Reads footers only. */
    public CostEstimate estimate(MergeRequest request) {
        return LocalMerge.estimate(strategy, request, limits, footers, forecast, null);
    }

    /** Merges as {@link dev.marquetry.MergeStrategy#merge} promises, rows being joined by {@code join}. */
    public MergeResult merge(MergeRequest request, ProgressListener progress, RemoteJoin join) {
        return merge(request, progress, join, file -> false);
    }

    /**
     * Merges as {@link dev.marquetry.MergeStrategy#merge} promises, rows being joined by {@code join}.
     *
     * @param isPartial whether a feature file is here without its features' pages, see {@link
     *     dev.marquetry.local.remote.RemoteInput}
     */
    public MergeResult merge(
            MergeRequest request, ProgressListener progress, RemoteJoin join, Predicate<URI> isPartial) {
        return new LocalMerge(
                        strategy,
                        request,
                        limits,
                        MoveRule.FASTEST,
                        LocalArrowStrategy.DEFAULT_PROGRESS_EVERY_FILES,
                        progress,
                        footers)
                .joinedBy(join, forecast, isPartial)
                .run();
    }
}
