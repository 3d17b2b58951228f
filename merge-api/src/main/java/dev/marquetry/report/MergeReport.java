/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.Attempt;
import dev.marquetry.Backup;
import dev.marquetry.CostEstimate;
import dev.marquetry.MergeResult;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known about one merge.
 *
 * @param name its name in the batch, else its output's
 * @param outcome what became of it
 * @param reason why, for anything but success; else empty
 * @param output where the output is, or would be
 * @param begun when it began, empty if it did not
 * @param elapsed the time spent on it
 * @param cost what was paid for it, in US dollars
 * @param estimate what was predicted, if it was
 * @param estimateProblem why nothing was predicted, if that is known
 * @param result what the merge returned, or what a journal has of it
 * @param failure what it threw
 * @param attempts every try
 * @param points what it took over time
 * @param sampled whether these are samples; else they are progress events, which know less
 * @param warnings what should be known though the merge succeeded
 * @param files what is known of each input
 * @param backup the output's copy, if one was made
 * @param backupProblem why the output, which is there, was not copied
 */
record MergeReport(
        String name,
        Outcome outcome,
        String reason,
        URI output,
        Optional<Instant> begun,
        Duration elapsed,
        BigDecimal cost,
        Optional<CostEstimate> estimate,
        Optional<String> estimateProblem,
        Optional<MergeResult> result,
        Optional<FailureReport> failure,
        List<Attempt> attempts,
        List<SamplePoint> points,
        boolean sampled,
        List<String> warnings,
        List<FileRow> files,
        Optional<Backup> backup,
        Optional<String> backupProblem) {
    /** What became of a merge. */
    enum Outcome {
        /** Its output is published. */
        DONE,
        /** Done by an earlier run. */
        SKIPPED,
        /** It threw. */
        FAILED,
        /** Not tried. */
        NOT_BEGUN,
        /** Not ended yet. */
        RUNNING
    }

    boolean isDone() {
        return outcome == Outcome.DONE || outcome == Outcome.SKIPPED;
    }

    /** Returns the strategy that made the output, or the last that tried. */
    Optional<String> strategy() {
        if (result.isPresent()) {
            return result.map(MergeResult::strategy);
        }
        return attempts.isEmpty()
                ? estimate.map(CostEstimate::strategy)
                : Optional.of(attempts.get(attempts.size() - 1).strategy());
    }

    /** Returns the most of the merge's own memory, as told by the result or else as seen. */
    OptionalLong peakMemoryBytes() {
        OptionalLong told = result.map(MergeResult::peakMemoryBytes).orElse(OptionalLong.empty());
        return told.isPresent()
                ? told
                : points.stream().mapToLong(SamplePoint::memoryBytes).max();
    }

    OptionalLong memoryLimitBytes() {
        return points.stream()
                .flatMapToLong(point -> point.memoryLimitBytes().stream())
                .max();
    }

    /** Returns input bytes by time, empty unless this run merged them. */
    OptionalLong bytesPerSecond() {
        if (outcome != Outcome.DONE || result.isEmpty() || result.get().inputBytes() == 0) {
            return OptionalLong.empty();
        }
        long millis = Math.max(1, result.get().elapsed().toMillis());
        return OptionalLong.of((long) (result.get().inputBytes() * 1e3 / millis));
    }

    long flaggedFiles() {
        return files.stream().filter(FileRow::isFlagged).count();
    }
}
