/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.Backup;
import dev.marquetry.BatchResult;
import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.OutputBackup;
import dev.marquetry.ProgressListener;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Listens to merges for a report on them: of one merge, of several, or of a batch.
 *
 * <pre>{@code
 * MergeRecorder recorder = new MergeRecorder();
 * try {
 *     recorder.around(strategy).merge(request);
 * } finally {
 *     recorder.report().writeHtml(folder.resolve("report.html"));
 * }
 * }</pre>
 *
 * <p>Takes bounded memory for each merge, however long it runs, besides the merge's own result, and keeps that until it is
 * no longer reachable: use one recorder for each run. Thread-safe; merges may run side by side. Of merges with the same
 * output the last is kept.
 */
public final class MergeRecorder {
    private final Map<URI, MergeTrace> traces = new LinkedHashMap<>();
    private @Nullable BatchResult batch;
    private @Nullable FailureReport end;

    /** Returns a strategy that merges as {@code merger} does, its listeners, results and failures the same, and is recorded. */
    public MergeStrategy around(MergeStrategy merger) {
        return new Recorded(Objects.requireNonNull(merger, "merger"));
    }

    /** Returns what copies as {@code copier} does; what becomes of each copy is in the report of its merge. */
    public OutputBackup around(OutputBackup copier) {
        return new RecordedBackup(Objects.requireNonNull(copier, "copier"));
    }

    /** Tells how the batch went whose strategy is recorded; the report then has its names, its order and its totals. */
    public synchronized void ended(BatchResult result) {
        batch = Objects.requireNonNull(result, "result");
    }

    /** Tells what ended the run, where it may be that no merge did: the report then begins with it. */
    public synchronized void ended(Throwable thrown) {
        end = FailureReport.of(thrown);
    }

    /** Returns a report of what was seen until now. A merge that did not end yet is in it as running. */
    public synchronized RunReport report() {
        Map<URI, MergeReport> merges = new LinkedHashMap<>();
        traces.forEach((output, trace) -> merges.put(output, trace.report()));
        Optional<FailureReport> problem = Optional.ofNullable(end);
        return batch == null
                ? RunReport.of(List.copyOf(merges.values()), problem)
                : RunReport.of(batch, merges, problem);
    }

    private synchronized @Nullable MergeTrace notBegun(URI output) {
        MergeTrace trace = traces.computeIfAbsent(output, MergeTrace::new);
        return trace.isBegun() ? null : trace;
    }

    private synchronized MergeTrace begin(URI output) {
        MergeTrace trace = notBegun(output);
        if (trace == null) {
            trace = new MergeTrace(output);
            traces.put(output, trace);
        }
        return trace;
    }

    private synchronized MergeTrace trace(URI output) {
        return traces.computeIfAbsent(output, MergeTrace::new);
    }

    private final class RecordedBackup implements OutputBackup {
        private final OutputBackup copier;

        RecordedBackup(OutputBackup copier) {
            this.copier = copier;
        }

        @Override
        public URI objectOf(MergeRequest request) {
            return copier.objectOf(request);
        }

        @Override
        public Optional<CostItem> month(long bytes) {
            return copier.month(bytes);
        }

        @Override
        public Backup copy(MergeRequest request, MergeResult result) {
            MergeTrace trace = trace(request.output());
            try {
                Backup copy = copier.copy(request, result);
                trace.backedUp(copy);
                return copy;
            } catch (RuntimeException | Error e) {
                trace.notBackedUp(e);
                throw e;
            }
        }
    }

    private final class Recorded implements MergeStrategy {
        private final MergeStrategy merger;

        Recorded(MergeStrategy merger) {
            this.merger = merger;
        }

        @Override
        public String name() {
            return merger.name();
        }

        @Override
        public CostEstimate estimate(MergeRequest request) {
            CostEstimate estimate = merger.estimate(request);
            MergeTrace trace = notBegun(request.output());
            if (trace != null) {
                trace.estimated(estimate);
            }
            return estimate;
        }

        /** Asks for an estimate first unless one that fits was made, to set it against what the merge took. */
        @Override
        public MergeResult merge(MergeRequest request, ProgressListener progress) {
            MergeTrace trace = begin(request.output());
            if (!trace.isPredicted()) {
                try {
                    trace.estimated(merger.estimate(request));
                } catch (RuntimeException e) { // the merge itself says what is wrong
                    trace.notEstimated(e);
                }
            }
            trace.begin();
            try {
                MergeResult result = merger.merge(request, trace.before(progress));
                trace.succeeded(result);
                return result;
            } catch (RuntimeException | Error e) {
                trace.failed(merger.name(), e);
                throw e;
            }
        }
    }
}
