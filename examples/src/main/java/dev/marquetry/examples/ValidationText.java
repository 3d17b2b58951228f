/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.Resource;
import dev.marquetry.ValidationReport;
import dev.marquetry.ValidationReport.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code validate} prints, as text and as JSON. */
final class ValidationText {
    private ValidationText() {}

    /** Returns the report, a problem a line. */
    static List<String> lines(ValidationReport report) {
        List<String> lines = new ArrayList<>();
        report.findings().forEach(finding -> lines.add(finding.toString()));
        long untold = report.problems() - report.findings().size();
        if (untold > 0) {
            lines.add(String.format(Locale.ROOT, "... and %,d problems more", untold));
        }
        report.notes().forEach(note -> lines.add("Note: " + note));
        lines.add(String.format(
                Locale.ROOT,
                "%s is %s: %,d rows x %,d columns, %,d values of %,d columns compared in %s, peak memory %s",
                MergeRequest.fileName(report.output()),
                report.valid() ? "valid" : String.format(Locale.ROOT, "NOT VALID, %,d problems", report.problems()),
                report.rows(),
                report.columns(),
                report.valuesCompared(),
                report.columnsCompared(),
                Resource.ELAPSED.format(report.elapsed().toMillis()),
                new MemorySize(report.peakMemoryBytes())));
        return lines;
    }

    /** Returns the report for {@code --json}. */
    static Map<String, Object> toMap(ValidationReport report, ExitCode exitCode) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("ok", report.valid());
        map.put("exitCode", exitCode.code());
        map.put("output", report.output().toString());
        map.put("depth", report.depth().name());
        map.put("rows", report.rows());
        map.put("columns", report.columns());
        map.put("columnsCompared", report.columnsCompared());
        map.put("valuesCompared", report.valuesCompared());
        map.put("problems", report.problems());
        map.put(
                "findings",
                report.findings().stream().map(ValidationText::finding).toList());
        map.put("notes", report.notes());
        map.put("elapsedMillis", report.elapsed().toMillis());
        map.put("peakMemoryBytes", report.peakMemoryBytes());
        return map;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", finding.kind().name());
        map.put("file", finding.file());
        if (!finding.column().isEmpty()) {
            map.put("column", finding.column());
        }
        finding.row().ifPresent(row -> map.put("row", row));
        if (!finding.key().isEmpty()) {
            map.put("key", finding.key());
        }
        map.put("expected", finding.expected());
        map.put("found", finding.found());
        return map;
    }
}
