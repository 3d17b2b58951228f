/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.MergeRequest;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * The footer's key-value entries: those of the spine that do not describe its schema; what Arrow and pandas want to know of
 * the output's, if they left such entries in an input ({@link ArrowSchemaEntry}, {@link PandasEntry}); then where every
 * column comes from, the request's fingerprint and the library's version.
 */
final class Provenance {
    static final String ARROW = "ARROW:schema";
    static final String PANDAS = "pandas";

    /** Entries that describe the schema of the file they were written for, and of no other. */
    private static final Set<String> SCHEMA_KEYS =
            Set.of(ARROW, PANDAS, "parquet.avro.schema", "iceberg.schema", "geo");

    private static final String SPARK = "org.apache.spark.";

    private Provenance() {}

    static List<KeyValue> of(MergePlan plan, String version, MemoryBudget budget, Place place) throws IOException {
        List<KeyValue> entries = new ArrayList<>();
        for (KeyValue entry : plan.spine().keyValues()) {
            if (!describesSchema(entry.getKey())) {
                entries.add(entry);
            }
        }
        // Arrow's and Jackson's classes are loaded only where an input needs them.
        String pandas = anyHas(plan, PANDAS) ? PandasEntry.of(plan, version) : null;
        String arrow = anyHas(plan, ARROW) ? ArrowSchemaEntry.of(plan, pandas, budget, place) : null;
        if (arrow != null) {
            entries.add(entry(ARROW, arrow));
        }
        if (pandas != null) {
            entries.add(entry(PANDAS, pandas));
        }
        List<URI> features = plan.files().stream().skip(1).map(InputFile::uri).toList();
        entries.add(entry("marquetry.version", version));
        entries.add(entry("marquetry.fingerprint", plan.request().fingerprint(features)));
        entries.add(entry("marquetry.columns", columns(plan)));
        return entries;
    }

    /** Returns whether an entry called {@code key} tells of a file's schema or origin, so that another file's is not true. */
    static boolean describesSchema(String key) {
        return SCHEMA_KEYS.contains(key) || key.startsWith(SPARK) || key.startsWith("marquetry.");
    }

    /** Returns the value of {@code file}'s first entry called {@code key}, or null if it has none. */
    static @Nullable String value(InputFile file, String key) {
        for (KeyValue entry : file.keyValues()) {
            if (entry.getKey().equals(key) && entry.isSetValue()) {
                return entry.getValue();
            }
        }
        return null;
    }

    private static boolean anyHas(MergePlan plan, String key) {
        return plan.files().stream().anyMatch(file -> value(file, key) != null);
    }

    /** Returns the library's version, from its jar's manifest where there is one. */
    static String version() {
        String inManifest = MergeRequest.class.getPackage().getImplementationVersion();
        return inManifest == null ? "unpackaged" : inManifest;
    }

    private static KeyValue entry(String key, String value) {
        KeyValue entry = new KeyValue(key);
        entry.setValue(value);
        return entry;
    }

    private static String columns(MergePlan plan) {
        StringBuilder json = new StringBuilder(96 * plan.columns().size()).append('[');
        for (OutputColumn column : plan.columns()) {
            json.append(column.index() == 0 ? "{\"column\":" : ",{\"column\":");
            quote(json, column.name());
            quote(json.append(",\"file\":"), plan.files().get(column.file()).name());
            quote(json.append(",\"source\":"), column.source().name());
            json.append('}');
        }
        return json.append(']').toString();
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
