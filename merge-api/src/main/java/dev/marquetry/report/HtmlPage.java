/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.report.MergeReport.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The page: whether all is well, an overview where there are several merges, and a section for each. */
final class HtmlPage {
    private static final String STYLE = "report.css";

    private final Html html = new Html();
    private final RunReport report;
    private final List<MergeReport> merges;

    private HtmlPage(RunReport report) {
        this.report = report;
        merges = report.merges();
    }

    static String of(RunReport report) {
        return new HtmlPage(report).write();
    }

    private String write() {
        boolean single = merges.size() == 1 && report.batch().isEmpty();
        String title = single ? merges.get(0).name() : Words.counted(merges.size(), "merge");
        html.open("html", "lang", "en").open("head");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "color-scheme", "content", "light dark");
        html.element("title", title + ": " + (report.allDone() ? "done" : "not done") + " · Marquetry");
        html.style(style()).close();
        html.open("body").open("header", "class", "page");
        html.element("p", "Marquetry merge report", "class", "kind").element("h1", title);
        html.element("p", subtitle(), "class", "note").close();
        html.open("main");
        verdict();
        if (!single && !merges.isEmpty()) {
            HtmlOverview.write(html, report);
        }
        for (int i = 0; i < merges.size(); i++) {
            HtmlMerge.write(html, id(i), merges.get(i), single);
        }
        html.close();
        html.open("footer")
                .element(
                        "p",
                        "Sizes in KiB, MiB and GiB are powers of 1,024; MB/s are 1,000,000 bytes a second. Costs are in US"
                                + " dollars. The merge's own memory is what its limit holds; memory of the process is all that the"
                                + " Java process takes, and heap counts garbage that is not yet collected.")
                .close();
        return html.close(2).toString();
    }

    /** Returns the id of the section of the merge at {@code index}. */
    static String id(int index) {
        return "m" + (index + 1);
    }

    private String subtitle() {
        StringBuilder text = new StringBuilder("Written ").append(Words.moment(report.created()));
        report.batch().ifPresent(batch -> text.append(" after ").append(Words.time(batch.elapsed())));
        return text.toString();
    }

    private void verdict() {
        long undone = merges.stream().filter(merge -> !merge.isDone()).count();
        List<String> looks = looks();
        boolean interrupted = report.batch().map(RunReport.Batch::interrupted).orElse(false);
        String kind = undone > 0 || !report.allDone() ? "bad" : looks.isEmpty() ? "good" : "look";
        html.open("div", "class", "verdict " + kind, "id", "verdict");
        html.open("p", "class", "words").element("span", sign(kind), "aria-hidden", "true", "class", "sign");
        html.text(" " + words(undone)).close();
        report.problem()
                .ifPresent(problem -> html.element(
                        "p", problem.type() + ": " + problem.message(), "class", "message", "id", "problem"));
        if (undone > 0 && merges.size() > 1) {
            html.element("p", interrupted ? "The batch was interrupted. Not done:" : "Not done:");
            html.open("ul");
            for (int i = 0; i < merges.size(); i++) {
                MergeReport merge = merges.get(i);
                if (!merge.isDone()) {
                    html.open("li").element("a", merge.name(), "href", "#" + id(i));
                    html.text(merge.reason().isEmpty() ? "" : ": " + merge.reason())
                            .close();
                }
            }
            html.close();
        }
        if (!looks.isEmpty()) {
            html.element("p", "Worth a look: " + String.join("; ", looks) + ".");
        }
        html.close();
    }

    private String words(long undone) {
        if (merges.isEmpty()) {
            return "Nothing was merged";
        } else if (undone == 0) {
            return merges.size() == 1
                    ? looks().isEmpty() ? "All is well: the output is there" : "The output is there"
                    : "All " + merges.size() + " outputs are there";
        } else if (merges.size() == 1) {
            return switch (merges.get(0).outcome()) {
                case NOT_BEGUN -> "Not merged";
                case RUNNING -> "Not ended yet";
                default -> "Failed: there is no new output";
            };
        }
        return Html.grouped(undone) + " of " + merges.size() + " outputs are not there";
    }

    private static String sign(String kind) {
        return switch (kind) {
            case "good" -> "✓";
            case "look" -> "!";
            default -> "✗";
        };
    }

    private List<String> looks() {
        List<String> looks = new ArrayList<>();
        long warned =
                merges.stream().filter(merge -> !merge.warnings().isEmpty()).count();
        long fellBack = merges.stream()
                .filter(merge ->
                        merge.outcome() == Outcome.DONE && merge.attempts().size() > 1)
                .count();
        long flagged = merges.stream().mapToLong(MergeReport::flaggedFiles).sum();
        boolean one = merges.size() == 1;
        if (warned > 0) {
            looks.add(one ? "warnings" : "warnings of " + Words.counted(warned, "merge"));
        }
        if (fellBack > 0) {
            looks.add(one ? "a fallback was needed" : Words.counted(fellBack, "merge") + " needed a fallback");
        }
        long notBackedUp = merges.stream()
                .filter(merge -> merge.backupProblem().isPresent())
                .count();
        if (notBackedUp > 0) {
            looks.add(Words.counted(notBackedUp, "output") + (notBackedUp == 1 ? " is" : " are") + " not backed up");
        }
        if (flagged > 0) {
            looks.add(Words.counted(flagged, "file") + " with absent, duplicate or null keys");
        }
        return looks;
    }

    private static String style() {
        try (InputStream css = Objects.requireNonNull(HtmlPage.class.getResourceAsStream(STYLE), STYLE)) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + STYLE + " of this jar", e);
        }
    }

    /** Returns the time of the whole run: of the batch, else of all merges one after the other. */
    static Duration elapsed(RunReport report) {
        return report.batch()
                .map(RunReport.Batch::elapsed)
                .orElse(report.merges().stream().map(MergeReport::elapsed).reduce(Duration.ZERO, Duration::plus));
    }
}
