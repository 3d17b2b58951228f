/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import dev.marquetry.loopback.GoogleSql.Kind;
import dev.marquetry.loopback.GoogleSql.Token;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An EXPORT DATA statement.
 *
 * @param options the options by their names in lower case
 * @param query the query whose result is exported
 */
record ExportStatement(Map<String, String> options, String query) {
    /** Returns the statement if it is an export. */
    static Optional<ExportStatement> of(GoogleSql sql) {
        List<Token> tokens = sql.tokens();
        if (tokens.size() < 4 || !tokens.get(0).is("EXPORT") || !tokens.get(1).is("DATA")) {
            return Optional.empty();
        }
        if (!tokens.get(2).is("OPTIONS") || !tokens.get(3).is("(")) {
            throw JobFailure.invalidQuery("Syntax error: Expected keyword OPTIONS");
        }
        Map<String, String> options = new HashMap<>();
        int at = 4;
        while (at + 2 < tokens.size() && !tokens.get(at).is(")")) {
            if (!tokens.get(at + 1).is("=")) {
                throw JobFailure.invalidQuery("Syntax error: Expected \"=\" in OPTIONS");
            }
            options.put(
                    tokens.get(at).text().toLowerCase(Locale.ROOT),
                    tokens.get(at + 2).text());
            at += tokens.get(at + 3).is(",") ? 4 : 3;
        }
        if (at + 2 >= tokens.size() || !tokens.get(at + 1).is("AS")) {
            throw JobFailure.invalidQuery("Syntax error: Expected keyword AS");
        }
        ExportStatement export = new ExportStatement(
                Map.copyOf(options), sql.text().substring(tokens.get(at + 2).begin()));
        export.check(tokens.get(at + 2));
        return Optional.of(export);
    }

    private void check(Token first) {
        if (first.kind() != Kind.WORD && first.kind() != Kind.SYMBOL) {
            throw JobFailure.invalidQuery("Syntax error: Expected a query after AS");
        }
        String uri = uri();
        if (!uri.startsWith("gs://") || uri.indexOf('*') < 0 || uri.indexOf('*') != uri.lastIndexOf('*')) {
            throw JobFailure.invalidQuery("Option 'uri' value must be a wildcard URI with exactly one '*': " + uri);
        }
        if (!options.getOrDefault("format", "").equalsIgnoreCase("PARQUET")) {
            throw JobFailure.invalidQuery("This server exports Parquet only: " + options.get("format"));
        }
        compression();
    }

    String uri() {
        return options.getOrDefault("uri", "");
    }

    boolean overwrite() {
        return options.getOrDefault("overwrite", "false").equalsIgnoreCase("true");
    }

    /** Returns the codec by its name in DuckDB. */
    String compression() {
        String codec = options.getOrDefault("compression", "NONE").toUpperCase(Locale.ROOT);
        return switch (codec) {
            case "NONE" -> "UNCOMPRESSED";
            case "SNAPPY", "GZIP" -> codec;
            default -> throw JobFailure.invalidQuery("Invalid value for option 'compression': " + codec);
        };
    }

    String bucket() {
        String path = uri().substring("gs://".length());
        return path.substring(0, path.indexOf('/'));
    }

    /** Returns the name of the object of that number, or with no number the part before it. */
    String object(long number) {
        return name().replace("*", String.format(Locale.ROOT, "%012d", number));
    }

    String prefix() {
        return name().substring(0, name().indexOf('*'));
    }

    private String name() {
        String path = uri().substring("gs://".length());
        return path.substring(path.indexOf('/') + 1);
    }
}
