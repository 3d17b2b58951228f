/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What BigQuery makes of the columns of a Parquet file, and which files it does not load. */
final class LoadRules {
    static final int MAX_COLUMNS = 10_000;

    private static final List<String> FORBIDDEN_PREFIXES = List.of(
            "_TABLE_",
            "_FILE_",
            "_PARTITION",
            "_ROW_TIMESTAMP",
            "__ROOT__",
            "_COLIDENTIFIER",
            "_CHANGE_SEQUENCE_NUMBER",
            "_CHANGE_TYPE",
            "_CHANGE_TIMESTAMP");
    /** UNCOMPRESSED, SNAPPY, GZIP, LZO, ZSTD and LZ4_RAW, by their numbers in parquet.thrift. */
    private static final Set<Integer> CODECS = Set.of(0, 1, 2, 3, 6, 7);

    private static final int BROTLI = 4;
    private static final String PLAIN_NAME = "[A-Za-z_][A-Za-z0-9_]{0,299}";
    private static final String FLEXIBLE_NAME = "[^!\"$()*,./;?@\\[\\\\\\]^`{}~]{1,300}";
    private static final String READ_ERROR = "Error while reading data, error message: ";

    private LoadRules() {}

    /** Returns the DuckDB expressions of a table's columns, aliased, in the file's order; refuses what BigQuery refuses. */
    static List<String> expressions(String uri, ParquetFooter footer, boolean flexibleNames, boolean enumAsString) {
        if (!footer.flat()) {
            throw JobFailure.invalid("This server loads no nested columns: " + uri);
        }
        List<ParquetFooter.Column> columns = footer.columns();
        if (columns.size() > MAX_COLUMNS) {
            throw JobFailure.invalid("Too many columns (" + columns.size() + ") in schema. Only " + MAX_COLUMNS
                    + " columns are allowed.");
        }
        Set<String> names = new java.util.HashSet<>();
        List<String> expressions = new ArrayList<>();
        for (ParquetFooter.Column column : columns) {
            checkName(column.name(), flexibleNames);
            if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
                throw JobFailure.invalid("Duplicate field name: " + column.name() + " already exists in schema.");
            }
            checkCodecs(uri, column);
            String name = GoogleSql.quoted(column.name());
            expressions.add("CAST(" + name + " AS " + type(uri, column, enumAsString) + ") AS " + name);
        }
        return expressions;
    }

    private static void checkName(String name, boolean flexibleNames) {
        for (String prefix : FORBIDDEN_PREFIXES) {
            if (name.toUpperCase(Locale.ROOT).startsWith(prefix)) {
                throw JobFailure.invalid(
                        "Invalid field name \"" + name + "\". Field name prefix " + prefix + " is not allowed.");
            }
        }
        if (!name.matches(flexibleNames ? FLEXIBLE_NAME : PLAIN_NAME)) {
            throw JobFailure.invalid(
                    "Invalid field name \"" + name + "\". Fields must contain only letters, numbers, and"
                            + " underscores, start with a letter or underscore, and be at most 300 characters long.");
        }
    }

    private static void checkCodecs(String uri, ParquetFooter.Column column) {
        for (int codec : column.codecs()) {
            if (!CODECS.contains(codec)) {
                throw JobFailure.invalid(READ_ERROR + "Unsupported compression codec "
                        + (codec == BROTLI ? "BROTLI" : "LZ4") + " in column " + column.name() + " File: " + uri);
            }
        }
    }

    /** Returns the type DuckDB keeps a column in: the one that stands for BigQuery's. */
    private static String type(String uri, ParquetFooter.Column column, boolean enumAsString) {
        boolean decimal = column.convertedType() == 5 || column.logicalType() == 5;
        boolean time = column.convertedType() == 7 || column.convertedType() == 8 || column.logicalType() == 7;
        if (time || column.logicalType() == ParquetFooter.Column.NANOSECONDS) {
            throw unsupported(uri, column);
        }
        return switch (column.type()) {
            case ParquetFooter.Column.BOOLEAN -> "BOOLEAN";
            case ParquetFooter.Column.INT32 ->
                column.convertedType() == 6 || column.logicalType() == 6
                        ? "DATE"
                        : decimal ? "DECIMAL(38, 9)" : "BIGINT";
            case ParquetFooter.Column.INT64 ->
                timestamp(column) ? "TIMESTAMPTZ" : decimal ? "DECIMAL(38, 9)" : "BIGINT";
            case ParquetFooter.Column.INT96 -> "TIMESTAMPTZ";
            case ParquetFooter.Column.FLOAT, ParquetFooter.Column.DOUBLE -> "DOUBLE";
            case ParquetFooter.Column.BYTE_ARRAY ->
                decimal ? "DECIMAL(38, 9)" : text(column, enumAsString) ? "VARCHAR" : "BLOB";
            case ParquetFooter.Column.FIXED -> decimal ? "DECIMAL(38, 9)" : "BLOB";
            default -> throw unsupported(uri, column);
        };
    }

    private static boolean timestamp(ParquetFooter.Column column) {
        return column.convertedType() == 9 || column.convertedType() == 10 || column.logicalType() == 8;
    }

    private static boolean text(ParquetFooter.Column column, boolean enumAsString) {
        boolean isEnum = column.convertedType() == 4 || column.logicalType() == 4;
        return column.convertedType() == 0
                || column.convertedType() == 19
                || column.logicalType() == 1
                || column.logicalType() == 12
                || isEnum && enumAsString;
    }

    private static JobFailure unsupported(String uri, ParquetFooter.Column column) {
        return JobFailure.invalid(READ_ERROR + "Unsupported type of column " + column.name() + " File: " + uri);
    }
}
