/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import dev.marquetry.loopback.DuckTables.Column;
import dev.marquetry.loopback.DuckTables.Table;
import dev.marquetry.loopback.GoogleSql.TableName;
import dev.marquetry.loopback.GoogleSql.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A query that BigQuery would accept, and what it would charge for it.
 *
 * @param sql the query, without EXPORT DATA around it
 * @param outputs the columns of the result
 * @param processedBytes the sizes of the columns referred to, by BigQuery's rules
 * @param billedBytes the same with at least 10 MiB for each table
 */
record QueryPlan(
        GoogleSql sql,
        Optional<ExportStatement> export,
        Optional<PlainJoin> plain,
        Map<String, Table> tablesByAlias,
        List<Column> outputs,
        long processedBytes,
        long billedBytes) {
    private static final int MAX_CHARACTERS = 1024 * 1024;
    private static final int MAX_TABLES = 1000;
    private static final long MIB = 1L << 20;
    private static final long MIN_BILLED_BYTES = 10 * MIB;

    /** Returns the plan of a statement; what BigQuery refuses is thrown as {@link JobFailure}. */
    static QueryPlan of(String statement, DuckTables tables, DuckSession session, String project) {
        if (statement.length() > MAX_CHARACTERS) {
            throw JobFailure.invalidQuery("The query is too large. The maximum standard SQL query length is 1024.00K"
                    + " characters, including comments and white space characters.");
        }
        GoogleSql whole = GoogleSql.of(statement);
        Optional<ExportStatement> export = ExportStatement.of(whole);
        GoogleSql sql = export.map(found -> GoogleSql.of(found.query())).orElse(whole);
        Map<String, Table> byAlias = resolve(sql, tables, project);
        Optional<PlainJoin> plain = PlainJoin.of(sql);
        List<Column> outputs = plain.map(join -> outputs(join, byAlias)).orElseGet(() -> session.describe(sql.duck()));
        check(outputs);
        Map<Table, Set<String>> used = plain.map(join -> used(join, byAlias)).orElseGet(() -> used(sql, byAlias));
        long processed = 0;
        long billed = 0;
        for (Map.Entry<Table, Set<String>> entry : used.entrySet()) {
            long bytes = entry.getKey().columns().stream()
                    .filter(column -> entry.getValue().contains(column.name().toLowerCase(Locale.ROOT)))
                    .mapToLong(Column::bytes)
                    .sum();
            processed += bytes;
            billed += Math.max(MIN_BILLED_BYTES, (bytes + MIB - 1) / MIB * MIB);
        }
        return new QueryPlan(sql, export, plain, byAlias, outputs, processed, billed);
    }

    private static Map<String, Table> resolve(GoogleSql sql, DuckTables tables, String project) {
        Map<String, Table> byAlias = new LinkedHashMap<>();
        long resources = sql.tables().stream().map(TableName::path).distinct().count();
        if (resources > MAX_TABLES) {
            throw JobFailure.invalid("Too many tables, views and user-defined functions for query: Max: " + MAX_TABLES);
        }
        for (TableName name : sql.tables()) {
            if (name.path().size() < 2) {
                continue;
            }
            Table table = tables.find(name.dataset(), name.table())
                    .orElseThrow(() -> JobFailure.notFound(
                            "Table " + project + ":" + name.dataset() + "." + name.table() + " was not found"));
            if (byAlias.put(name.alias().toLowerCase(Locale.ROOT), table) != null) {
                throw JobFailure.invalidQuery("Duplicate table alias " + name.alias() + " in the same FROM clause");
            }
        }
        return byAlias;
    }

    private static List<Column> outputs(PlainJoin join, Map<String, Table> byAlias) {
        List<Column> outputs = new ArrayList<>();
        Map<String, Map<String, Column>> columns = new HashMap<>();
        byAlias.forEach((alias, table) -> {
            Map<String, Column> byName = new HashMap<>();
            table.columns().forEach(column -> byName.put(column.name().toLowerCase(Locale.ROOT), column));
            columns.put(alias, byName);
        });
        for (PlainJoin.Item item : join.items()) {
            Column column = column(columns, item.column());
            outputs.add(new Column(item.name(), column.type(), 0));
        }
        for (PlainJoin.Condition condition : join.conditions()) {
            column(columns, condition.left());
            column(columns, condition.right());
        }
        if (join.order() != null) {
            column(columns, join.order());
        }
        return outputs;
    }

    private static Column column(Map<String, Map<String, Column>> columns, PlainJoin.Reference reference) {
        Map<String, Column> table = columns.get(reference.alias().toLowerCase(Locale.ROOT));
        if (table == null) {
            throw JobFailure.invalidQuery("Unrecognized name: " + reference.alias());
        }
        Column column = table.get(reference.column().toLowerCase(Locale.ROOT));
        if (column == null) {
            throw JobFailure.invalidQuery("Name " + reference.column() + " not found inside " + reference.alias());
        }
        return column;
    }

    private static void check(List<Column> outputs) {
        if (outputs.size() > LoadRules.MAX_COLUMNS) {
            throw JobFailure.invalid("Too many total leaf fields: " + outputs.size() + ", max allowed field count: "
                    + LoadRules.MAX_COLUMNS);
        }
        Set<String> names = new HashSet<>();
        Set<String> twice = new TreeSet<>();
        for (Column output : outputs) {
            if (!names.add(output.name().toLowerCase(Locale.ROOT))) {
                twice.add(output.name());
            }
        }
        if (!twice.isEmpty()) {
            throw JobFailure.invalidQuery("Duplicate column names in the result are not supported. Found duplicate(s): "
                    + String.join(", ", twice));
        }
    }

    private static Map<Table, Set<String>> used(PlainJoin join, Map<String, Table> byAlias) {
        Map<Table, Set<String>> used = new IdentityHashMap<>();
        byAlias.values().forEach(table -> used.put(table, new HashSet<>()));
        join.items().forEach(item -> use(used, byAlias, item.column()));
        for (PlainJoin.Condition condition : join.conditions()) {
            use(used, byAlias, condition.left());
            use(used, byAlias, condition.right());
        }
        return used;
    }

    private static void use(Map<Table, Set<String>> used, Map<String, Table> byAlias, PlainJoin.Reference reference) {
        used.get(byAlias.get(reference.alias().toLowerCase(Locale.ROOT)))
                .add(reference.column().toLowerCase(Locale.ROOT));
    }

    /** Goes by the words of the query: a name counts for every table that has a column of that name, a star for all. */
    private static Map<Table, Set<String>> used(GoogleSql sql, Map<String, Table> byAlias) {
        Set<String> words = new HashSet<>();
        boolean star = false;
        List<Token> tokens = sql.tokens();
        for (int i = 0; i < tokens.size(); i++) {
            words.add(tokens.get(i).text().toLowerCase(Locale.ROOT));
            boolean counted = i > 0 && tokens.get(i - 1).is("(");
            star |= tokens.get(i).is("*") && !counted;
        }
        Map<Table, Set<String>> used = new IdentityHashMap<>();
        for (Table table : byAlias.values()) {
            Set<String> columns = used.computeIfAbsent(table, key -> new HashSet<>());
            for (Column column : table.columns()) {
                String name = column.name().toLowerCase(Locale.ROOT);
                if (star || words.contains(name)) {
                    columns.add(name);
                }
            }
        }
        return used;
    }
}
