/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import dev.marquetry.json.JsonReader;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads one line of JSON: an object of texts, numbers and booleans, without objects or lists in it. */
final class JsonLine {
    private JsonLine() {}

    /**
     * Returns the fields of a line: texts as {@link String}, numbers as {@link BigDecimal}, and {@link Boolean}s.
     *
     * @throws IllegalArgumentException if it is not such an object, saying where
     */
    static Map<String, Object> read(String line) {
        if (!(JsonReader.read(line) instanceof Map<?, ?> object)) {
            throw new IllegalArgumentException("no object");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        object.forEach((name, value) -> {
            if (!(value instanceof String || value instanceof BigDecimal || value instanceof Boolean)) {
                throw new IllegalArgumentException("field " + name + " is no text, number, true or false");
            }
            fields.put(String.valueOf(name), value);
        });
        return fields;
    }
}
