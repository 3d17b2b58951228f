/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** GoogleSQL text as tokens, with what can be told from them without a schema: tables, joins, and the same for DuckDB. */
final class GoogleSql {
    /** What a token is. */
    enum Kind {
        /** A bare name or keyword. */
        WORD,
        /** A name in backticks; its text comes without them. */
        QUOTED,
        /** A literal in single or double quotes; its text comes without them. */
        STRING,
        /** A number. */
        NUMBER,
        /** Any other character. */
        SYMBOL
    }

    /** A token and where it stands: from {@code begin}, to before {@code end}. */
    record Token(Kind kind, String text, int begin, int end) {
        boolean is(String keywordOrSymbol) {
            return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(keywordOrSymbol);
        }

        boolean isName() {
            return kind == Kind.QUOTED || kind == Kind.WORD && !KEYWORDS.contains(text.toUpperCase(Locale.ROOT));
        }
    }

    /** A table where a query names it: its path's parts and its alias; tokens {@code first} to before {@code after}. */
    record TableName(List<String> path, String alias, int first, int after) {
        String dataset() {
            return path.size() < 2 ? "" : path.get(path.size() - 2);
        }

        String table() {
            return path.get(path.size() - 1);
        }

        String sql() {
            return quoted(dataset()) + "." + quoted(table());
        }
    }

    private static final Set<String> KEYWORDS = Set.of(
            "SELECT",
            "FROM",
            "AS",
            "LEFT",
            "RIGHT",
            "INNER",
            "FULL",
            "CROSS",
            "OUTER",
            "JOIN",
            "ON",
            "USING",
            "WHERE",
            "GROUP",
            "ORDER",
            "BY",
            "HAVING",
            "LIMIT",
            "UNION",
            "ALL",
            "DISTINCT",
            "AND",
            "OR",
            "NOT",
            "IN",
            "IS",
            "NULL",
            "ASC",
            "DESC",
            "WITH",
            "EXCEPT",
            "CASE",
            "WHEN",
            "THEN",
            "ELSE",
            "END",
            "QUALIFY",
            "WINDOW",
            "OFFSET");

    private final String text;
    private final List<Token> tokens;
    private final List<TableName> tables;

    private GoogleSql(String text) {
        this.text = text;
        this.tokens = tokens(text);
        this.tables = findTables();
    }

    static GoogleSql of(String text) {
        return new GoogleSql(text);
    }

    /** Returns a name as DuckDB quotes it. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Returns a text as DuckDB writes it. */
    static String literal(String value) {
        return '\'' + value.replace("'", "''") + '\'';
    }

    String text() {
        return text;
    }

    List<Token> tokens() {
        return tokens;
    }

    /** Returns the tables after FROM and JOIN, in order. */
    List<TableName> tables() {
        return tables;
    }

    long joins() {
        return tokens.stream().filter(token -> token.is("JOIN")).count();
    }

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            char first = text.charAt(at);
            if (Character.isWhitespace(first)) {
                at++;
            } else if (text.startsWith("--", at) || first == '#') {
                at = orEnd(text, text.indexOf('\n', at));
            } else if (text.startsWith("/*", at)) {
                at = orEnd(text, text.indexOf("*/", at) + 2);
            } else {
                Token token = token(text, at, first);
                tokens.add(token);
                at = token.end();
            }
        }
        return tokens;
    }

    private static int orEnd(String text, int found) {
        return found < 2 ? text.length() : found;
    }

    private static Token token(String text, int at, char first) {
        if (first == '`' || first == '\'' || first == '"') {
            return quotedToken(text, at, first);
        }
        if (Character.isLetter(first) || first == '_') {
            int end = at + 1;
            while (end < text.length() && isWordPart(text.charAt(end))) {
                end++;
            }
            return new Token(Kind.WORD, text.substring(at, end), at, end);
        }
        if (Character.isDigit(first)) {
            int end = at + 1;
            while (end < text.length() && (isWordPart(text.charAt(end)) || text.charAt(end) == '.')) {
                end++;
            }
            return new Token(Kind.NUMBER, text.substring(at, end), at, end);
        }
        return new Token(Kind.SYMBOL, String.valueOf(first), at, at + 1);
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static Token quotedToken(String text, int at, char quote) {
        StringBuilder content = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote) {
                return new Token(quote == '`' ? Kind.QUOTED : Kind.STRING, content.toString(), at, i + 1);
            }
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                c = unescaped(text.charAt(i));
                if (c == 'x' && i + 2 < text.length()) {
                    c = (char) Integer.parseInt(text.substring(i + 1, i + 3), 16);
                    i += 2;
                }
            }
            content.append(c);
        }
        throw JobFailure.invalidQuery(
                "Syntax error: Unclosed " + (quote == '`' ? "identifier" : "string") + " literal");
    }

    private static char unescaped(char escaped) {
        return switch (escaped) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            default -> escaped;
        };
    }

    private List<TableName> findTables() {
        List<TableName> found = new ArrayList<>();
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if ((tokens.get(i).is("FROM") || tokens.get(i).is("JOIN"))
                    && tokens.get(i + 1).isName()) {
                found.add(tableAt(i + 1));
            }
        }
        return found;
    }

    private TableName tableAt(int first) {
        List<String> path = new ArrayList<>(List.of(tokens.get(first).text()));
        int after = first + 1;
        while (after + 1 < tokens.size() && tokens.get(after).is(".")) {
            path.add(tokens.get(after + 1).text());
            after += 2;
        }
        if (path.size() == 1) {
            path = List.of(path.get(0).split("\\."));
        }
        int alias = after < tokens.size() && tokens.get(after).is("AS") ? after + 1 : after;
        boolean named = alias < tokens.size() && tokens.get(alias).isName();
        return new TableName(
                List.copyOf(path), named ? tokens.get(alias).text() : path.get(path.size() - 1), first, after);
    }

    /** Returns the same statement for DuckDB. */
    String duck() {
        StringBuilder duck = new StringBuilder();
        int copied = 0;
        int table = 0;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            duck.append(text, copied, token.begin());
            copied = token.end();
            if (table < tables.size() && tables.get(table).first() == i) {
                TableName name = tables.get(table++);
                duck.append(name.path().size() == 1 ? quoted(name.table()) : name.sql());
                i = name.after() - 1;
                copied = tokens.get(i).end();
            } else {
                duck.append(
                        duck(token, i + 1 < tokens.size() && tokens.get(i + 1).is("(")));
            }
        }
        return duck.append(text.substring(copied)).toString();
    }

    private static String duck(Token token, boolean beforeParenthesis) {
        return switch (token.kind()) {
            case QUOTED -> quoted(token.text());
            case STRING -> literal(token.text());
            case WORD ->
                switch (token.text().toUpperCase(Locale.ROOT)) {
                    case "FLOAT64" -> "DOUBLE";
                    case "BYTES" -> "BLOB";
                    case "COUNTIF" -> beforeParenthesis ? "count_if" : token.text();
                    case "EXCEPT" -> beforeParenthesis ? "EXCLUDE" : token.text();
                    default -> token.text();
                };
            default -> token.text();
        };
    }
}
