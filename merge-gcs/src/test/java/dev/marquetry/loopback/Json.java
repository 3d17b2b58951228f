/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Short ways to build and take apart JSON. */
final class Json {
    private Json() {}

    /** Returns an object of alternating names and values: texts, numbers, booleans or elements. */
    static JsonObject of(Object... namesAndValues) {
        JsonObject object = new JsonObject();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            put(object, (String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    static void put(JsonObject object, String name, Object value) {
        if (value instanceof JsonElement element) {
            object.add(name, element);
        } else if (value instanceof Boolean flag) {
            object.addProperty(name, flag);
        } else if (value instanceof Integer number) {
            object.addProperty(name, number);
        } else {
            // Google's services write 64-bit numbers as texts.
            object.addProperty(name, String.valueOf(value));
        }
    }

    static JsonArray array(Collection<? extends JsonElement> elements) {
        JsonArray array = new JsonArray();
        elements.forEach(array::add);
        return array;
    }

    /** Returns the text at a path of names, {@code absent} if there is none. */
    static String text(JsonObject object, String absent, String... path) {
        JsonElement found = object;
        for (String name : path) {
            if (!found.isJsonObject() || !found.getAsJsonObject().has(name)) {
                return absent;
            }
            found = found.getAsJsonObject().get(name);
        }
        return found.isJsonNull() ? absent : found.getAsString();
    }

    static JsonObject object(JsonObject object, String name) {
        return object.has(name) && object.get(name).isJsonObject() ? object.getAsJsonObject(name) : new JsonObject();
    }

    static Map<String, String> texts(JsonObject object) {
        Map<String, String> texts = new TreeMap<>();
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            if (!entry.getValue().isJsonNull()) {
                texts.put(entry.getKey(), entry.getValue().getAsString());
            }
        }
        return texts;
    }

    static JsonObject of(Map<String, String> texts) {
        JsonObject object = new JsonObject();
        texts.forEach(object::addProperty);
        return object;
    }
}
