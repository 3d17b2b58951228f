/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.MergeRequest;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.KeyValue;

/**
 * The footer's key-value entries: those of the spine that do not describe its schema, then where every column comes from,
 * the request's fingerprint and the library's version.
 */
final class Provenance {
    /** Entries that describe the schema of the file they were written for, and of no other. */
    private static final Set<String> SCHEMA_KEYS =
            Set.of("ARROW:schema", "pandas", "parquet.avro.schema", "iceberg.schema", "geo");

    private static final String SPARK = "org.apache.spark.";

    private Provenance() {}

    static List<KeyValue> of(MergePlan plan, String version) {
        List<KeyValue> entries = new ArrayList<>();
        for (KeyValue entry : plan.spine().keyValues()) {
            String key = entry.getKey();
            if (!SCHEMA_KEYS.contains(key) && !key.startsWith(SPARK) && !key.startsWith("marquetry.")) {
                entries.add(entry);
            }
        }
        List<URI> features =
                plan.files().stream().skip(1).map(file -> file.path().toUri()).toList();
        entries.add(entry("marquetry.version", version));
        entries.add(entry("marquetry.fingerprint", plan.request().fingerprint(features)));
        entries.add(entry("marquetry.columns", columns(plan)));
        return entries;
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
