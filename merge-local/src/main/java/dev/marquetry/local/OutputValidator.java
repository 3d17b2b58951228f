/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.ValidationReport;
import dev.marquetry.ValidationReport.Depth;
import dev.marquetry.local.internal.Validation;
import java.util.Objects;

/**
 * Compares a finished output with the inputs it was made of, whichever strategy made it, without merging again: schema, rows,
 * keys, and values decoded on both sides. Keeps its limits as a merge does, and writes nothing but scratch beside the output,
 * which it removes.
 *
 * <p>Immutable and thread-safe.
 */
public final class OutputValidator {
    private final ResourceLimits limits;
    private final int progressEveryFiles;

    private OutputValidator(ResourceLimits limits, int progressEveryFiles) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.progressEveryFiles = progressEveryFiles;
    }

    /** Returns a validator that keeps {@code limits} in every comparison. */
    public static OutputValidator within(ResourceLimits limits) {
        return new OutputValidator(limits, LocalArrowStrategy.DEFAULT_PROGRESS_EVERY_FILES);
    }

    /**
     * Returns this validator with a progress event and a log line every {@code files} stretches of columns; default {@value
     * LocalArrowStrategy#DEFAULT_PROGRESS_EVERY_FILES}.
     *
     * @throws IllegalArgumentException if {@code files} is not positive
     */
    public OutputValidator reportingEvery(int files) {
        if (files < 1) {
            throw new IllegalArgumentException("files between reports must be positive but was " + files);
        }
        return new OutputValidator(limits, files);
    }

    /** Compares as {@link #validate(MergeRequest, Depth, ProgressListener)} does, telling nobody how it goes. */
    public ValidationReport validate(MergeRequest request, Depth depth) {
        return validate(request, depth, ProgressListener.none());
    }

    /**
     * Returns what is not as {@code request} asks in its output, which is there already; blocks until that is known. An output
     * that is truncated or corrupt is a finding; so is everything that the inputs as they are now would make otherwise.
     *
     * @throws dev.marquetry.InvalidInputException if there is no such output, or the inputs can not be merged as asked
     * @throws dev.marquetry.StrategyUnavailableException if a file is not in a file system of this machine
     * @throws dev.marquetry.LimitBreachException if a limit was crossed
     * @throws dev.marquetry.MergeCancelledException if the thread was interrupted; its interrupt flag stays set
     * @throws MergeFailedException on an I/O error, or if the output changes meanwhile
     */
    public ValidationReport validate(MergeRequest request, Depth depth, ProgressListener progress) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(depth, "depth");
        return new Validation(request, limits, depth, progressEveryFiles, progress).run();
    }

    /**
     * Compares all values of the output of {@code request}; made to be the {@link dev.marquetry.OutputCheck} of a batch's
     * canary.
     *
     * @throws MergeFailedException with the first findings, if there are any, or as {@link #validate} throws it
     * @throws dev.marquetry.MergeException of another kind as {@link #validate} throws it
     */
    public void check(MergeRequest request, MergeResult result) {
        ValidationReport report = validate(request, Depth.FULL);
        if (!report.valid()) {
            throw new MergeFailedException("Output of " + result.strategy() + " failed validation: " + report);
        }
        if (report.rows() != result.rows() || report.columns() != result.columns()) {
            throw new MergeFailedException("Output of " + result.strategy() + " failed validation: " + report
                    + ", though the merge told of " + result.rows() + " rows x " + result.columns() + " columns");
        }
    }
}
