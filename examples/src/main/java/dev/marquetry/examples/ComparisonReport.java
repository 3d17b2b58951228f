/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.CostEstimate;
import dev.marquetry.MemorySize;
import dev.marquetry.Resource;
import dev.marquetry.examples.Comparison.Merge;
import dev.marquetry.examples.Comparison.Money;
import dev.marquetry.examples.Comparison.Verdict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/** A comparison as lines for people and as a map for JSON. */
final class ComparisonReport {
    private static final int MOST_REASONS = 3;

    private final Comparison comparison;
    private final List<String> lines = new ArrayList<>();

    private ComparisonReport(Comparison comparison) {
        this.comparison = comparison;
    }

    /** Returns a table with a column for each tier, what stands against it, money by item, and the prices. */
    static List<String> lines(Comparison comparison) {
        ComparisonReport report = new ComparisonReport(comparison);
        comparison
                .bad()
                .forEach(merge -> report.lines.add(
                        merge.name() + ": bad input: " + merge.problems().get(0)));
        if (!comparison.good().isEmpty()) {
            report.shape();
            report.table();
            report.reasons();
            report.items();
            report.prices();
        }
        return report.lines;
    }

    private boolean isOne() {
        return comparison.merges().size() == 1;
    }

    private String name(int tier) {
        return comparison.tiers().get(tier).strategy().name();
    }

