/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi.wire;

import dev.marquetry.Attempt;
import dev.marquetry.CostEstimate;
import dev.marquetry.CostItem;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.FileMoves;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results and estimates as JSON. */
final class ResultJson {
    private ResultJson() {}

    static Map<String, Object> write(MergeResult result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("strategy", result.strategy());
        fields.put("output", result.output().toString());
        fields.put("rows", result.rows());
        fields.put("columns", result.columns());
        fields.put("inputBytes", result.inputBytes());
        fields.put("outputBytes", result.outputBytes());
        fields.put("elapsed", result.elapsed().toString());
        result.peakMemoryBytes().ifPresent(bytes -> fields.put("peakMemoryBytes", bytes));
        fields.put("cost", result.cost().toString());
        fields.put("costItems", items(result.costItems()));
        fields.put("attempts", attempts(result.attempts()));
        fields.put(
                "featureMatches",
                result.featureMatches().stream().map(ResultJson::write).toList());
        fields.put("chunks", result.chunks());
        fields.put(
                "fileMoves", result.fileMoves().stream().map(ResultJson::write).toList());
        fields.put("warnings", result.warnings());
        return fields;
    }

    static MergeResult read(Fields fields) {
        MergeResult.Builder result = MergeResult.of(fields.text("strategy"), fields.uri("output"))
                .shape(fields.number("rows"), fields.count("columns"))
                .bytes(fields.number("inputBytes"), fields.number("outputBytes"))
                .elapsed(fields.time("elapsed"))
                .cost(fields.dollars("cost"))
                .featureMatches(fields.objects("featureMatches", ResultJson::match))
                .fileMoves(fields.objects("fileMoves", ResultJson::moves))
                .warnings(fields.texts("warnings"));
        fields.maybeNumber("peakMemoryBytes").ifPresent(result::peakMemoryBytes);
        fields.objects("costItems", ResultJson::item).forEach(result::costItem);
        readAttempts(fields).forEach(result::attempt);
        fields.counts(Move.class, "chunks").forEach(result::chunks);
        return result.build();
    }

    private static Map<String, Object> write(FeatureMatch match) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file", match.file());
        fields.put("kind", match.kind().name());
        fields.put("rows", match.rows());
        fields.put("matchedRows", match.matchedRows());
        fields.put("absentRows", match.absentRows());
        fields.put("extraRows", match.extraRows());
        fields.put("nullKeyRows", match.nullKeyRows());
        fields.put("duplicateRows", match.duplicateRows());
        return fields;
    }

    private static FeatureMatch match(Fields fields) {
        return new FeatureMatch(
                fields.text("file"),
                fields.one(MergeResult.RowMapKind.class, "kind"),
                fields.number("rows"),
                fields.number("matchedRows"),
                fields.number("absentRows"),
                fields.number("extraRows"),
                fields.number("nullKeyRows"),
                fields.number("duplicateRows"));
    }

    private static Map<String, Object> write(FileMoves moves) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("file", moves.file());
        fields.put("bytes", moves.bytes());
        fields.put("chunks", moves.chunks());
        fields.put("busy", moves.busy().toString());
        return fields;
    }

    private static FileMoves moves(Fields fields) {
        return new FileMoves(
                fields.text("file"), fields.number("bytes"), fields.counts(Move.class, "chunks"), fields.time("busy"));
    }

    static List<Map<String, Object>> attempts(List<Attempt> attempts) {
        return attempts.stream().map(ResultJson::write).toList();
    }

    static List<Attempt> readAttempts(Fields fields) {
        return fields.objects("attempts", ResultJson::attempt);
    }

    private static Map<String, Object> write(Attempt attempt) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("strategy", attempt.strategy());
        fields.put("outcome", attempt.outcome().name());
        fields.put("elapsed", attempt.elapsed().toString());
        fields.put("cost", attempt.cost().toString());
        fields.put("detail", attempt.detail());
        return fields;
    }

    private static Attempt attempt(Fields fields) {
        return new Attempt(
                fields.text("strategy"),
                fields.one(Attempt.Outcome.class, "outcome"),
                fields.time("elapsed"),
                fields.dollars("cost"),
                fields.text("detail"));
    }

    private static List<Map<String, Object>> items(List<CostItem> items) {
        return items.stream()
                .map(item -> Map.<String, Object>of(
                        "name", item.name(),
                        "quantity", item.quantity(),
                        "dollars", item.dollars().toString()))
                .toList();
    }

    private static CostItem item(Fields fields) {
        return new CostItem(fields.text("name"), fields.text("quantity"), fields.dollars("dollars"));
    }

    static Map<String, Object> write(CostEstimate estimate) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Map<String, Object> amounts = new LinkedHashMap<>();
        for (Resource resource : Resource.values()) {
            estimate.amount(resource).ifPresent(amount -> amounts.put(resource.name(), amount));
        }
        fields.put("strategy", estimate.strategy());
        fields.put("amounts", amounts);
        fields.put(
                "checks",
                estimate.checks().stream()
                        .map(check -> Map.<String, Object>of(
                                "name", check.name(), "passed", check.passed(), "detail", check.detail()))
                        .toList());
        fields.put("inputProblems", estimate.inputProblems());
        fields.put("refusals", estimate.refusals());
        fields.put(
                "predictedBreaches",
                estimate.predictedBreaches().stream().map(LimitsJson::write).toList());
        fields.put("cost", estimate.cost().toString());
        fields.put("costItems", items(estimate.costItems()));
        fields.put("rows", estimate.rows());
        fields.put("columns", estimate.columns());
        fields.put("featureFiles", estimate.featureFiles());
        fields.put("inputBytes", estimate.inputBytes());
        return fields;
    }

    static CostEstimate estimate(Fields fields) {
        CostEstimate.Builder estimate = CostEstimate.by(fields.text("strategy"))
                .cost(fields.dollars("cost"))
                .shape(fields.number("rows"), fields.count("columns"))
                .inputs(fields.count("featureFiles"), fields.number("inputBytes"));
        fields.counts(Resource.class, "amounts").forEach(estimate::amount);
        fields.objects("checks", check -> check)
                .forEach(check -> estimate.check(check.text("name"), check.truth("passed"), check.text("detail")));
        fields.texts("inputProblems").forEach(estimate::inputProblem);
        fields.texts("refusals").forEach(estimate::refusal);
        fields.objects("predictedBreaches", LimitsJson::breach).forEach(estimate::predictedBreach);
        fields.objects("costItems", ResultJson::item).forEach(estimate::costItem);
        return estimate.build();
    }
}
