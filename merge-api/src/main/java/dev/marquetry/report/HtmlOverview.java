/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.MergeResult;
import dev.marquetry.report.MergeReport.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** The table of all merges, and their totals. */
final class HtmlOverview {
    private static final List<String> HEADER = List.of(
            "Outcome",
            "Strategy",
            "Rows × columns",
            "Size",
            "Time",
            "Throughput",
            "Peak memory",
            "Cost",
            "Flagged files",
            "Reason");

    private final Html html;
    private final RunReport report;
    private final List<MergeReport> merges;
    private final Duration longest;

    private HtmlOverview(Html html, RunReport report) {
        this.html = html;
        this.report = report;
        merges = report.merges();
        longest = merges.stream()
                .map(MergeReport::elapsed)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    static void write(Html html, RunReport report) {
        new HtmlOverview(html, report).write();
    }

    private void write() {
        html.open("section", "id", "overview", "aria-labelledby", "overview-h")
                .element("h2", "Overview", "id", "overview-h");
        totals();
        html.element(
                "p",
                "Bars: time against the longest, peak memory against its limit where that is known.",
                "class",
                "note");
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-labelledby", "overview-h");
        html.open("table", "class", "overview");
        html.open("thead").open("tr").element("th", "Merge", "scope", "col");
        HEADER.forEach(
                name -> html.element("th", name, "scope", "col", "class", name.equals("Reason") ? "reason" : ""));
        html.close(2).open("tbody");
        for (int i = 0; i < merges.size(); i++) {
            row(merges.get(i), HtmlPage.id(i));
        }
        html.close(3).close();
    }

    private void totals() {
        long bytes = merges.stream()
                .filter(merge -> merge.outcome() == Outcome.DONE)
                .flatMap(merge -> merge.result().stream())
                .mapToLong(MergeResult::outputBytes)
                .sum();
        OptionalLong peak = merges.stream()
                .flatMapToLong(merge -> merge.peakMemoryBytes().stream())
                .max();
        html.open("dl", "class", "tiles", "id", "totals");
        for (Outcome outcome : Outcome.values()) {
            long count = report.count(outcome);
            if (count > 0) {
                tile(
                        html,
                        Words.outcome(outcome),
                        "total-" + Words.lower(outcome).replace(' ', '-'),
                        count,
                        Html.grouped(count));
            }
        }
        Duration elapsed = HtmlPage.elapsed(report);
        tile(html, "written", "total-bytes", bytes, Words.size(bytes));
        tile(html, "time", "total-time", elapsed.toMillis(), Words.time(elapsed));
        tile(html, "peak memory of one", "total-peak", peak.orElse(0), Words.size(peak));
        tile(html, "cost", "total-cost", report.cost().toPlainString(), Words.dollars(report.cost()));
        html.close();
    }

    /** Writes a figure with its name; {@code value} is the figure for machines. */
    static void tile(Html html, String name, String id, Object value, String figure) {
        html.open("div").element("dt", name);
        html.open("dd")
                .element("data", figure, "id", id, "value", value.toString())
                .close(2);
    }

    private void row(MergeReport merge, String id) {
        html.open("tr", "class", merge.isDone() ? "" : "undone");
        html.open("th", "scope", "row")
                .element("a", merge.name(), "href", "#" + id)
                .close();
        html.open("td");
        badge(html, merge);
        html.close().element("td", merge.strategy().orElse("–"));
        if (merge.result().isPresent()) {
            MergeResult result = merge.result().get();
            html.element("td", Html.grouped(result.rows()) + " × " + Html.grouped(result.columns()));
            html.element("td", Words.size(result.outputBytes()));
        } else {
            html.element("td", "–").element("td", "–");
        }
        boolean merged = merge.outcome() == Outcome.DONE || merge.outcome() == Outcome.FAILED;
        barred(merged ? Words.time(merge.elapsed()) : "–", merge.elapsed().toMillis(), longest.toMillis());
        html.element("td", merge.bytesPerSecond().isPresent() ? Words.rate(merge.bytesPerSecond()) : "–");
        OptionalLong peak = merge.peakMemoryBytes();
        barred(
                peak.isPresent() ? Words.size(peak) : "–",
                peak.orElse(0),
                merge.memoryLimitBytes().orElse(0));
        html.element("td", merged ? Words.dollars(merge.cost()) : "–");
        html.element("td", merge.files().isEmpty() ? "–" : Html.grouped(merge.flaggedFiles()));
        html.element("td", merge.reason(), "class", "reason").close();
    }

    /** Writes a figure over a bar that shows it as a part of {@code whole}; none if that is zero. */
    private void barred(String figure, long part, long whole) {
        html.open("td").text(figure);
        if (whole > 0 && part > 0) {
            html.open("span", "class", "bar", "aria-hidden", "true")
                    .element("span", "", "style", "width:" + Math.min(100, 100 * part / whole) + "%")
                    .close();
        }
        html.close();
    }

    static void badge(Html html, MergeReport merge) {
        String sign = switch (merge.outcome()) {
            case DONE -> "✓ ";
            case SKIPPED -> "↷ ";
            case FAILED -> "✗ ";
            case NOT_BEGUN -> "○ ";
            case RUNNING -> "… ";
        };
        html.element(
                "span",
                sign + Words.outcome(merge.outcome()),
                "class",
                "badge " + Words.lower(merge.outcome()).replace(' ', '-'));
    }
}