    private void shape() {
        if (isOne()) {
            CostEstimate any = comparison.good().get(0).estimates().get(0);
            lines.add(String.format(
                    Locale.ROOT,
                    "%,d feature files, %s in all, into %,d rows × %,d columns",
                    any.featureFiles(),
                    new MemorySize(any.inputBytes()),
                    any.rows(),
                    any.columns()));
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(header("pair"));
        for (Merge merge : comparison.good()) {
            List<String> row = new ArrayList<>(List.of(merge.name()));
            for (CostEstimate estimate : merge.estimates()) {
                Verdict verdict = Verdict.of(estimate);
                row.add(verdict.words()
                        + (verdict == Verdict.CANNOT_SERVE
                                ? ""
                                : ", " + amount(Resource.ELAPSED, amounts(estimate)) + ", "
                                        + Reports.dollars(estimate.cost())));
            }
            rows.add(row);
        }
        lines.addAll(TextTable.lines(rows));
        lines.add("");
    }

    private List<String> header(String first) {
        return row(first, this::name);
    }

    private List<String> row(String first, IntFunction<String> cell) {
        List<String> row = new ArrayList<>(List.of(first));
        for (int t = 0; t < comparison.tiers().size(); t++) {
            row.add(cell.apply(t));
        }
        return row;
    }

    private void table() {
        int all = comparison.good().size();
        List<List<String>> rows = new ArrayList<>();
        rows.add(header(isOne() ? "" : "all that it can serve"));
        if (isOne()) {
            List<CostEstimate> estimates = comparison.good().get(0).estimates();
            rows.add(row("verdict", t -> Verdict.of(estimates.get(t)).words()));
        } else {
            for (Verdict verdict : Verdict.values()) {
                rows.add(row(verdict.words(), t -> comparison.count(t, verdict) + " of " + all));
            }
        }
        rows.add(figure(isOne() ? "time" : "time, one after another", Resource.ELAPSED));
        rows.add(figure(isOne() ? "memory here" : "memory here, most of one", Resource.MEMORY));
        rows.add(figure("written to disk here", Resource.DISK));
        rows.add(figure("bytes billed", Resource.BILLED_BYTES));
        rows.add(money("one run", Money::run));
        rows.add(money("kept in storage, a month", Money::keptMonth));
        rows.add(money("a month", Money::month));
        rows.add(money("a year", Money::year));
        lines.addAll(TextTable.lines(rows));
    }

    private List<String> figure(String name, Resource resource) {
        return row(name, t -> amount(resource, comparison.amounts(t)));
    }

    private static String amount(Resource resource, Map<Resource, Long> amounts) {
        Long amount = amounts.get(resource);
        return amount == null ? "-" : resource.format(amount);
    }

    private List<String> money(String name, Function<Money, BigDecimal> part) {
        int all = comparison.good().size();
        return row(
                name,
                t -> comparison.count(t, Verdict.CANNOT_SERVE) == all
                        ? "-"
                        : Reports.dollars(part.apply(comparison.money(t))));
    }

    private void reasons() {
        for (int t = 0; t < comparison.tiers().size(); t++) {
            int told = 0;
            for (Merge merge : comparison.good()) {
                CostEstimate estimate = merge.estimates().get(t);
                if (!estimate.fits() && told++ < MOST_REASONS) {
                    lines.add(name(t) + " " + Verdict.of(estimate).words() + (isOne() ? "" : " for " + merge.name())
                            + ": " + reasons(estimate));
                }
            }
            if (told > MOST_REASONS) {
                lines.add(name(t) + ": and " + (told - MOST_REASONS) + " more");
            }
        }
        if (!isOne()) {
            StringBuilder chosen = new StringBuilder("by the first that fits: ");
            for (int t = 0; t < comparison.tiers().size(); t++) {
                chosen.append(comparison.first(t))
                        .append(" by ")
                        .append(name(t))
                        .append(", ");
            }
            Money money = comparison.inOrder();
            lines.add(chosen.append(comparison.first(comparison.tiers().size())).append(" by none; ")
                    + Reports.dollars(money.run()) + " a run, " + Reports.dollars(money.month()) + " a month, "
                    + Reports.dollars(money.year()) + " a year");
        }
    }

    private static String reasons(CostEstimate estimate) {
        List<String> reasons = new ArrayList<>(estimate.refusals());
        estimate.predictedBreaches().forEach(breach -> reasons.add(breach.toString()));
        return String.join("; ", reasons);
    }

    private void items() {
        for (int t = 0; t < comparison.tiers().size(); t++) {
            if (comparison.items(t).isEmpty()) {
                continue;
            }
            lines.add(name(t) + ", one run:");
            if (isOne()) {
                comparison.good().get(0).estimates().get(t).costItems().forEach(item -> lines.add("  " + item));
            } else {
                comparison
                        .items(t)
                        .forEach((item, dollars) -> lines.add("  " + item + ": " + Reports.dollars(dollars)));
            }
        }
    }

    private void prices() {
        lines.add("A month has " + comparison.runsPerMonth()
                + " runs (--runs-per-month), a year twelve months; kept in Cloud" + " Storage between runs: "
                + keptWords());
        lines.add(
                comparison.prices().map(prices -> "At " + prices.list()).orElse("No prices are known")
                        + "; without taxes, free allowances and contracts; no egress where this machine is in the bucket's region");
    }

    private String keptWords() {
        List<String> kept = comparison.kept().stream()
                .map(what -> what.name().toLowerCase(Locale.ROOT))
                .sorted()
                .toList();
        return kept.isEmpty()
                ? "nothing (--keep)"
                : String.join(" and ", kept) + ", about " + new MemorySize(comparison.keptBytes()) + " in one version";
    }

    private static Map<Resource, Long> amounts(CostEstimate estimate) {
        Map<Resource, Long> amounts = new LinkedHashMap<>();
        for (Resource resource : Resource.values()) {
            estimate.amount(resource).ifPresent(amount -> amounts.put(resource, amount));
        }
        return amounts;
    }

    /** Returns totals by tier, and for each merge what every tier says of it. */
    static Map<String, Object> toMap(Comparison comparison, ExitCode exitCode) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("status", exitCode == ExitCode.DONE ? "compared" : "not all compared");
        map.put("exitCode", exitCode.code());
        map.put("runsPerMonth", comparison.runsPerMonth());
        map.put("kept", comparison.kept().stream().map(Enum::name).sorted().toList());
        map.put("keptBytes", comparison.keptBytes());
        map.put("prices", comparison.prices().map(Tier.Prices::list).orElse(null));
        List<Map<String, Object>> tiers = new ArrayList<>();
        for (int t = 0; t < comparison.tiers().size(); t++) {
            tiers.add(tier(comparison, t));
        }
        map.put("tiers", tiers);
        map.put("firstThatFits", money(comparison.inOrder()));
        map.put(
                "merges",
                comparison.merges().stream().map(ComparisonReport::merge).toList());
        return map;
    }

    private static Map<String, Object> tier(Comparison comparison, int tier) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("strategy", comparison.tiers().get(tier).strategy().name());
        for (Verdict verdict : Verdict.values()) {
            map.put(verdict.name(), comparison.count(tier, verdict));
        }
        map.put("first", comparison.first(tier));
        Map<String, Object> amounts = new LinkedHashMap<>();
        comparison.amounts(tier).forEach((resource, amount) -> amounts.put(resource.name(), amount));
        map.put("amounts", amounts);
        map.put("dollars", money(comparison.money(tier)));
        map.put("items", comparison.items(tier));
        return map;
    }

    private static Map<String, Object> money(Money money) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("run", money.run());
        map.put("keptMonth", money.keptMonth());
        map.put("month", money.month());
        map.put("year", money.year());
        return map;
    }

    private static Map<String, Object> merge(Merge merge) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", merge.name());
        map.put("problems", merge.problems());
        map.put("estimates", merge.estimates().stream().map(Reports::toMap).toList());
        return map;
    }
}
