/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** Writes elements that are HTML and well-formed XML alike; escapes all text. Not thread-safe. */
final class Html {
    private final StringBuilder out = new StringBuilder(1 << 16).append("<!DOCTYPE html>\n");
    private final Deque<String> open = new ArrayDeque<>();

    /** Opens an element; {@code attributes} are names and values in turn, and one whose value is empty is left out. */
    Html open(String tag, String... attributes) {
        begin(tag, attributes);
        out.append('>');
        open.push(tag);
        return this;
    }

    /** Closes the element opened last. */
    Html close() {
        String tag = open.pop();
        out.append("</").append(tag).append('>');
        if (isBlock(tag)) {
            out.append('\n');
        }
        return this;
    }

    /** Closes so many elements. */
    Html close(int elements) {
        for (int i = 0; i < elements; i++) {
            close();
        }
        return this;
    }

    Html element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** Writes an element that has no content and no end tag in HTML, or one of SVG. */
    Html empty(String tag, String... attributes) {
        begin(tag, attributes);
        out.append(" />");
        return this;
    }

    private void begin(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            if (!attributes[i + 1].isEmpty()) {
                out.append(' ').append(attributes[i]).append("=\"");
                escape(attributes[i + 1]);
                out.append('"');
            }
        }
    }

    Html text(String text) {
        escape(text);
        return this;
    }

    /** Writes style sheets of our own, which hold nothing that needs escaping. */
    Html style(String css) {
        out.append("<style>\n").append(css).append("</style>\n");
        return this;
    }

    private void escape(String text) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n', '\t' -> out.append((char) c);
                default -> out.appendCodePoint(visible(c));
            }
        });
    }

    /** Returns a sign for what XML lacks, and for what would hide or turn around the text beside it. */
    private static int visible(int c) {
        if (c < 0x20) {
            return 0x2400 + c; // the pictures of the controls
        } else if (c == 0x7F) {
            return 0x2421;
        }
        boolean isControl = c < 0xA0 && c >= 0x80;
        boolean isHalfAPair = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        boolean turnsAround = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        return isControl || isHalfAPair || turnsAround || (c & 0xFFFE) == 0xFFFE ? 0xFFFD : c;
    }

    private static boolean isBlock(String tag) {
        return switch (tag) {
            case "span", "b", "a", "th", "td", "data", "dt", "code" -> false;
            default -> true;
        };
    }

    /** Returns a number with groups of three digits. */
    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Returns the page, all of whose elements are closed. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("elements are still open: " + open);
        }
        return out.toString();
    }
}
