/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.Attempt;
import dev.marquetry.CostEstimate;
import dev.marquetry.CostEstimate.Check;
import dev.marquetry.CostItem;
import dev.marquetry.LimitBreach;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The section of one merge. */
final class HtmlMerge {
    private final Html html;
    private final String id;
    private final MergeReport merge;
    private final boolean single;

    private HtmlMerge(Html html, String id, MergeReport merge, boolean single) {
        this.html = html;
        this.id = id;
        this.merge = merge;
        this.single = single;
    }

    /** Writes it; {@code single} if the page has no other. */
    static void write(Html html, String id, MergeReport merge, boolean single) {
        new HtmlMerge(html, id, merge, single).write();
    }

    private void write() {
        html.open("section", "class", "merge", "id", id, "aria-labelledby", id + "-h");
        html.open("h2", "id", id + "-h").text(single ? "Result " : merge.name() + " ");
        HtmlOverview.badge(html, merge);
        html.close();
        html.element("p", where(), "class", "note path");
        failure();
        backup();
        figures();
        warnings();
        if (merge.begun().isPresent()) {
            HtmlCharts.write(html, id, merge);
        }
        html.open("div", "class", "pair");
        predicted();
        attempts();
        html.close();
        costs();
        checks();
        HtmlFiles.write(html, id, merge, single);
        if (!single) {
            html.open("p", "class", "back")
                    .element("a", "↑ Overview", "href", "#overview")
                    .close();
        }
        html.close();
    }

    private String where() {
        return merge.output()
                + merge.begun().map(begun -> " · begun " + Words.moment(begun)).orElse("");
    }

    private void failure() {
        if (merge.isDone()) {
            return;
        }
        html.open("div", "class", "failure", "id", id + "-failure");
        html.element(
                "p", merge.failure().map(FailureReport::type).orElse(Words.outcome(merge.outcome())), "class", "type");
        html.element("p", merge.failure().map(FailureReport::message).orElse(merge.reason()), "class", "message");
        merge.failure().flatMap(FailureReport::breach).ifPresent(this::breach);
        html.close();
    }

    private void backup() {
        merge.backup()
                .ifPresent(copy -> html.element("p", "Backup: " + copy, "class", "note path", "id", id + "-backup"));
        merge.backupProblem().ifPresent(problem -> {
            html.open("div", "class", "failure", "id", id + "-backup");
            html.element("p", "Published, but not backed up", "class", "type");
            html.element("p", problem, "class", "message").close();
        });
    }

    private void breach(LimitBreach breach) {
        String observed = breach.basis() == LimitBreach.Basis.PREDICTED ? "foreseen" : "measured";
        html.open("dl", "class", "breach");
        HtmlOverview.tile(
                html,
                breach.resource().label() + (breach.resource().isFloor() ? ", least" : ", most"),
                id + "-breach-limit",
                breach.limit(),
                breach.resource().format(breach.limit()));
        HtmlOverview.tile(
                html,
                observed,
                id + "-breach-observed",
                breach.observed(),
                breach.resource().format(breach.observed()));
        HtmlOverview.tile(
                html,
                "while",
                id + "-breach-phase",
                breach.phase(),
                breach.phase().verb());
        if (!breach.where().isEmpty()) {
            HtmlOverview.tile(html, "at", id + "-breach-where", breach.where(), breach.where());
        }
        html.close();
    }

    private void figures() {
        html.open("dl", "class", "tiles");
        merge.result().ifPresent(result -> {
            tile("rows", "rows", result.rows(), Html.grouped(result.rows()));
            tile("columns", "columns", result.columns(), Html.grouped(result.columns()));
            tile("read", "input", result.inputBytes(), Words.size(result.inputBytes()));
            tile("written", "output", result.outputBytes(), Words.size(result.outputBytes()));
        });
        if (merge.begun().isPresent()) {
            tile("time", "time", merge.elapsed().toMillis(), Words.time(merge.elapsed()));
        }
        merge.bytesPerSecond().ifPresent(rate -> tile("throughput", "rate", rate, Words.rate(OptionalLong.of(rate))));
        merge.peakMemoryBytes().ifPresent(peak -> {
            OptionalLong limit = merge.memoryLimitBytes();
            String of = limit.isPresent() ? " of " + Words.size(limit) : "";
            tile("peak memory" + of, "peak", peak, Words.size(peak));
        });
        tile("cost", "cost", merge.cost().toPlainString(), Words.dollars(merge.cost()));
        html.close();
        merge.result().filter(result -> !result.chunks().isEmpty()).ifPresent(this::moves);
    }

    private void tile(String name, String figure, Object value, String text) {
        HtmlOverview.tile(html, name, id + "-" + figure, value, text);
    }

    private void moves(MergeResult result) {
        List<String> texts = new ArrayList<>();
        for (Move move : Move.values()) {
            long count = result.chunks().getOrDefault(move, 0L);
            if (count > 0) {
                texts.add(Html.grouped(count) + " " + Words.move(move));
            }
        }
        html.element("p", "Column chunks: " + String.join(", ", texts) + ".", "class", "note", "id", id + "-chunks");
    }

