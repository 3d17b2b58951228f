/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.validate;

import dev.marquetry.ValidationReport.Kind;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/** Compares the output's columns with the plan's: names and places, types, and whether they may be null. */
public final class SchemaCheck {
    private final MergePlan plan;
    private final InputFile output;
    private final Findings findings;

    private SchemaCheck(MergePlan plan, InputFile output, Findings findings) {
        this.plan = plan;
        this.output = output;
        this.findings = findings;
    }

    /**
     * Tells {@code findings} where the columns of {@code output} are not as planned. Returns for each planned column the one
     * of its name, or null if there is none, or its values can not be compared.
     */
    public static List<@Nullable InputColumn> check(MergePlan plan, InputFile output, Findings findings) {
        return new SchemaCheck(plan, output, findings).check();
    }

    private List<@Nullable InputColumn> check() {
        Map<String, InputColumn> found = new HashMap<>();
        for (InputColumn column : output.columns()) {
            if (found.putIfAbsent(column.name(), column) != null) {
                findings.ofColumn(
                        column.index(), Kind.COLUMN, output.name(), column.name(), "there once", "there again");
            }
        }
        Map<String, OutputColumn> planned = new HashMap<>();
        plan.columns().forEach(column -> planned.put(column.name(), column));
        Map<String, Integer> places = new HashMap<>(); // among the columns that both have
        for (InputColumn column : output.columns()) {
            if (planned.containsKey(column.name())) {
                places.putIfAbsent(column.name(), places.size());
            }
        }
        int next = 0;
        List<@Nullable InputColumn> pairs = new ArrayList<>();
        for (OutputColumn column : plan.columns()) {
            InputColumn pair = found.get(column.name());
            String file = plan.files().get(column.file()).name();
            String place = "column " + column.index();
            if (pair == null) {
                findings.ofColumn(column.index(), Kind.COLUMN, file, column.name(), place, "missing");
            } else if (next++ != Objects.requireNonNull(places.get(column.name()))) {
                findings.ofColumn(column.index(), Kind.COLUMN, file, column.name(), place, "column " + pair.index());
            }
            pairs.add(pair != null && typesMatch(column, pair.schema(), file) ? pair : null);
        }
        for (InputColumn column : output.columns()) {
            if (!planned.containsKey(column.name())) {
                findings.ofColumn(
                        column.index(),
                        Kind.COLUMN,
                        output.name(),
                        column.name(),
                        "none of the inputs'",
                        "column " + column.index());
            }
        }
        return pairs;
    }

    /** Returns whether values can be compared; other differences are told too. */
    private boolean typesMatch(OutputColumn column, SchemaElement found, String file) {
        SchemaElement wanted = column.schema();
        boolean comparable = wanted.getType() == found.getType() && wanted.getType_length() == found.getType_length();
        boolean same = comparable
                && wanted.getRepetition_type() == found.getRepetition_type()
                && Objects.equals(wanted.getLogicalType(), found.getLogicalType())
                && wanted.getConverted_type() == found.getConverted_type()
                && wanted.getScale() == found.getScale()
                && wanted.getPrecision() == found.getPrecision();
        if (!same) {
            findings.ofColumn(column.index(), Kind.TYPE, file, column.name(), text(wanted), text(found));
        }
        return comparable;
    }

    private static String text(SchemaElement schema) {
        String length = schema.isSetType_length() ? "(" + schema.getType_length() + ")" : "";
        String logical = schema.isSetLogicalType()
                ? " " + schema.getLogicalType().getSetField() + " "
                        + schema.getLogicalType().getFieldValue()
                : "";
        String converted = schema.isSetConverted_type() ? " " + schema.getConverted_type() : "";
        return schema.getRepetition_type() + " " + schema.getType() + length + logical + converted;
    }
}
