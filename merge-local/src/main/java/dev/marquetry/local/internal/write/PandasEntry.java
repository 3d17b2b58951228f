/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import shaded.parquet.com.fasterxml.jackson.core.JsonGenerator;
import shaded.parquet.com.fasterxml.jackson.core.JsonProcessingException;
import shaded.parquet.com.fasterxml.jackson.databind.JsonNode;
import shaded.parquet.com.fasterxml.jackson.databind.ObjectMapper;
import shaded.parquet.com.fasterxml.jackson.databind.node.ArrayNode;
import shaded.parquet.com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The {@code pandas} entry: what pandas should make of each column of the output, from each file's own entry where it has
 * one, else from the Parquet type. The index stays the spine's if it is true of the output. Not thread-safe.
 */
final class PandasEntry {
    private static final Logger LOG = LoggerFactory.getLogger(PandasEntry.class);
    private static final Set<String> TEXT = Set.of("unicode", "string");

    private final MergePlan plan;
    private final ObjectMapper json = new ObjectMapper();
    private @Nullable JsonNode version;

    private PandasEntry(MergePlan plan) {
        this.plan = plan;
    }

    /** Returns the entry's value, or null if no input with columns in the output has a readable one. */
    static @Nullable String of(MergePlan plan, String writerVersion) throws IOException {
        return new PandasEntry(plan).text(writerVersion);
    }

    private @Nullable String text(String writerVersion) throws IOException {
        JsonNode spine = read(0);
        ArrayNode index = index(spine);
        Set<String> indexColumns = new HashSet<>();
        index.forEach(column -> indexColumns.add(column.asText()));
        StringWriter text = new StringWriter(128 * plan.columns().size());
        boolean any = false;
        try (JsonGenerator out = json.createGenerator(text)) {
            out.writeStartObject();
            out.writeFieldName("index_columns");
            json.writeTree(out, index);
            out.writeFieldName("column_indexes");
            json.writeTree(out, labels(spine));
            out.writeArrayFieldStart("columns");
            for (int f = 0; f < plan.files().size(); f++) {
                JsonNode entry = f == 0 ? spine : read(f);
                any |= entry != null;
                writeColumns(f, entry, indexColumns, out);
            }
            out.writeEndArray();
            out.writeObjectFieldStart("creator");
            out.writeStringField("library", "marquetry");
            out.writeStringField("version", writerVersion);
            out.writeEndObject();
            if (version != null) {
                out.writeFieldName("pandas_version");
                json.writeTree(out, version);
            }
            out.writeEndObject();
        }
        return any ? text.toString() : null;
    }

    /** Returns file {@code f}'s entry; null if it has none that can be read, or no column in the output. */
    private @Nullable JsonNode read(int f) {
        InputFile file = plan.files().get(f);
        String text = plan.columnsOf(f).isEmpty() ? null : Provenance.value(file, Provenance.PANDAS);
        if (text == null) {
            return null;
        }
        try {
            JsonNode entry = json.readTree(text);
            if (entry.path("columns").isArray()) {
                version = version == null ? entry.get("pandas_version") : version;
                return entry;
            }
            LOG.debug("[{}] Entry {} has no columns and is left out", file.name(), Provenance.PANDAS);
        } catch (JsonProcessingException e) {
            LOG.debug(
                    "[{}] Entry {} can not be read and is left out: {}",
                    file.name(),
                    Provenance.PANDAS,
                    e.getOriginalMessage());
        }
        return null;
    }

    /** Returns the spine's index if every part of it is true of the output, else none. */
    private ArrayNode index(@Nullable JsonNode spine) {
        ArrayNode index = json.createArrayNode();
        if (spine != null) {
            for (JsonNode part : spine.path("index_columns")) {
                boolean isColumn =
                        part.isTextual() && plan.spine().column(part.asText()).isPresent();
                if (!isColumn && !isRangeOfAllRows(part)) {
                    return json.createArrayNode();
                }
                index.add(part);
            }
        }
        return index;
    }

