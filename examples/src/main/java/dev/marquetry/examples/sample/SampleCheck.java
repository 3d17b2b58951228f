/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Compares a merged file with what the generating functions say it must hold. Never looks at the sampled files.
 *
 * @param rows rows of the merged file
 * @param columns columns of the merged file
 * @param columnsCompared columns whose every value was compared
 * @param valuesCompared values compared, nulls among them
 * @param problems what was wrong, one line each and at most {@value #MAX_PROBLEMS}; empty if all was right
 */
public record SampleCheck(long rows, int columns, int columnsCompared, long valuesCompared, List<String> problems) {
    private static final int MAX_PROBLEMS = 10;

    /** Copies the problems. */
    public SampleCheck {
        problems = List.copyOf(problems);
    }

    /**
     * Checks rows, columns and their order, then every value of the key, of {@code columnsPerFile} of the targets and of
     * {@code columnsPerFile} columns of each feature file.
     *
     * @throws IOException if {@code merged} can not be read
     */
    public static SampleCheck check(SampleSpec spec, Path merged, int columnsPerFile) throws IOException {
        try (ColumnChunks file = new ColumnChunks(merged)) {
            Run run = new Run(spec, file);
            run.checkShape();
            run.checkValues(columnsPerFile);
            return new SampleCheck(
                    file.rows(), file.schema().getFieldCount(), run.columnsCompared, run.valuesCompared, run.problems);
        }
    }

    /** One check's findings so far. */
    private static final class Run {
        private final SampleSpec spec;
        private final ColumnChunks merged;
        private final List<String> problems = new ArrayList<>();
        private int columnsCompared;
        private long valuesCompared;

        Run(SampleSpec spec, ColumnChunks merged) {
            this.spec = spec;
            this.merged = merged;
        }

        void checkShape() {
            if (merged.rows() != spec.rows()) {
                problem("has " + merged.rows() + " rows, not " + spec.rows());
            }
            List<String> expected = new ArrayList<>();
            for (int file = SampleSpec.SPINE_FILE; file <= spec.files(); file++) {
                List<SampleColumn> columns = spec.columnsOf(file);
                columns.subList(file == SampleSpec.SPINE_FILE ? 0 : 1, columns.size())
                        .forEach(column -> expected.add(column.name()));
            }
            List<String> actual =
                    merged.schema().getFields().stream().map(Type::getName).toList();
            if (actual.size() != expected.size()) {
                problem("has " + actual.size() + " columns, not " + expected.size());
            }
            for (int c = 0; c < Math.min(actual.size(), expected.size()); c++) {
                if (!actual.get(c).equals(expected.get(c))) {
                    problem("has column " + actual.get(c) + " where " + expected.get(c) + " belongs");
                }
            }
        }

        void checkValues(int columnsPerFile) throws IOException {
            compare(SampleSpec.SPINE_FILE, spec.columnsOf(SampleSpec.SPINE_FILE).get(0));
            for (int file = SampleSpec.SPINE_FILE; file <= spec.files(); file++) {
                int columns = file == SampleSpec.SPINE_FILE ? SampleSpec.TARGETS : spec.columns();
                int count = Math.min(columnsPerFile, columns);
                for (int i = 0; i < count && problems.size() < MAX_PROBLEMS; i++) {
                    // Spread over the file, and starting elsewhere in each, so that every type has its turn.
                    int column = 1 + (int) ((file + (long) i * columns / count) % columns);
                    compare(file, spec.column(file, column));
                }
            }
        }

        private void compare(int file, SampleColumn column) throws IOException {
            if (!merged.has(column.name())) {
                problem("lacks column " + column.name());
                return;
            }
            Type actual = merged.schema().getType(column.name());
            if (!sameType(actual, column.type())) {
                problem("has " + actual + " where " + column.type() + " belongs");
                return;
            }
            columnsCompared++;
            long row = 0;
            for (BlockMetaData rowGroup : merged.rowGroups()) {
                ColumnReader reader = merged.column(rowGroup, column.name());
                for (long i = 0; i < rowGroup.getRowCount(); i++, row++) {
                    boolean isSet = reader.getCurrentDefinitionLevel() > 0;
                    Object found = isSet ? value(reader, column.kind().physical()) : null;
                    reader.consume();
                    Object expected = SampleValues.present(spec, file, Math.toIntExact(row)) ? column.value(row) : null;
                    if (!Objects.equals(found, expected)) {
                        problem("has " + text(found) + " where " + text(expected) + " belongs: column " + column.name()
                                + ", row " + row);
                        return;
                    }
                    valuesCompared++;
                }
            }
        }

        /** Compares all but the order that min and max are meant in, which is a matter of the writer's. */
        private static boolean sameType(Type actual, PrimitiveType expected) {
            return actual.isPrimitive()
                    && actual.asPrimitiveType().getPrimitiveTypeName() == expected.getPrimitiveTypeName()
                    && actual.getRepetition() == expected.getRepetition()
                    && Objects.equals(meaning(actual), meaning(expected));
        }

        /** INT32 as signed integers of 32 bits, and INT64 of 64, say what the physical type says already. */
        private static @Nullable LogicalTypeAnnotation meaning(Type type) {
            LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
            return logical instanceof IntLogicalTypeAnnotation integer
                            && integer.isSigned()
                            && integer.getBitWidth() >= 32
                    ? null
                    : logical;
        }

        private static Object value(ColumnReader reader, PrimitiveTypeName physical) {
            return switch (physical) {
                case INT64 -> reader.getLong();
                case INT32 -> reader.getInteger();
                case BOOLEAN -> reader.getBoolean();
                case DOUBLE -> reader.getDouble();
                case FLOAT -> reader.getFloat();
                case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> reader.getBinary();
            };
        }

        private static String text(@Nullable Object value) {
            return value instanceof Binary binary ? "'" + binary.toStringUsingUTF8() + "'" : String.valueOf(value);
        }

        private void problem(String text) {
            if (problems.size() < MAX_PROBLEMS) {
                problems.add(text);
            }
        }
    }
}
