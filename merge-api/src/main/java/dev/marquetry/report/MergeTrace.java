/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.Attempt;
import dev.marquetry.Backup;
import dev.marquetry.CostEstimate;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceSample;
import dev.marquetry.report.MergeReport.Outcome;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is seen of one merge while it goes. Thread-safe. */
final class MergeTrace {
    private static final int MOST_WARNINGS = 100;

    private final URI output;
    private final SampleSeries samples = new SampleSeries();
    private final SampleSeries events = new SampleSeries();
    private final Set<String> warnings = new LinkedHashSet<>();
    private @Nullable CostEstimate estimate;
    private @Nullable String estimateProblem;
    private @Nullable Instant begun;
    private long begunNanos;
    private Duration elapsed = Duration.ZERO;
    private @Nullable MergeResult result;
    private @Nullable FailureReport failure;
    private List<Attempt> attempts = List.of();
    private @Nullable Backup backup;
    private @Nullable String backupProblem;

    MergeTrace(URI output) {
        this.output = output;
    }

    synchronized boolean isBegun() {
        return begun != null;
    }

    /** Returns whether an estimate was made of how the merge will go; one that does not fit tells why it will not. */
    synchronized boolean isPredicted() {
        return estimate != null && estimate.fits();
    }

    synchronized void estimated(CostEstimate made) {
        estimate = made;
    }

    synchronized void notEstimated(RuntimeException e) {
        estimateProblem = FailureReport.of(e).message();
    }

    synchronized void begin() {
        begun = Instant.now();
        begunNanos = System.nanoTime();
    }

    synchronized void succeeded(MergeResult made) {
        elapsed = sinceBegin();
        result = made;
        attempts = made.attempts();
    }

    synchronized void failed(String strategy, Throwable thrown) {
        elapsed = sinceBegin();
        failure = FailureReport.of(thrown);
        attempts = attempts(strategy, thrown, elapsed);
    }

    synchronized void backedUp(Backup made) {
        backup = made;
    }

    synchronized void notBackedUp(Throwable thrown) {
        backupProblem = FailureReport.of(thrown).message();
    }

    private Duration sinceBegin() {
        return Duration.ofNanos(System.nanoTime() - begunNanos);
    }

    /** Returns the tries that {@code thrown} ended, or the one it ended where there was no policy. */
    static List<Attempt> attempts(String strategy, Throwable thrown, Duration elapsed) {
        if (thrown instanceof MergeException merge && !merge.attempts().isEmpty()) {
            return merge.attempts();
        }
        return List.of(new Attempt(
                strategy,
                thrown instanceof LimitBreachException ? Attempt.Outcome.BREACHED : Attempt.Outcome.FAILED,
                elapsed,
                thrown instanceof MergeException merge ? merge.cost() : BigDecimal.ZERO,
                FailureReport.of(thrown).message()));
    }

    /** Returns a listener that keeps what it is told and passes it on to {@code caller}. */
    ProgressListener before(ProgressListener caller) {
        return new ProgressListener() {
            @Override
            public void onProgress(Progress event) {
                add(event);
                caller.onProgress(event);
            }

            @Override
            public void onSample(ResourceSample sample) {
                add(sample);
                caller.onSample(sample);
            }
        };
    }

    private synchronized void add(Progress event) {
        events.add(event);
        if (warnings.size() < MOST_WARNINGS) {
            event.warning().ifPresent(warnings::add);
        }
    }

    private synchronized void add(ResourceSample sample) {
        samples.add(sample);
    }

    /** Returns what was seen until now. */
    synchronized MergeReport report() {
        List<SamplePoint> sampled = samples.points();
        boolean ended = result != null || failure != null;
        return new MergeReport(
                MergeRequest.fileName(output),
                outcome(),
                reason(),
                output,
                Optional.ofNullable(begun),
                begun == null || ended ? elapsed : sinceBegin(),
                attempts.stream().map(Attempt::cost).reduce(BigDecimal.ZERO, BigDecimal::add),
                Optional.ofNullable(estimate),
                Optional.ofNullable(estimateProblem),
                Optional.ofNullable(result),
                Optional.ofNullable(failure),
                attempts,
                sampled.isEmpty() ? events.points() : sampled,
                !sampled.isEmpty(),
                everyWarning(),
                result == null ? List.of() : FileRow.of(result),
                Optional.ofNullable(backup),
                Optional.ofNullable(backupProblem));
    }

    private Outcome outcome() {
        if (result != null) {
            return Outcome.DONE;
        } else if (failure != null) {
            return Outcome.FAILED;
        }
        return begun == null ? Outcome.NOT_BEGUN : Outcome.RUNNING;
    }

    private String reason() {
        if (failure != null) {
            return failure.message();
        } else if (begun != null || estimate == null) {
            return "";
        }
        List<String> against = new ArrayList<>(estimate.inputProblems());
        against.addAll(estimate.refusals());
        estimate.predictedBreaches().forEach(breach -> against.add(breach.toString()));
        return against.isEmpty() ? "only estimated" : String.join("; ", against);
    }

    private List<String> everyWarning() {
        return Stream.concat(
                        warnings.stream(),
                        result == null ? Stream.empty() : Objects.requireNonNull(result).warnings().stream())
                .distinct()
                .toList();
    }
}