    private void warnings() {
        if (!merge.warnings().isEmpty()) {
            html.open("div", "class", "warnings", "id", id + "-warnings")
                    .element("h3", "Warnings")
                    .open("ul");
            merge.warnings().forEach(text -> html.element("li", text));
            html.close(2);
        }
    }

    private void predicted() {
        html.open("div").element("h3", "Predicted and actual", "id", id + "-predicted-h");
        Optional<CostEstimate> estimate = merge.estimate();
        if (estimate.isEmpty()) {
            String reason =
                    merge.estimateProblem().map(problem -> ": " + problem).orElse(".");
            html.element("p", "Nothing was predicted" + reason, "class", "unknown")
                    .close();
            return;
        }
        CostEstimate made = estimate.get();
        Optional<MergeResult> result = merge.result();
        table(id + "-predicted", List.of("", "Predicted", "Actual", "Ratio"), id + "-predicted-h");
        predicted("Memory", made.amount(Resource.MEMORY), merge.peakMemoryBytes(), Resource.MEMORY);
        predicted(
                "Bytes written",
                made.amount(Resource.DISK),
                result.map(done -> OptionalLong.of(done.outputBytes())).orElse(OptionalLong.empty()),
                Resource.DISK);
        predicted(
                "Time",
                made.amount(Resource.ELAPSED),
                result.map(done -> OptionalLong.of(done.elapsed().toMillis())).orElse(OptionalLong.empty()),
                Resource.ELAPSED);
        if (made.amount(Resource.BILLED_BYTES).isPresent()) {
            predicted("Billed bytes", made.amount(Resource.BILLED_BYTES), OptionalLong.empty(), Resource.BILLED_BYTES);
        }
        html.open("tr").element("th", "Cost", "scope", "row").element("td", Words.dollars(made.cost()));
        html.element("td", Words.dollars(merge.cost()));
        html.element("td", Words.percent(merge.cost().doubleValue(), made.cost().doubleValue()))
                .close();
        html.close(3);
        String maker = result.map(MergeResult::strategy).orElse(made.strategy());
        if (!made.strategy().equals(maker)) {
            html.element(
                    "p", "Predicted for " + made.strategy() + ", but " + maker + " made the output.", "class", "note");
        }
        html.close();
    }

    private void predicted(String name, OptionalLong predicted, OptionalLong actual, Resource unit) {
        html.open("tr").element("th", name, "scope", "row");
        html.element("td", predicted.isPresent() ? unit.format(predicted.getAsLong()) : Words.UNKNOWN);
        html.element("td", actual.isPresent() ? unit.format(actual.getAsLong()) : Words.UNKNOWN);
        html.element(
                "td",
                predicted.isPresent() && actual.isPresent()
                        ? Words.percent((double) actual.getAsLong(), (double) predicted.getAsLong())
                        : "");
        html.close();
    }

    /** Opens a table and its body. */
    private void table(String tableId, List<String> header, String labelId) {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-labelledby", labelId);
        html.open("table", "id", tableId).open("thead").open("tr");
        header.forEach(
                name -> html.element("th", name, "scope", "col", "class", name.equals("Reason") ? "reason" : ""));
        html.close(2).open("tbody");
    }

    private void attempts() {
        html.open("div").element("h3", "Tries", "id", id + "-attempts-h");
        if (merge.attempts().isEmpty()) {
            html.element("p", "This run made none.", "class", "unknown").close();
            return;
        }
        table(id + "-attempts", List.of("Strategy", "Outcome", "Time", "Cost", "Reason"), id + "-attempts-h");
        for (Attempt attempt : merge.attempts()) {
            html.open("tr").element("th", attempt.strategy(), "scope", "row");
            html.element("td", Words.lower(attempt.outcome()));
            html.element("td", Words.time(attempt.elapsed()));
            html.element("td", Words.dollars(attempt.cost()));
            html.element("td", attempt.detail(), "class", "reason").close();
        }
        html.close(4);
    }

    private void costs() {
        List<CostItem> paid = merge.result().map(MergeResult::costItems).orElse(List.of());
        if (!paid.isEmpty()) {
            html.element("h3", "Cost by item", "id", id + "-costs-h");
            table(id + "-costs", List.of("Item", "Quantity", "Dollars"), id + "-costs-h");
            for (CostItem item : paid) {
                html.open("tr").element("th", item.name(), "scope", "row");
                html.element("td", item.quantity());
                html.element("td", "$" + item.dollars().toPlainString()).close();
            }
            html.close(3);
        }
    }

    private void checks() {
        List<Check> checks = merge.estimate().map(CostEstimate::checks).orElse(List.of());
        if (checks.isEmpty()) {
            return;
        }
        long failed = checks.stream().filter(check -> !check.passed()).count();
        html.open("details", "open", failed > 0 ? "open" : "", "id", id + "-checks");
        html.element(
                "summary",
                Words.counted(checks.size(), "check") + " before the merge, "
                        + (failed == 0 ? "all passed" : failed + " not passed"));
        html.open("ul", "class", "checks");
        for (Check check : checks) {
            html.element(
                    "li",
                    (check.passed() ? "✓ " : "✗ ") + check.name() + ": " + check.detail(),
                    "class",
                    check.passed() ? "" : "wrong");
        }
        html.close(2);
    }
}
