/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.googlesql;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.zetasql.Analyzer;
import com.google.zetasql.AnalyzerOptions;
import com.google.zetasql.LanguageOptions;
import com.google.zetasql.PreparedQuery;
import com.google.zetasql.SimpleCatalog;
import com.google.zetasql.SimpleColumn;
import com.google.zetasql.SimpleTable;
import com.google.zetasql.SqlException;
import com.google.zetasql.TableContent;
import com.google.zetasql.TypeFactory;
import com.google.zetasql.Value;
import com.google.zetasql.ZetaSQLBuiltinFunctionOptions;
import com.google.zetasql.ZetaSQLOptions.LanguageVersion;
import com.google.zetasql.ZetaSQLOptions.ProductMode;
import com.google.zetasql.ZetaSQLType.TypeKind;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedStatement;
import dev.marquetry.local.remote.RemoteType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Google's SQL engine with the tables of one dataset, in the mode of products outside Google: INT64, FLOAT64, BYTES and BOOL
 * are all the types that columns have. Not thread-safe.
 */
final class SqlEngine {
    private final AnalyzerOptions options = new AnalyzerOptions();
    private final SimpleCatalog catalog = new SimpleCatalog("root");
    private final SimpleCatalog dataset;
    private final String path;
    private final Map<String, TableContent> contents = new HashMap<>();

    /** Makes an empty dataset. */
    SqlEngine(String project, String dataset) {
        LanguageOptions language = new LanguageOptions();
        language.setLanguageVersion(LanguageVersion.VERSION_CURRENT);
        language.setProductMode(ProductMode.PRODUCT_EXTERNAL);
        language.enableMaximumLanguageFeatures();
        language.setSupportsAllStatementKinds();
        options.setLanguageOptions(language);
        catalog.addZetaSQLFunctionsAndTypes(new ZetaSQLBuiltinFunctionOptions(language));
        this.dataset = catalog.addNewSimpleCatalog(project).addNewSimpleCatalog(dataset);
        path = "`" + project + "`.`" + dataset + "`.";
    }

    /** Ends the test as skipped if this machine can not run the engine. */
    static void assumeItRuns() {
        try {
            Class.forName("com.google.zetasql.JniChannelProvider");
        } catch (LinkageError | ClassNotFoundException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            Assumptions.abort("ZetaSQL's native library, for Linux on x86-64, can not be loaded here: " + root);
        }
    }

    /** Adds a table with {@code columns}, in their order. */
    void add(String name, Map<String, RemoteType> columns, List<List<Value>> rows) {
        dataset.addSimpleTable(table(name, columns));
        catalog.addSimpleTable(table(name, columns));
        contents.put(name, TableContent.create(rows));
    }

    private static SimpleTable table(String name, Map<String, RemoteType> columns) {
        SimpleTable table = new SimpleTable(name);
        columns.forEach((column, type) -> table.addSimpleColumn(column, TypeFactory.createSimpleType(kind(type))));
        return table;
    }

    /**
     * Analyses a query and returns the names of its columns.
     *
     * @throws SqlException if the engine does not take it
     */
    List<String> columns(String query) {
        try (PreparedQuery prepared = prepare(query, Map.of())) {
            return prepared.getColumns().stream().map(SimpleColumn::getName).toList();
        }
    }

    /**
     * Analyses a statement of any kind and returns what it found, unless that is too deep for Java to read.
     *
     * @throws SqlException if the engine does not take it
     */
    Optional<ResolvedStatement> analyze(String statement) {
        try {
            return Optional.of(Analyzer.analyzeStatement(statement, options, catalog));
        } catch (SqlException e) {
            if (isUnreadAnswer(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Every join is one level of the answer, and Java reads 100 levels; what is not taken fails in another way. */
    private static boolean isUnreadAnswer(SqlException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof InvalidProtocolBufferException
                && String.valueOf(cause.getMessage()).contains("too many levels of nesting");
    }

    /**
     * Analyses and runs a query and returns its rows, in the query's order if it has one.
     *
     * @throws SqlException if the engine does not take it
     */
    List<List<Value>> rows(String query) {
        columns(query);
        // Only tables that no dataset holds can be given rows.
        try (PreparedQuery prepared = prepare(query.replace(path, ""), contents)) {
            return new ArrayList<>(prepared.execute(Map.of()).getTableData());
        }
    }

    private PreparedQuery prepare(String query, Map<String, TableContent> tables) {
        return PreparedQuery.builder()
                .setSql(query)
                .setAnalyzerOptions(options)
                .setCatalog(catalog)
                .setTablesContents(tables)
                .prepare();
    }

    /** Returns the type that BigQuery gives to what travels as {@code type}. */
    static TypeKind kind(RemoteType type) {
        return switch (type) {
            case BOOLEAN -> TypeKind.TYPE_BOOL;
            case INTEGER -> TypeKind.TYPE_INT64;
            case FLOATING -> TypeKind.TYPE_DOUBLE;
            case BYTES -> TypeKind.TYPE_BYTES;
        };
    }
}
