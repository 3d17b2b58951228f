/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.MergeResult.FileMoves;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.local.internal.move.MovedChunk;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Counts how the column chunks of each of the request's files were moved, be they drawn from those files or from column
 * groups: some hundred bytes a file. Thread-safe.
 */
final class FileTally {
    private final MergePlan origin;
    private final List<Map<Move, Long>> chunks = new ArrayList<>();
    private final long[] busyNanos;

    FileTally(MergePlan plan) {
        origin = plan.origin();
        busyNanos = new long[origin.files().size()];
        for (int f = 0; f < busyNanos.length; f++) {
            chunks.add(new EnumMap<>(Move.class));
        }
    }

    /** Counts {@code moved}, the chunks of {@code columns}; time that was spent on several files is shared out evenly. */
    synchronized void add(List<OutputColumn> columns, List<MovedChunk> moved, long nanos) {
        for (int i = 0; i < moved.size(); i++) {
            int file = origin.columns().get(columns.get(i).index()).file();
            chunks.get(file).merge(moved.get(i).move(), 1L, Long::sum);
            busyNanos[file] += nanos * (i + 1) / moved.size() - nanos * i / moved.size();
        }
    }

    /** Returns how many chunks came about in each way. */
    synchronized Map<Move, Long> moves() {
        Map<Move, Long> all = new EnumMap<>(Move.class);
        for (Map<Move, Long> file : chunks) {
            file.forEach((move, count) -> all.merge(move, count, Long::sum));
        }
        return all;
    }

    /** Returns how each file came into the output, the spine first. */
    synchronized List<FileMoves> files() {
        List<FileMoves> files = new ArrayList<>();
        for (int f = 0; f < busyNanos.length; f++) {
            InputFile file = origin.files().get(f);
            Duration busy = Duration.ofNanos(busyNanos[f]);
            files.add(new FileMoves(file.name(), file.sizes().totalCompressed(), chunks.get(f), busy));
        }
        return files;
    }
}
