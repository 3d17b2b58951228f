/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what {@link Json} writes, and any other JSON. */
public final class JsonReader {
    /** Objects and lists within each other; more would need a deep stack. */
    private static final int DEEPEST = 64;

    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    /**
     * Returns the value of {@code text}: objects as {@link Map} in their order, lists as {@link List}, texts as {@link
     * String}, numbers as {@link BigDecimal}, truths as {@link Boolean}, and null. Thread-safe.
     *
     * @throws IllegalArgumentException if it is not JSON, saying where; also if a field is there twice, or objects and
     *     lists are more than 64 deep
     */
    public static @Nullable Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value();
        reader.space();
        if (reader.at < text.length()) {
            throw reader.wrong("more after the value");
        }
        return value;
    }

    private @Nullable Object value() {
        space();
        char next = at < text.length() ? text.charAt(at) : ' ';
        return switch (next) {
            case '{' -> object();
            case '[' -> list();
            case '"' -> text();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object() {
        descend('{');
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (!next('}')) {
            do {
                String name = text();
                expect(':');
                if (fields.containsKey(name)) {
                    throw wrong("field " + name + " is there twice");
                }
                fields.put(name, value());
            } while (next(','));
            expect('}');
        }
        depth--;
        return fields;
    }

    private List<@Nullable Object> list() {
        descend('[');
        List<@Nullable Object> items = new ArrayList<>();
        if (!next(']')) {
            do {
                items.add(value());
            } while (next(','));
            expect(']');
        }
        depth--;
        return items;
    }

    private void descend(char opening) {
        expect(opening);
        if (++depth > DEEPEST) {
            throw wrong("objects and lists more than " + DEEPEST + " deep");
        }
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("no value");
        }
        at += word.length();
        return value;
    }

    private BigDecimal number() {
        int begin = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        try {
            return new BigDecimal(text.substring(begin, at));
        } catch (NumberFormatException e) {
            throw wrong("no value");
        }
    }

    private String text() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            value.append(c == '\\' ? escaped() : c);
        }
        throw wrong("a text without an end");
    }

    private char escaped() {
        if (at >= text.length()) {
            throw wrong("a text without an end");
        }
        char c = text.charAt(at++);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            default -> throw wrong("no such escape: " + c);
        };
    }

    private char unicode() {
        try {
            String digits = text.substring(at, at + 4);
            at += 4;
            return (char) Integer.parseUnsignedInt(digits, 16);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw wrong("an escape without four digits");
        }
    }

    private void expect(char wanted) {
        if (!next(wanted)) {
            throw wrong("no '" + wanted + "'");
        }
    }

    private boolean next(char wanted) {
        space();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what + " at character " + (at + 1));
    }
}