    private boolean isRangeOfAllRows(JsonNode part) {
        boolean numbers = part.path("start").isIntegralNumber()
                && part.path("stop").isIntegralNumber()
                && part.path("step").isIntegralNumber();
        if (!numbers || !part.path("kind").asText().equals("range")) {
            return false;
        }
        double step = part.get("step").asDouble();
        double rows = Math.ceil((part.get("stop").asDouble() - part.get("start").asDouble()) / step);
        return step != 0 && Math.max(0, rows) == plan.rows();
    }

    /** Returns what the spine says of column labels if they are text, as all others are, else nothing. */
    private JsonNode labels(@Nullable JsonNode spine) {
        JsonNode labels = spine == null ? null : spine.get("column_indexes");
        boolean text = labels != null
                && labels.size() == 1
                && TEXT.contains(labels.path(0).path("pandas_type").asText());
        return labels != null && text ? labels : json.createArrayNode();
    }

    private void writeColumns(int f, @Nullable JsonNode entry, Set<String> indexColumns, JsonGenerator out)
            throws IOException {
        Map<String, ObjectNode> own = new HashMap<>();
        if (entry != null) {
            for (JsonNode column : entry.get("columns")) {
                JsonNode name = column.hasNonNull("field_name") ? column.get("field_name") : column.path("name");
                if (column instanceof ObjectNode object && name.isTextual()) {
                    own.putIfAbsent(name.asText(), object);
                }
            }
        }
        InputFile file = plan.files().get(f);
        boolean knowsZones = entry == null && Provenance.value(file, Provenance.ARROW) != null;
        Map<String, String> zones = knowsZones ? ArrowSchemaEntry.zones(file) : Map.of();
        for (OutputColumn column : plan.columnsOf(f)) {
            ObjectNode described = json.createObjectNode();
            described.put("name", column.name());
            described.put("field_name", column.name());
            ObjectNode known = own.get(column.source().name());
            if (known == null) {
                String zone = zones.getOrDefault(column.source().name(), "UTC");
                describe(described, ArrowType.of(column.schema()), zone);
            } else {
                JsonNode label = known.path("name");
                boolean isIndex = indexColumns.contains(column.name()); // which may have no label
                if (f == 0 && (label.isTextual() || isIndex && label.isNull())) {
                    described.set("name", label);
                }
                known.remove(List.of("name", "field_name"));
                described.setAll(known);
            }
            json.writeTree(out, described);
        }
    }

    private static void describe(ObjectNode column, ArrowType type, String zone) {
        String pandas = pandasType(type);
        column.put("pandas_type", pandas);
        column.put(
                "numpy_type",
                switch (type.kind()) {
                    case BOOL, INT, FLOAT -> pandas;
                    case TIMESTAMP -> "datetime64[ns]";
                    case NULL, DECIMAL, DATE, TIME, TEXT, BYTES, FIXED_BYTES -> "object";
                });
        if (type.kind() == ArrowType.Kind.DECIMAL) {
            column.putObject("metadata").put("precision", type.precision()).put("scale", type.scale());
        } else if (type.utc()) {
            column.putObject("metadata").put("timezone", zone);
        } else {
            column.putNull("metadata");
        }
    }

    private static String pandasType(ArrowType type) {
        return switch (type.kind()) {
            case NULL -> "empty";
            case BOOL -> "bool";
            case INT -> (type.signed() ? "int" : "uint") + type.bits();
            case FLOAT -> "float" + type.bits();
            case DECIMAL -> "decimal";
            case DATE -> "date";
            case TIME -> "time";
            case TIMESTAMP -> type.utc() ? "datetimetz" : "datetime";
            case TEXT -> "unicode";
            case BYTES, FIXED_BYTES -> "bytes";
        };
    }
}
