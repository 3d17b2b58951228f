/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.report.Chart.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/** Draws what a merge took over time, and says what of it is not known. */
final class HtmlCharts {
    private final Html html;
    private final String id;
    private final MergeReport merge;
    private final List<SamplePoint> points;

    private HtmlCharts(Html html, String id, MergeReport merge) {
        this.html = html;
        this.id = id;
        this.merge = merge;
        points = merge.points();
    }

    static void write(Html html, String id, MergeReport merge) {
        new HtmlCharts(html, id, merge).write();
    }

    private void write() {
        html.element("h3", "Over time");
        if (points.isEmpty()) {
            html.element(
                    "p", "Not known: nobody took samples while it ran.", "class", "unknown", "id", id + "-samples");
            return;
        }
        List<String> missing = new ArrayList<>();
        memory();
        html.open("div", "class", "charts");
        if (!simple("free-memory", "Free memory of the system", "free", "free least", SamplePoint::freeMemoryBytes)) {
            missing.add("free memory of the system");
        }
        throughput();
        if (!simple("free-disk", "Free disk where the output lies", "free", "disk", SamplePoint::freeDiskBytes)) {
            missing.add("free disk");
        }
        html.close();
        if (!merge.sampled()) {
            html.element(
                    "p",
                    "Drawn from events of progress, as no samples were taken: memory of the process, heap, free memory and"
                            + " free disk are not known.",
                    "class",
                    "unknown",
                    "id",
                    id + "-samples");
        } else if (!missing.isEmpty()) {
            html.element("p", "Not known: " + String.join(", ", missing) + ".", "class", "unknown");
        }
    }

    private void memory() {
        List<Line> lines = new ArrayList<>();
        add(lines, "limit", "limit", SamplePoint::memoryLimitBytes);
        add(lines, "heap of the process, with garbage", "heap", SamplePoint::heapBytes);
        add(lines, "memory of the process (RssAnon)", "process", SamplePoint::processBytes);
        add(lines, "merge's own memory", "own", point -> OptionalLong.of(point.memoryBytes()));
        new Chart(id + "-memory", "Memory against its limit", points, lines, HtmlCharts::shortSize, 1024).write(html);
    }

    private void add(List<Line> lines, String name, String style, Function<SamplePoint, OptionalLong> value) {
        List<OptionalLong> values = points.stream().map(value).toList();
        OptionalLong most = values.stream().flatMapToLong(OptionalLong::stream).max();
        Line line =
                new Line(name, style, style.equals("limit") ? Words.size(most) : "most " + Words.size(most), values);
        if (line.isKnown()) {
            lines.add(line);
        }
    }

    private boolean simple(
            String chart, String title, String name, String style, Function<SamplePoint, OptionalLong> value) {
        List<OptionalLong> values = points.stream().map(value).toList();
        OptionalLong least = values.stream().flatMapToLong(OptionalLong::stream).min();
        Line line = new Line(name, style, "least " + Words.size(least), values);
        if (line.isKnown()) {
            new Chart(id + "-" + chart, title, points, List.of(line), HtmlCharts::shortSize, 1024).write(html);
        }
        return line.isKnown();
    }

    private void throughput() {
        List<OptionalLong> rates = new ArrayList<>();
        rates.add(OptionalLong.empty());
        for (int i = 1; i < points.size(); i++) {
            rates.add(rate(points.get(i - 1), points.get(i)));
        }
        OptionalLong most = rates.stream().flatMapToLong(OptionalLong::stream).max();
        if (most.isPresent()) {
            Line line = new Line("moved", "rate", "most " + Words.rate(most), rates);
            new Chart(id + "-throughput", "Throughput", points, List.of(line), HtmlCharts::shortRate, 1_000)
                    .write(html);
        }
    }

    private static OptionalLong rate(SamplePoint before, SamplePoint point) {
        long millis = point.endMillis() - before.endMillis();
        if (millis <= 0 || point.attempt() != before.attempt()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Math.max(0, (point.bytesMoved() - before.bytesMoved()) * 1_000 / millis));
    }

    private static String shortRate(long bytes) {
        if (bytes == 0) {
            return "0";
        }
        return bytes < 1_000_000 ? bytes / 1e3 + " kB/s" : Html.grouped(bytes / 1_000_000) + " MB/s";
    }

    private static String shortSize(long bytes) {
        return bytes == 0 ? "0" : Words.size(bytes).replace(".0 ", " ");
    }
}
