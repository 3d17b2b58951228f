/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonObject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The datasets by their names, whichever project they are asked for in. */
final class Datasets {
    private final DuckTables tables;
    private final Clock clock;
    private final Map<String, JsonObject> datasets = new ConcurrentSkipListMap<>();

    Datasets(DuckTables tables, Clock clock) {
        this.tables = tables;
        this.clock = clock;
    }

    /** Makes a dataset of what a client says of it, and returns all that is known of it. */
    JsonObject create(String project, JsonObject wanted, String defaultLocation) {
        String id = Json.text(wanted, "", "datasetReference", "datasetId");
        if (!id.matches("\\w{1,1024}")) {
            throw Refusal.invalid(
                    "Invalid dataset ID \"" + id
                            + "\". Dataset IDs must be alphanumeric (plus underscores) and must be at most 1024 characters long.");
        }
        JsonObject dataset = wanted.deepCopy();
        String now = String.valueOf(clock.millis());
        dataset.addProperty("kind", "bigquery#dataset");
        dataset.addProperty("id", project + ":" + id);
        dataset.addProperty("etag", "d" + now);
        dataset.addProperty("location", Json.text(wanted, defaultLocation, "location"));
        dataset.addProperty("creationTime", now);
        dataset.addProperty("lastModifiedTime", now);
        dataset.add("datasetReference", Json.of("projectId", project, "datasetId", id));
        if (datasets.putIfAbsent(id, dataset) != null) {
            throw new Refusal(409, "duplicate", "Already Exists: Dataset " + project + ":" + id);
        }
        tables.createDataset(id);
        return dataset;
    }

    JsonObject get(String project, String id) {
        JsonObject dataset = datasets.get(id);
        if (dataset == null) {
            throw Refusal.notFound("Not found: Dataset " + project + ":" + id);
        }
        return dataset;
    }

    String location(String id, String absent) {
        JsonObject dataset = datasets.get(id);
        return dataset == null ? absent : Json.text(dataset, absent, "location");
    }

    /** Ends a job that uses a dataset which does not exist, or is elsewhere. */
    void require(String project, String id, String location) {
        if (!datasets.containsKey(id) || !location(id, location).equalsIgnoreCase(location)) {
            throw JobFailure.notFound("Dataset " + project + ":" + id + " was not found in location " + location);
        }
    }

    void delete(String project, String id, boolean withTables) {
        get(project, id);
        if (!withTables && !tables.in(id).isEmpty()) {
            throw new Refusal(400, "resourceInUse", "Dataset " + project + ":" + id + " is still in use");
        }
        datasets.remove(id);
        tables.dropDataset(id);
    }

    List<String> names() {
        return List.copyOf(datasets.keySet());
    }

    /** Returns the datasets that have all labels of a filter such as {@code labels.a:b labels.c}, as lists show them. */
    List<JsonObject> list(String filter) {
        return datasets.values().stream()
                .filter(dataset -> matches(dataset, filter))
                .map(Datasets::listed)
                .toList();
    }

    private static boolean matches(JsonObject dataset, String filter) {
        Map<String, String> labels = Json.texts(Json.object(dataset, "labels"));
        for (String term : filter.isBlank() ? new String[0] : filter.trim().split("\\s+")) {
            String[] parts = term.split(":", 2);
            String label = parts[0].replaceFirst("^labels\\.", "");
            if (!labels.containsKey(label) || parts.length > 1 && !parts[1].equals(labels.get(label))) {
                return false;
            }
        }
        return true;
    }

    /** A list says less than a description: no times. */
    private static JsonObject listed(JsonObject dataset) {
        JsonObject listed = new JsonObject();
        for (String name : List.of("kind", "id", "datasetReference", "labels", "friendlyName", "location")) {
            if (dataset.has(name)) {
                listed.add(name, dataset.get(name));
            }
        }
        return listed;
    }
}
