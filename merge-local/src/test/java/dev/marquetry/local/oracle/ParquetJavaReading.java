/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;

/** Compares a file, read by parquet-java, with the table it must hold: schema, values, statistics, indexes, filters. */
public final class ParquetJavaReading {
    private static final int MOST_DIFFERENCES = 12;

    private ParquetJavaReading() {}

    /** Returns how {@code file} differs from {@code expected}, a line each; empty if it does not. */
    public static List<String> differences(Path file, Table expected) {
        List<String> differences = new ArrayList<>();
        try {
            BytesFile bytes = BytesFile.of(file);
            compareSchema(bytes, expected, differences);
            if (differences.isEmpty()) {
                List<Object[]> rows = Rows.read(bytes, FilterCompat.NOOP, Set.of());
                compareRows(rows, expected, differences);
                ChunkTruth.check(bytes, expected, differences);
                FilteredReads.check(bytes, expected, rows, differences);
            }
        } catch (IOException | RuntimeException e) {
            differences.add("parquet-java cannot read it: " + e + causes(e));
        }
        return differences.size() > MOST_DIFFERENCES ? differences.subList(0, MOST_DIFFERENCES) : differences;
    }

    private static String causes(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            text.append(", because of ").append(cause);
        }
        return text.append(" at ")
                .append(List.of(thrown.getStackTrace()).subList(0, 1))
                .toString();
    }

    private static void compareSchema(BytesFile file, Table expected, List<String> differences) throws IOException {
        MessageType schema;
        try (ParquetFileReader reader = ParquetFileReader.open(file, Rows.options())) {
            schema = reader.getFileMetaData().getSchema();
        }
        if (schema.getFieldCount() != expected.columns().size()) {
            differences.add("has " + schema.getFieldCount() + " columns instead of "
                    + expected.columns().size() + ": " + schema);
            return;
        }
        for (int c = 0; c < expected.columns().size(); c++) {
            PrimitiveType wanted = expected.columns().get(c).primitive();
            if (!schema.getType(c).isPrimitive()
                    || !same(wanted, schema.getType(c).asPrimitiveType())) {
                differences.add("column " + c + " is " + schema.getType(c) + " instead of " + wanted);
            }
        }
    }

    private static boolean same(PrimitiveType a, PrimitiveType b) {
        return a.getName().equals(b.getName())
                && a.getPrimitiveTypeName() == b.getPrimitiveTypeName()
                && a.getTypeLength() == b.getTypeLength()
                && a.getRepetition() == b.getRepetition()
                && Objects.equals(a.getLogicalTypeAnnotation(), b.getLogicalTypeAnnotation());
    }

    static void compareRows(List<Object[]> rows, Table expected, List<String> differences) {
        if (rows.size() != expected.rows().size()) {
            differences.add(
                    "has " + rows.size() + " rows instead of " + expected.rows().size());
        }
        for (int r = 0; r < Math.min(rows.size(), expected.rows().size()); r++) {
            Object[] wanted = expected.rows().get(r);
            for (int c = 0; c < wanted.length; c++) {
                if (!same(wanted[c], rows.get(r)[c])) {
                    differences.add("row " + r + " column " + expected.columns().get(c) + ": " + text(rows.get(r)[c])
                            + " instead of " + text(wanted[c]));
                }
            }
        }
    }

    /** Returns whether two cells are the same to the last bit. */
    static boolean same(Object a, Object b) {
        if (a instanceof Double x && b instanceof Double y) {
            return Double.doubleToRawLongBits(x) == Double.doubleToRawLongBits(y);
        }
        if (a instanceof Float x && b instanceof Float y) {
            return Float.floatToRawIntBits(x) == Float.floatToRawIntBits(y);
        }
        return Objects.equals(a, b);
    }

    private static String text(Object cell) {
        return cell instanceof Binary binary
                ? "0x" + HexFormat.of().formatHex(binary.getBytes())
                : String.valueOf(cell);
    }
}
