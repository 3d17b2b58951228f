/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi.wire;

import dev.marquetry.InvalidInputException;
import dev.marquetry.json.JsonReader;
import java.math.BigDecimal;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object, by name and type. Those that nobody asks for are passed over. */
final class Fields {
    /** The version of the format, in every line's first field. */
    static final int VERSION = 1;

    static final String VERSION_NAME = "marquetry";

    private final Map<?, ?> fields;

    private Fields(Map<?, ?> fields) {
        this.fields = fields;
    }

    /**
     * Reads a line by {@code reader}.
     *
     * @throws InvalidInputException if it is not JSON, of a later version, or lacks what the reader needs
     */
    static <T> T read(String line, String what, Function<Fields, T> reader) {
        try {
            Fields fields = of(JsonReader.read(line), what);
            long version = fields.number(VERSION_NAME);
            if (version != VERSION) {
                throw new IllegalArgumentException("it is of version " + version + ", known is " + VERSION);
            }
            return reader.apply(fields);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new InvalidInputException("Cannot read " + what + ": " + e.getMessage(), e);
        }
    }

    private static Fields of(@Nullable Object value, String name) {
        if (value instanceof Map<?, ?> object) {
            return new Fields(object);
        }
        throw missing("object", name);
    }

    boolean has(String name) {
        return fields.get(name) != null;
    }

    String text(String name) {
        return text(fields.get(name), name);
    }

    private static String text(@Nullable Object value, String name) {
        if (value instanceof String text) {
            return text;
        }
        throw missing("text", name);
    }

    long number(String name) {
        if (fields.get(name) instanceof BigDecimal number) {
            return number.longValueExact();
        }
        throw missing("number", name);
    }

    int count(String name) {
        return Math.toIntExact(number(name));
    }

    boolean truth(String name) {
        if (fields.get(name) instanceof Boolean truth) {
            return truth;
        }
        throw missing("true or false", name);
    }

    <E extends Enum<E>> E one(Class<E> type, String name) {
        return Enum.valueOf(type, text(name));
    }

    BigDecimal dollars(String name) {
        return new BigDecimal(text(name));
    }

    Duration time(String name) {
        return Duration.parse(text(name));
    }

    URI uri(String name) {
        return URI.create(text(name));
    }

    OptionalLong maybeNumber(String name) {
        return has(name) ? OptionalLong.of(number(name)) : OptionalLong.empty();
    }

    <T> Optional<T> maybe(String name, Function<String, T> reader) {
        return has(name) ? Optional.of(reader.apply(name)) : Optional.empty();
    }

    <E extends Enum<E>> E oneOr(E otherwise, String name) {
        return has(name) ? one(otherwise.getDeclaringClass(), name) : otherwise;
    }

    Fields object(String name) {
        return of(fields.get(name), name);
    }

    List<String> texts(String name) {
        return list(name, item -> text(item, name));
    }

    <T> List<T> objects(String name, Function<Fields, T> reader) {
        return list(name, item -> reader.apply(of(item, name)));
    }

    private <T> List<T> list(String name, Function<@Nullable Object, T> reader) {
        if (!(fields.get(name) instanceof List<?> items)) {
            throw missing("list", name);
        }
        List<T> read = new ArrayList<>();
        for (Object item : items) {
            read.add(reader.apply(item));
        }
        return read;
    }

    /** Returns the numbers of an object whose names are constants of {@code type}. */
    <E extends Enum<E>> Map<E, Long> counts(Class<E> type, String name) {
        Fields object = object(name);
        Map<E, Long> counts = new EnumMap<>(type);
        object.fields.forEach((key, value) ->
                counts.put(Enum.valueOf(type, String.valueOf(key)), object.number(String.valueOf(key))));
        return counts;
    }

    private static IllegalArgumentException missing(String what, String name) {
        return new IllegalArgumentException("no " + what + " called " + name);
    }
}
