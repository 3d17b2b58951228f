/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import dev.marquetry.loopback.DuckTables.Column;
import dev.marquetry.loopback.DuckTables.Table;
import dev.marquetry.loopback.GoogleSql.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Brings a query into a form that DuckDB runs in good time. Many joins under many columns make its plans huge; then the row
 * numbers are joined first, and the columns are gathered by them table by table, each into a temporary table.
 */
final class JoinSql {
    /** Joins, and columns carried through joins, up to which a query is run as it stands. */
    private static final int FEW_JOINS = 4;

    private static final int FEW_COLUMNS = 2000;

    private final PlainJoin join;
    private final Map<String, Table> tables;
    private final List<Column> outputs;

    private JoinSql(PlainJoin join, QueryPlan plan) {
        this.join = join;
        this.tables = plan.tablesByAlias();
        this.outputs = plan.outputs();
    }

    /** Returns DuckDB's SQL for the result of {@code plan}, in its order; temporary tables it needs are made now. */
    static String prepare(QueryPlan plan, DuckSession session) {
        if (plan.plain().isEmpty()) {
            return kept(plan);
        }
        JoinSql sql = new JoinSql(plan.plain().get(), plan);
        int joins = sql.join.conditions().size();
        boolean small = joins <= FEW_JOINS && joins * plan.outputs().size() <= FEW_COLUMNS;
        return small ? sql.direct() : sql.gathered(session);
    }

    /** DuckDB has narrower types than BigQuery, which literals and functions can bring in. */
    private static String kept(QueryPlan plan) {
        String sql = plan.sql().duck();
        List<String> casts = new ArrayList<>();
        boolean narrow = false;
        for (Column output : plan.outputs()) {
            String kept = exported(output.type());
            narrow |= !kept.equals(output.type());
            String name = GoogleSql.quoted(output.name());
            casts.add("CAST(" + name + " AS " + kept + ") AS " + name);
        }
        return narrow ? "SELECT " + String.join(", ", casts) + " FROM (" + sql + ")" : sql;
    }

    private static String exported(String type) {
        return type.equals("TIMESTAMP WITH TIME ZONE") ? "TIMESTAMP" : DuckTables.kept(type);
    }

    private String direct() {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < join.items().size(); i++) {
            items.add(value(i) + " AS " + GoogleSql.quoted(join.items().get(i).name()));
        }
        return "SELECT " + String.join(", ", items) + from();
    }

    /** BigQuery exports timestamps as not adjusted to UTC, which DuckDB calls another type. */
    private String value(int item) {
        String column = join.items().get(item).column().sql();
        String type = outputs.get(item).type();
        String kept = exported(type);
        return kept.equals(type) ? column : "CAST(" + column + " AS " + kept + ")";
    }

    private String type(PlainJoin.Reference reference) {
        return tables.get(reference.alias().toLowerCase(Locale.ROOT))
                .column(reference.column())
                .orElseThrow()
                .type();
    }

    private String from() {
        StringBuilder from = new StringBuilder(" FROM ");
        for (int i = 0; i < join.tables().size(); i++) {
            TableName table = join.tables().get(i);
            from.append(i == 0 ? "" : " LEFT JOIN ").append(table.sql()).append(" AS ");
            from.append(GoogleSql.quoted(table.alias()));
            if (i > 0) {
                PlainJoin.Condition condition = join.conditions().get(i - 1);
                from.append(" ON ").append(condition.left().sql()).append(" = ");
                from.append(condition.right().sql());
                if (type(condition.left()).equals("DOUBLE")) {
                    // To BigQuery, no NaN equals another.
                    from.append(" AND NOT isnan(")
                            .append(condition.left().sql())
                            .append(")");
                }
            }
        }
        if (join.order() != null) {
            return from + " ORDER BY " + join.order().sql();
        }
        // Rows come in whatever order suits BigQuery: never in the one that a client may hope for.
        return from + " ORDER BY hash(" + GoogleSql.quoted(join.tables().get(0).alias()) + ".rowid)";
    }

    private String gathered(DuckSession session) {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < join.tables().size(); i++) {
            numbers.add(GoogleSql.quoted(join.tables().get(i).alias()) + ".rowid AS r" + i);
        }
        session.run("CREATE TEMP TABLE joined AS SELECT " + String.join(", ", numbers) + from());
        List<String> gathered = new ArrayList<>();
        for (int i = 0; i < join.tables().size(); i++) {
            TableName table = join.tables().get(i);
            List<String> items = items(table.alias());
            if (!items.isEmpty()) {
                session.run(
                        "CREATE TEMP TABLE g" + i + " AS SELECT " + String.join(", ", items) + " FROM joined LEFT JOIN "
                                + table.sql() + " AS " + GoogleSql.quoted(table.alias()) + " ON joined.r" + i + " = "
                                + GoogleSql.quoted(table.alias()) + ".rowid ORDER BY joined.rowid");
                gathered.add("g" + i);
            }
        }
        List<String> selected = new ArrayList<>();
        for (int i = 0; i < join.items().size(); i++) {
            selected.add("c" + i + " AS " + GoogleSql.quoted(join.items().get(i).name()));
        }
        return "SELECT " + String.join(", ", selected) + " FROM " + String.join(" POSITIONAL JOIN ", gathered);
    }

    private List<String> items(String alias) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < join.items().size(); i++) {
            PlainJoin.Reference column = join.items().get(i).column();
            if (column.alias().equalsIgnoreCase(alias)) {
                items.add(value(i) + " AS c" + i);
            }
        }
        return items;
    }
}
