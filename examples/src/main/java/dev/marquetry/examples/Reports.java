/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.Attempt;
import dev.marquetry.CostEstimate;
import dev.marquetry.CostEstimate.Check;
import dev.marquetry.CostItem;
import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** Estimates and results as lines for people and as maps for JSON. */
final class Reports {
    private Reports() {}

    /** Returns the pre-flight list: one line for each check. */
    static List<String> checks(CostEstimate estimate) {
        List<String> lines = new ArrayList<>();
        for (Check check : estimate.checks()) {
            lines.add((check.passed() ? "✓ " : "✗ ") + check.name() + ": " + check.detail());
        }
        return lines;
    }

    /** Throws what the merge would throw, without the merge being tried. */
    static void refuseUnlessFits(CostEstimate estimate) {
        if (!estimate.inputProblems().isEmpty()) {
            throw new InvalidInputException(estimate.inputProblems());
        }
        if (!estimate.predictedBreaches().isEmpty()) {
            throw new LimitBreachException(estimate.predictedBreaches().get(0));
        }
        if (!estimate.refusals().isEmpty()) {
            throw new StrategyUnavailableException(
                    estimate.strategy() + " can not serve the request: " + String.join("; ", estimate.refusals()));
        }
    }

    /** Returns what a merge would make and need, and what stands against it. */
    static List<String> estimate(CostEstimate estimate) {
        List<String> lines = new ArrayList<>();
        if (estimate.columns() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%s would merge %,d feature files, %s in all, into %,d rows × %,d columns",
                    estimate.strategy(),
                    estimate.featureFiles(),
                    new MemorySize(estimate.inputBytes()),
                    estimate.rows(),
                    estimate.columns()));
        }
        amount(estimate, Resource.MEMORY, "memory", lines);
        amount(estimate, Resource.SYSTEM_MEMORY, "memory taken from the system", lines);
        amount(estimate, Resource.DISK, "bytes written", lines);
        amount(estimate, Resource.ELAPSED, "time", lines);
        amount(estimate, Resource.BILLED_BYTES, "bytes billed", lines);
        if (estimate.cost().signum() > 0) {
            lines.add("  cost: about " + dollars(estimate.cost()));
            estimate.costItems().forEach(item -> lines.add("    " + item));
        }
        estimate.inputProblems().forEach(text -> lines.add("bad input: " + text));
        estimate.refusals().forEach(text -> lines.add("refused: " + text));
        estimate.predictedBreaches().forEach(breach -> lines.add("breach: " + breach));
        lines.add(estimate.fits() ? "fits" : "does not fit");
        return lines;
    }

    private static void amount(CostEstimate estimate, Resource resource, String name, List<String> lines) {
        estimate.amount(resource).ifPresent(amount -> lines.add("  " + name + ": " + resource.format(amount)));
    }

    /** Returns the closing summary. */
    static List<String> summary(MergeResult result, ResourceLimits limits) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %,d rows × %,d columns, %s",
                MergeRequest.fileName(result.output()),
                result.rows(),
                result.columns(),
                new MemorySize(result.outputBytes())));
        lines.add(String.format(
                Locale.ROOT,
                "  %s, %s/s, peak memory %s of %s",
                Resource.ELAPSED.format(result.elapsed().toMillis()),
                new MemorySize(bytesPerSecond(result)),
                peak(result.peakMemoryBytes()),
                limits.maxMemory()));
        if (!result.chunks().isEmpty()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  chunks: %,d copied, %,d page-copied, %,d spliced, %,d gathered",
                    result.chunks().getOrDefault(Move.COPIED, 0L),
                    result.chunks().getOrDefault(Move.PAGE_COPIED, 0L),
                    result.chunks().getOrDefault(Move.SPLICED, 0L),
                    result.chunks().getOrDefault(Move.GATHERED, 0L)));
        }
        matches(result, "missing", FeatureMatch::absentRows, lines);
        matches(result, "extra", FeatureMatch::extraRows, lines);
        matches(result, "duplicate", FeatureMatch::duplicateRows, lines);
        matches(result, "null-key", FeatureMatch::nullKeyRows, lines);
        result.warnings().forEach(text -> lines.add("  warning: " + text));
        return lines;
    }

    /** Returns one line for each attempt: who, how it ended, in what time, at what cost, and why. */
    static List<String> attemptLines(List<Attempt> attempts) {
        List<String> lines = new ArrayList<>();
        for (Attempt attempt : attempts) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %s %s after %s, %s: %s",
                    attempt.strategy(),
                    attempt.outcome().name().toLowerCase(Locale.ROOT),
                    Resource.ELAPSED.format(attempt.elapsed().toMillis()),
                    dollars(attempt.cost()),
                    attempt.detail()));
        }
        return lines;
    }

    static String dollars(BigDecimal cost) {
        return "$" + cost.setScale(2, RoundingMode.UP).toPlainString();
    }

    private static void matches(
            MergeResult result, String what, ToLongFunction<FeatureMatch> count, List<String> lines) {
        List<FeatureMatch> concerned = result.featureMatches().stream()
                .filter(match -> count.applyAsLong(match) > 0)
                .toList();
        if (concerned.isEmpty()) {
            return;
        }
        FeatureMatch worst =
                concerned.stream().max(Comparator.comparingLong(count)).orElseThrow();
        lines.add(String.format(
                Locale.ROOT,
                "  %,d of %,d feature files have %s rows, %s most: %,d",
                concerned.size(),
                result.featureMatches().size(),
                what,
                worst.file(),
                count.applyAsLong(worst)));
    }

    static String peak(OptionalLong bytes) {
        return bytes.isPresent() ? new MemorySize(bytes.getAsLong()).toString() : "unknown";
    }

    private static long bytesPerSecond(MergeResult result) {
        return (long) (result.inputBytes() / Math.max(1e-3, result.elapsed().toMillis() / 1e3));
    }

    static Map<String, Object> toMap(MergeResult result, ResourceLimits limits) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("status", "done");
        map.put("exitCode", ExitCode.DONE.code());
        map.put("strategy", result.strategy());
        map.put("output", result.output().toString());
        map.put("rows", result.rows());
        map.put("columns", result.columns());
        map.put("inputBytes", result.inputBytes());
        map.put("outputBytes", result.outputBytes());
        map.put("elapsedMillis", result.elapsed().toMillis());
        map.put("bytesPerSecond", bytesPerSecond(result));
        OptionalLong peak = result.peakMemoryBytes();
        map.put("peakMemoryBytes", peak.isPresent() ? peak.getAsLong() : null);
        map.put("memoryLimitBytes", limits.maxMemory().bytes());
        Map<String, Object> chunks = new LinkedHashMap<>();
        for (Move move : Move.values()) {
            chunks.put(move.name(), result.chunks().getOrDefault(move, 0L));
        }
        map.put("chunks", chunks);
        map.put("features", result.featureMatches().stream().map(Reports::match).toList());
        map.put("cost", result.attempts().stream().map(Attempt::cost).reduce(BigDecimal.ZERO, BigDecimal::add));
        map.put("costItems", items(result.costItems()));
        map.put("attempts", attempts(result.attempts()));
        map.put("warnings", result.warnings());
        return map;
    }

    private static Map<String, Object> match(FeatureMatch match) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("file", match.file());
        map.put("rowMap", match.kind().name());
        map.put("rows", match.rows());
        map.put("matchedRows", match.matchedRows());
        map.put("absentRows", match.absentRows());
        map.put("extraRows", match.extraRows());
        map.put("nullKeyRows", match.nullKeyRows());
        map.put("duplicateRows", match.duplicateRows());
        return map;
    }

    static List<Map<String, Object>> attempts(List<Attempt> attempts) {
        List<Map<String, Object>> maps = new ArrayList<>();
        for (Attempt attempt : attempts) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("strategy", attempt.strategy());
            map.put("outcome", attempt.outcome().name());
            map.put("elapsedMillis", attempt.elapsed().toMillis());
            map.put("cost", attempt.cost());
            map.put("detail", attempt.detail());
            maps.add(map);
        }
        return maps;
    }

    /** Returns what the strategy paid for that made an output, or would; the cost of others is with their attempts. */
    static List<Map<String, Object>> items(List<CostItem> items) {
        List<Map<String, Object>> maps = new ArrayList<>();
        for (CostItem item : items) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("name", item.name());
            map.put("quantity", item.quantity());
            map.put("dollars", item.dollars());
            maps.add(map);
        }
        return maps;
    }

    /** Returns the last estimate, with what stood against those before it. */
    static Map<String, Object> toMap(List<CostEstimate> estimates, ExitCode exitCode) {
        CostEstimate last = estimates.get(estimates.size() - 1);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("exitCode", exitCode.code());
        map.putAll(toMap(last));
        List<Map<String, Object>> skipped = new ArrayList<>();
        for (CostEstimate estimate : estimates.subList(0, estimates.size() - 1)) {
            skipped.add(toMap(estimate));
        }
        map.put("skipped", skipped);
        return map;
    }

    static Map<String, Object> toMap(CostEstimate estimate) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("status", estimate.fits() ? "fits" : "does not fit");
        map.put("strategy", estimate.strategy());
        map.put("featureFiles", estimate.featureFiles());
        map.put("inputBytes", estimate.inputBytes());
        map.put("rows", estimate.rows());
        map.put("columns", estimate.columns());
        Map<String, Object> amounts = new LinkedHashMap<>();
        for (Resource resource : Resource.values()) {
            estimate.amount(resource).ifPresent(amount -> amounts.put(resource.name(), amount));
        }
        map.put("amounts", amounts);
        map.put("cost", estimate.cost());
        map.put("costItems", items(estimate.costItems()));
        List<Map<String, Object>> checks = new ArrayList<>();
        for (Check check : estimate.checks()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", check.name());
            one.put("passed", check.passed());
            one.put("detail", check.detail());
            checks.add(one);
        }
        map.put("checks", checks);
        map.put("inputProblems", estimate.inputProblems());
        map.put("refusals", estimate.refusals());
        map.put(
                "predictedBreaches",
                estimate.predictedBreaches().stream().map(Failure::breach).toList());
        return map;
    }
}
