/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads one line of JSON: an object of texts, numbers and booleans, without objects or lists in it. */
final class JsonLine {
    private final String text;
    private int at;

    private JsonLine(String text) {
        this.text = text;
    }

    /**
     * Returns the fields of a line: texts as {@link String}, numbers as {@link BigDecimal}, and {@link Boolean}s.
     *
     * @throws IllegalArgumentException if it is not such an object, saying where
     */
    static Map<String, Object> read(String line) {
        return new JsonLine(line).object();
    }

    private Map<String, Object> object() {
        Map<String, Object> fields = new LinkedHashMap<>();
        expect('{');
        if (!next('}')) {
            do {
                String name = text();
                expect(':');
                if (fields.put(name, value()) != null) {
                    throw wrong("field " + name + " is there twice");
                }
            } while (next(','));
            expect('}');
        }
        space();
        if (at < text.length()) {
            throw wrong("more after the object");
        }
        return fields;
    }

    private Object value() {
        space();
        if (text.startsWith("\"", at)) {
            return text();
        }
        for (boolean known : new boolean[] {true, false}) {
            if (text.startsWith(String.valueOf(known), at)) {
                at += String.valueOf(known).length();
                return known;
            }
        }
        int begin = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        try {
            return new BigDecimal(text.substring(begin, at));
        } catch (NumberFormatException e) {
            throw wrong("no text, number, true or false");
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
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t' || text.charAt(at) == '\r')) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what + " at character " + (at + 1));
    }
}
