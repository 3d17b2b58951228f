/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.Attempt;
import dev.marquetry.Backup;
import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.LimitBreach;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.Resource;
import dev.marquetry.report.MergeReport.Outcome;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A report as maps and lists for JSON. Sizes are in bytes, times in milliseconds, costs in US dollars. */
final class ReportJson {
    private ReportJson() {}

    static Map<String, Object> of(RunReport report) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("created", report.created().toString());
        map.put("allDone", report.allDone());
        report.batch().ifPresent(batch -> {
            map.put("elapsedMillis", batch.elapsed().toMillis());
            map.put("interrupted", batch.interrupted());
        });
        report.problem().ifPresent(problem -> map.put("problem", failure(problem)));
        Map<String, Object> counts = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome.name(), report.count(outcome));
        }
        map.put("counts", counts);
        map.put("cost", report.cost());
        map.put("merges", report.merges().stream().map(ReportJson::merge).toList());
        return map;
    }

    private static Map<String, @Nullable Object> merge(MergeReport merge) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", merge.name());
        map.put("outcome", merge.outcome().name());
        map.put("reason", merge.reason());
        map.put("output", merge.output().toString());
        map.put("begun", merge.begun().map(Instant::toString).orElse(null));
        map.put("elapsedMillis", merge.elapsed().toMillis());
        map.put("cost", merge.cost());
        map.put("strategy", merge.strategy().orElse(null));
        map.put("peakMemoryBytes", orNull(merge.peakMemoryBytes()));
        map.put("memoryLimitBytes", orNull(merge.memoryLimitBytes()));
        map.put("bytesPerSecond", orNull(merge.bytesPerSecond()));
        map.put("estimate", merge.estimate().map(ReportJson::estimate).orElse(null));
        map.put("estimateProblem", merge.estimateProblem().orElse(null));
        map.put("result", merge.result().map(ReportJson::result).orElse(null));
        map.put("failure", merge.failure().map(ReportJson::failure).orElse(null));
        map.put("backup", merge.backup().map(ReportJson::backup).orElse(null));
        map.put("backupProblem", merge.backupProblem().orElse(null));
        map.put("attempts", merge.attempts().stream().map(ReportJson::attempt).toList());
        map.put("warnings", merge.warnings());
        map.put("flaggedFiles", merge.flaggedFiles());
        map.put("files", merge.files().stream().map(ReportJson::file).toList());
        map.put("sampled", merge.sampled());
        map.put("samples", merge.points().stream().map(ReportJson::point).toList());
        return map;
    }

    private static Map<String, Object> backup(Backup copy) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("object", copy.object().toString());
        map.put("generation", copy.generation());
        map.put("crc32c", copy.crc32c());
        map.put("bytes", copy.bytes());
        map.put("copied", copy.copied());
        return map;
    }

    private static Map<String, Object> estimate(CostEstimate estimate) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("strategy", estimate.strategy());
        map.put("fits", estimate.fits());
        map.put("rows", estimate.rows());
        map.put("columns", estimate.columns());
        map.put("featureFiles", estimate.featureFiles());
        map.put("inputBytes", estimate.inputBytes());
        Map<String, Object> amounts = new LinkedHashMap<>();
        for (Resource resource : Resource.values()) {
            estimate.amount(resource).ifPresent(amount -> amounts.put(resource.name(), amount));
        }
        map.put("amounts", amounts);
        map.put("cost", estimate.cost());
        map.put("costItems", costItems(estimate.costItems()));
        map.put(
                "checks",
                estimate.checks().stream()
                        .map(check -> fields("name", check.name(), "passed", check.passed(), "detail", check.detail()))
                        .toList());
        map.put("inputProblems", estimate.inputProblems());
        map.put("refusals", estimate.refusals());
        map.put(
                "predictedBreaches",
                estimate.predictedBreaches().stream().map(ReportJson::breach).toList());
        return map;
    }

    private static List<Map<String, Object>> costItems(List<CostItem> items) {
        return items.stream()
                .map(item -> fields("name", item.name(), "quantity", item.quantity(), "dollars", item.dollars()))
                .toList();
    }

    private static Map<String, Object> fields(String first, Object a, String second, Object b, String third, Object c) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(first, a);
        map.put(second, b);
        map.put(third, c);
        return map;
    }

    private static Map<String, Object> result(MergeResult result) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("rows", result.rows());
        map.put("columns", result.columns());
        map.put("inputBytes", result.inputBytes());
        map.put("outputBytes", result.outputBytes());
        map.put("elapsedMillis", result.elapsed().toMillis());
        map.put("cost", result.cost());
        map.put("costItems", costItems(result.costItems()));
        map.put("chunks", chunks(result.chunks()));
        return map;
    }

    private static Map<String, Object> chunks(Map<Move, Long> counts) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Move move : Move.values()) {
            map.put(move.name(), counts.getOrDefault(move, 0L));
        }
        return map;
    }

    private static Map<String, Object> failure(FailureReport failure) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("type", failure.type());
        map.put("message", failure.message());
        map.put("problems", failure.problems());
        failure.breach().ifPresent(breach -> map.put("breach", breach(breach)));
        return map;
    }

    private static Map<String, Object> breach(LimitBreach breach) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("resource", breach.resource().name());
        map.put("limit", breach.limit());
        map.put("observed", breach.observed());
        map.put("basis", breach.basis().name());
        map.put("phase", breach.phase().name());
        map.put("where", breach.where());
        return map;
    }

    private static Map<String, Object> attempt(Attempt attempt) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("strategy", attempt.strategy());
        map.put("outcome", attempt.outcome().name());
        map.put("elapsedMillis", attempt.elapsed().toMillis());
        map.put("cost", attempt.cost());
        map.put("detail", attempt.detail());
        return map;
    }

    private static Map<String, Object> file(FileRow row) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("file", row.file());
        map.put("spine", row.spine());
        map.put("flagged", row.isFlagged());
        row.match().ifPresent(match -> putMatch(map, match));
        row.moves().ifPresent(moves -> {
            map.put("bytes", moves.bytes());
            map.put("chunks", chunks(moves.chunks()));
            map.put("busyMillis", moves.busy().toMillis());
        });
        return map;
    }

    private static void putMatch(Map<String, Object> map, FeatureMatch match) {
        map.put("rowMap", match.kind().name());
        map.put("rows", match.rows());
        map.put("matchedRows", match.matchedRows());
        map.put("absentRows", match.absentRows());
        map.put("extraRows", match.extraRows());
        map.put("duplicateRows", match.duplicateRows());
        map.put("nullKeyRows", match.nullKeyRows());
    }

    private static Map<String, @Nullable Object> point(SamplePoint point) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("beginMillis", point.beginMillis());
        map.put("endMillis", point.endMillis());
        map.put("attempt", point.attempt());
        map.put("phase", point.phase().name());
        map.put("memoryBytes", point.memoryBytes());
        map.put("memoryLimitBytes", orNull(point.memoryLimitBytes()));
        map.put("processBytes", orNull(point.processBytes()));
        map.put("heapBytes", orNull(point.heapBytes()));
        map.put("freeMemoryBytes", orNull(point.freeMemoryBytes()));
        map.put("freeDiskBytes", orNull(point.freeDiskBytes()));
        map.put("bytesMoved", point.bytesMoved());
        return map;
    }

    private static @Nullable Long orNull(OptionalLong amount) {
        return amount.isPresent() ? amount.getAsLong() : null;
    }
}
