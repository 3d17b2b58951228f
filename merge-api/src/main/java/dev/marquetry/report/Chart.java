/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * Lines over time as SVG that stretches to the width there is, with its labels beside it as text, which does not. Scales begin
 * at zero.
 */
final class Chart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 200;
    private static final int MOST_STEPS = 5;

    /**
     * One line.
     *
     * @param name what it shows, for the legend
     * @param style its class in the style sheet
     * @param summary the figure that tells most, for the legend
     * @param values a value for each point, empty where it is not known
     */
    record Line(String name, String style, String summary, List<OptionalLong> values) {
        boolean isKnown() {
            return values.stream().anyMatch(OptionalLong::isPresent);
        }
    }

    private final String id;
    private final String title;
    private final List<SamplePoint> points;
    private final List<Line> lines;
    private final LongFunction<String> label;
    private final long stepBase;
    private final long endMillis;

    /**
     * @param lines those that are known, at least one
     * @param label writes a value of the scale
     * @param stepBase 1,000 or 1,024: the scale's steps are round numbers of its units
     */
    Chart(
            String id,
            String title,
            List<SamplePoint> points,
            List<Line> lines,
            LongFunction<String> label,
            long stepBase) {
        this.id = id;
        this.title = title;
        this.points = points;
        this.lines = lines;
        this.label = label;
        this.stepBase = stepBase;
        endMillis = Math.max(1, points.get(points.size() - 1).endMillis());
    }

    void write(Html html) {
        long step = step(
                lines.stream()
                        .flatMap(line -> line.values().stream())
                        .mapToLong(value -> value.orElse(0))
                        .max()
                        .orElse(0),
                stepBase);
        long top = step;
        while (lines.stream()
                        .flatMap(line -> line.values().stream())
                        .mapToLong(v -> v.orElse(0))
                        .max()
                        .orElse(0)
                > top) {
            top += step;
        }
        html.open("figure", "class", "chart", "id", id).element("figcaption", title);
        html.open("div", "class", "plot");
        html.open("div", "class", "y", "aria-hidden", "true");
        for (long value = 0; value <= top; value += step) {
            html.element("span", label.apply(value), "style", "bottom:" + percent(value, top));
        }
        html.close();
        writeSvg(html, top, step);
        writePhases(html);
        writeTimes(html);
        html.close();
        writeLegend(html);
        html.close();
    }

    private void writeSvg(Html html, long top, long step) {
        html.open(
                "svg",
                "viewBox",
                "0 0 " + WIDTH + " " + HEIGHT,
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-labelledby",
                id + "-t " + id + "-d");
        html.element("title", title, "id", id + "-t").element("desc", description(), "id", id + "-d");
        for (long value = 0; value <= top; value += step) {
            html.empty("path", "class", "grid", "d", "M0 " + y(value, top) + "H" + WIDTH);
        }
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).attempt() != points.get(i - 1).attempt()) {
                html.empty("path", "class", "try", "d", "M" + x(points.get(i).beginMillis()) + " 0V" + HEIGHT);
            }
        }
        for (Line line : lines) {
            html.empty("path", "class", "line " + line.style(), "d", path(line, top));
        }
        html.close();
    }

    private String description() {
        StringBuilder text = new StringBuilder("Over ").append(time(endMillis)).append(": ");
        lines.forEach(line ->
                text.append(line.name()).append(", ").append(line.summary()).append("; "));
        return text.substring(0, text.length() - 2) + ".";
    }

    private String path(Line line, long top) {
        StringBuilder path = new StringBuilder();
        boolean draws = false;
        for (int i = 0; i < points.size(); i++) {
            OptionalLong value = line.values().get(i);
            boolean goesOn = draws
                    && i > 0
                    && points.get(i).attempt() == points.get(i - 1).attempt();
            draws = value.isPresent();
            if (draws) {
                String at = x(points.get(i).endMillis()) + " " + y(value.getAsLong(), top);
                path.append(goesOn ? "L" + at : "M" + at + "h.1"); // a point alone is to be seen too
            }
        }
        return path.toString();
    }

    /** Writes which step the merge was in, in bands under the lines. */
    private void writePhases(Html html) {
        html.open("div", "class", "phases");
        int begin = 0;
        for (int i = 1; i <= points.size(); i++) {
            if (i == points.size() || points.get(i).phase() != points.get(begin).phase()) {
                long from = begin == 0 ? 0 : points.get(begin - 1).endMillis();
                long to = points.get(i - 1).endMillis();
                String verb = points.get(begin).phase().verb();
                html.element(
                        "span",
                        to - from > endMillis / 9 ? verb : "",
                        "class",
                        to - from > endMillis / 5 ? "" : "short",
                        "title",
                        verb + ", " + time(to - from),
                        "style",
                        "left:" + percent(from, endMillis) + ";width:" + percent(to - from, endMillis));
                begin = i;
            }
        }
        html.close();
    }

    private void writeTimes(Html html) {
        html.open("div", "class", "x", "aria-hidden", "true");
        for (long millis : ticks(endMillis)) {
            html.element("span", time(millis), "style", "left:" + percent(millis, endMillis));
        }
        html.close();
    }

    private void writeLegend(Html html) {
        html.open("ul", "class", "legend");
        for (Line line : lines) {
            html.open("li");
            html.open("svg", "viewBox", "0 0 24 8", "class", "key", "aria-hidden", "true")
                    .empty("path", "class", "line " + line.style(), "d", "M1 4H23")
                    .close();
            html.text(line.name() + ": ").element("b", line.summary()).close();
        }
        html.close();
    }

    /** Returns the least round step of which at most {@value #MOST_STEPS} reach {@code most}. */
    static long step(long most, long base) {
        long unit = 1;
        while (unit * base <= most / MOST_STEPS) {
            unit *= base;
        }
        long[] steps = base == 1024
                ? new long[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}
                : new long[] {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
        for (long step : steps) {
            if (step * unit * MOST_STEPS >= most) {
                return step * unit;
            }
        }
        return base * unit;
    }

    static List<Long> ticks(long endMillis) {
        long[] steps = {
            1,
            2,
            5,
            10,
            20,
            50,
            100,
            200,
            500,
            1_000,
            2_000,
            5_000,
            10_000,
            20_000,
            30_000,
            60_000,
            120_000,
            300_000,
            600_000,
            1_200_000,
            1_800_000,
            3_600_000,
            7_200_000,
            14_400_000,
            43_200_000,
            86_400_000
        };
        long step = steps[steps.length - 1];
        for (int i = steps.length - 1; i >= 0 && endMillis / steps[i] <= MOST_STEPS; i--) {
            step = steps[i];
        }
        List<Long> ticks = new ArrayList<>();
        for (long at = 0; at <= endMillis; at += step) {
            ticks.add(at);
        }
        return ticks;
    }

    private static String time(long millis) {
        if (millis == 0) {
            return "0";
        } else if (millis < 1000) {
            return millis + " ms";
        } else if (millis < 120_000) {
            return (millis % 1000 == 0 ? String.valueOf(millis / 1000) : decimal(millis / 1e3)) + " s";
        }
        return millis % 3_600_000 == 0 ? millis / 3_600_000 + " h" : millis / 60_000 + " min";
    }

    private String x(long millis) {
        return decimal(WIDTH * (double) millis / endMillis);
    }

    private static String y(long value, long top) {
        return decimal(HEIGHT - HEIGHT * (double) value / top);
    }

    private static String percent(long part, long whole) {
        return decimal(100.0 * part / whole) + "%";
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
