/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import dev.marquetry.loopback.GoogleSql.TableName;
import dev.marquetry.loopback.GoogleSql.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A query that lays columns of tables side by side: {@code SELECT s.a, f.b AS c FROM s LEFT JOIN f ON f.k = s.k ORDER BY a}.
 * Such a query can be checked and run without asking DuckDB to plan thousands of columns through dozens of joins.
 *
 * @param tables the tables, of which all but the first are joined, each by the condition of the same index less one
 * @param order the column the result is sorted by, null if it is not
 */
record PlainJoin(
        List<TableName> tables,
        List<Condition> conditions,
        List<Item> items,
        @Nullable Reference order) {
    /** A column of a table, by the table's alias. */
    record Reference(String alias, String column) {
        String sql() {
            return GoogleSql.quoted(alias) + "." + GoogleSql.quoted(column);
        }
    }

    /** An equality of columns. */
    record Condition(Reference left, Reference right) {}

    /** A column of the result. */
    record Item(Reference column, String name) {}

    /** Returns the query if it is of this form. */
    static Optional<PlainJoin> of(GoogleSql sql) {
        return Optional.ofNullable(new Parser(sql).parse());
    }

    private static final class Parser {
        private final List<Token> tokens;
        private final List<TableName> tables;
        private final List<Item> items = new ArrayList<>();
        private final List<Condition> conditions = new ArrayList<>();
        private int at;

        Parser(GoogleSql sql) {
            tokens = sql.tokens();
            tables = sql.tables();
        }

        @Nullable
        PlainJoin parse() {
            if (!accept("SELECT") || !items() || !accept("FROM") || tables.isEmpty() || !table(0)) {
                return null;
            }
            while (accept("LEFT")) {
                accept("OUTER");
                if (!accept("JOIN") || !table(conditions.size() + 1) || !accept("ON") || !condition()) {
                    return null;
                }
            }
            Reference order = null;
            if (accept("ORDER")) {
                order = accept("BY") ? order() : null;
                if (order == null) {
                    return null;
                }
                accept("ASC");
            }
            boolean whole = at == tokens.size() && tables.size() == conditions.size() + 1;
            return whole ? new PlainJoin(tables, conditions, items, order) : null;
        }

        private boolean accept(String keyword) {
            boolean found = at < tokens.size() && tokens.get(at).is(keyword);
            at += found ? 1 : 0;
            return found;
        }

        private @Nullable String name() {
            return at < tokens.size() && tokens.get(at).isName()
                    ? tokens.get(at++).text()
                    : null;
        }

        private boolean items() {
            do {
                Reference column = reference();
                if (column == null) {
                    return false;
                }
                String name = accept("AS") ? name() : column.column();
                if (name == null) {
                    return false;
                }
                items.add(new Item(column, name));
            } while (accept(","));
            return true;
        }

        private @Nullable Reference reference() {
            String alias = name();
            String column = alias != null && accept(".") ? name() : null;
            return column == null ? null : new Reference(alias, column);
        }

        private boolean table(int number) {
            if (number >= tables.size() || tables.get(number).first() != at) {
                return false;
            }
            TableName table = tables.get(number);
            at = table.after();
            accept("AS");
            return table.path().size() > 1 && table.alias().equals(name());
        }

        private boolean condition() {
            Reference left = reference();
            Reference right = left != null && accept("=") ? reference() : null;
            if (right == null) {
                return false;
            }
            conditions.add(new Condition(left, right));
            return true;
        }

        /** A bare name means a column of the result. */
        private @Nullable Reference order() {
            int begin = at;
            Reference reference = reference();
            if (reference != null) {
                return reference;
            }
            at = begin;
            String name = name();
            return items.stream()
                    .filter(item -> item.name().equalsIgnoreCase(name))
                    .map(Item::column)
                    .findFirst()
                    .orElse(null);
        }
    }
}
