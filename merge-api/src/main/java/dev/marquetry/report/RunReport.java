/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.BatchResult;
import dev.marquetry.BatchResult.Item;
import dev.marquetry.json.Json;
import dev.marquetry.report.MergeReport.Outcome;
import java.io.FileOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one merge, several or a batch did: as one HTML page without scripts that loads nothing, and as JSON of the same
 * content. {@link MergeRecorder#report} makes it. Immutable and thread-safe.
 */
public final class RunReport {
    /**
     * What is known of a batch besides its merges.
     *
     * @param elapsed the time from its call to its end
     * @param interrupted whether it was cut short
     */
    record Batch(Duration elapsed, boolean interrupted) {}

    private final Instant created = Instant.now();
    private final List<MergeReport> merges;
    private final Optional<Batch> batch;
    private final Optional<FailureReport> problem;

    private RunReport(List<MergeReport> merges, Optional<Batch> batch, Optional<FailureReport> problem) {
        this.merges = List.copyOf(merges);
        this.batch = batch;
        this.problem = problem.filter(
                ended -> merges.stream().noneMatch(merge -> merge.failure().equals(problem)));
    }

    static RunReport of(List<MergeReport> merges, Optional<FailureReport> problem) {
        return new RunReport(merges, Optional.empty(), problem);
    }

    /** Returns the report of a batch, where {@code seen} are the merges that were recorded, by output. */
    static RunReport of(BatchResult result, Map<URI, MergeReport> seen, Optional<FailureReport> problem) {
        List<MergeReport> merges = new ArrayList<>();
        for (Item item : result.items()) {
            merges.add(merge(item, Optional.ofNullable(seen.get(item.output()))));
        }
        return new RunReport(merges, Optional.of(new Batch(result.elapsed(), result.interrupted())), problem);
    }

    private static MergeReport merge(Item item, Optional<MergeReport> seen) {
        return new MergeReport(
                item.name(),
                outcome(item.outcome()),
                item.outcome() == BatchResult.Outcome.DONE ? "" : item.detail(),
                item.output(),
                seen.flatMap(MergeReport::begun),
                item.elapsed(),
                item.cost(),
                seen.flatMap(MergeReport::estimate),
                seen.flatMap(MergeReport::estimateProblem),
                item.result(),
                item.failure().map(FailureReport::of),
                seen.map(MergeReport::attempts).orElse(item.attempts()),
                seen.map(MergeReport::points).orElse(List.of()),
                seen.map(MergeReport::sampled).orElse(false),
                seen.map(MergeReport::warnings).orElse(List.of()),
                item.result().map(FileRow::of).orElse(List.of()),
                item.backup(),
                item.backupFailure().map(FailureReport::of).map(FailureReport::message));
    }

    private static Outcome outcome(BatchResult.Outcome outcome) {
        return switch (outcome) {
            case DONE -> Outcome.DONE;
            case SKIPPED -> Outcome.SKIPPED;
            case FAILED -> Outcome.FAILED;
            case NOT_BEGUN -> Outcome.NOT_BEGUN;
        };
    }

    Instant created() {
        return created;
    }

    List<MergeReport> merges() {
        return merges;
    }

    Optional<Batch> batch() {
        return batch;
    }

    /** Returns what ended the run, unless it is what ended a merge. */
    Optional<FailureReport> problem() {
        return problem;
    }

    BigDecimal cost() {
        return merges.stream().map(MergeReport::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    long count(Outcome outcome) {
        return merges.stream().filter(merge -> merge.outcome() == outcome).count();
    }

    /**
     * Returns whether there is at least one merge, the output of every one is there, and copied if it was to be, and nothing
     * else ended the run.
     */
    public boolean allDone() {
        return problem.isEmpty()
                && !merges.isEmpty()
                && merges.stream()
                        .allMatch(
                                merge -> merge.isDone() && merge.backupProblem().isEmpty());
    }

    /** Returns the report as one JSON object, without line ends. */
    public String toJson() {
        return Json.write(ReportJson.of(this));
    }

    /** Returns the report as an HTML page that is well-formed XML too. */
    public String toHtml() {
        return HtmlPage.of(this);
    }

    /**
     * Writes the page to {@code file}, in UTF-8; replaces a file that is there, in one step.
     *
     * @throws IOException if it can not be written; a file that was there is as it was
     */
    public void writeHtml(Path file) throws IOException {
        write(file, toHtml());
    }

    /**
     * Writes the JSON to {@code file}, in UTF-8; replaces a file that is there, in one step.
     *
     * @throws IOException if it can not be written; a file that was there is as it was
     */
    public void writeJson(Path file) throws IOException {
        write(file, toJson() + "\n");
    }

    private static void write(Path file, String text) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null) {
            throw new IOException("Cannot write a report to a folder: " + file);
        }
        Path scratch = folder.resolve("." + target.getFileName() + "." + Long.toHexString(System.nanoTime()) + ".tmp");
        try {
            // No channel: an interrupt, as after a merge that was cancelled, would close it.
            try (FileOutputStream out = new FileOutputStream(scratch.toFile())) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
                out.getFD().sync();
            }
            Files.move(scratch, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(scratch);
        }
    }
}
