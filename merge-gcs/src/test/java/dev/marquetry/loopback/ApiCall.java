/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A kind of call the server answers. */
public enum ApiCall {
    /** Creates a dataset. */
    DATASETS_INSERT("POST", bigQuery("/datasets"), "bigquery.datasets.create"),
    /** Lists datasets. */
    DATASETS_LIST("GET", bigQuery("/datasets"), "bigquery.datasets.get"),
    /** Describes a dataset. */
    DATASETS_GET("GET", bigQuery("/datasets/([^/]+)"), "bigquery.datasets.get"),
    /** Deletes a dataset, with its tables if asked to. */
    DATASETS_DELETE("DELETE", bigQuery("/datasets/([^/]+)"), "bigquery.datasets.delete"),
    /** Lists the tables of a dataset. */
    TABLES_LIST("GET", bigQuery("/datasets/([^/]+)/tables"), "bigquery.tables.list"),
    /** Describes a table. */
    TABLES_GET("GET", bigQuery("/datasets/([^/]+)/tables/([^/]+)"), "bigquery.tables.get"),
    /** Deletes a table. */
    TABLES_DELETE("DELETE", bigQuery("/datasets/([^/]+)/tables/([^/]+)"), "bigquery.tables.delete"),
    /** Starts a job, or estimates it. */
    JOBS_INSERT("POST", bigQuery("/jobs"), "bigquery.jobs.create"),
    /** Lists jobs. */
    JOBS_LIST("GET", bigQuery("/jobs"), "bigquery.jobs.list"),
    /** Describes a job. */
    JOBS_GET("GET", bigQuery("/jobs/([^/]+)"), "bigquery.jobs.get"),
    /** Asks a job to stop. */
    JOBS_CANCEL("POST", bigQuery("/jobs/([^/]+)/cancel"), "bigquery.jobs.update"),
    /** Reads the rows of a query's result. */
    QUERY_RESULTS("GET", bigQuery("/queries/([^/]+)"), "bigquery.jobs.get"),

    /** Describes a bucket. */
    BUCKETS_GET("GET", "/storage/v1/b/([^/]+)", "storage.buckets.get"),
    /** Begins a resumable upload. */
    UPLOAD_START("POST", upload(), "storage.objects.create"),
    /** Sends a piece of a resumable upload, or asks how much of it has arrived. */
    UPLOAD_CHUNK("PUT", upload(), "storage.objects.create"),
    /** Uploads a small object in one call. */
    OBJECTS_INSERT("POST", upload(), "storage.objects.create"),
    /** Lists objects. */
    OBJECTS_LIST("GET", "/storage/v1/b/([^/]+)/o", "storage.objects.list"),
    /** Describes an object. */
    OBJECTS_GET("GET", "/storage/v1/b/([^/]+)/o/([^/]+)", "storage.objects.get"),
    /** Reads an object's bytes. */
    OBJECTS_DOWNLOAD("GET", "(?:/download)?/storage/v1/b/([^/]+)/o/([^/]+)", "storage.objects.get"),
    /** Changes an object's metadata. */
    OBJECTS_PATCH("PATCH", "/storage/v1/b/([^/]+)/o/([^/]+)", "storage.objects.update"),
    /** Deletes an object. */
    OBJECTS_DELETE("DELETE", "/storage/v1/b/([^/]+)/o/([^/]+)", "storage.objects.delete"),
    /** Makes one object of several. */
    OBJECTS_COMPOSE("POST", "/storage/v1/b/([^/]+)/o/([^/]+)/compose", "storage.objects.create"),
    /** Copies an object. */
    OBJECTS_REWRITE(
            "POST",
            "/storage/v1/b/([^/]+)/o/([^/]+)/(?:rewriteTo|copyTo)/b/([^/]+)/o/([^/]+)",
            "storage.objects.create");

    private final String verb;
    private final Pattern path;
    private final String permission;

    ApiCall(String verb, String path, String permission) {
        this.verb = verb;
        this.path = Pattern.compile(path);
        this.permission = permission;
    }

    private static String bigQuery(String rest) {
        return "/bigquery/v2/projects/([^/]+)" + rest;
    }

    private static String upload() {
        return "(?:/resumable)?/upload/storage/v1/b/([^/]+)/o";
    }

    /** Returns the permission that the call needs, such as {@code bigquery.jobs.create}. */
    public String permission() {
        return permission;
    }

    /** Returns whether Cloud Storage answers the call, rather than BigQuery. */
    public boolean ofStorage() {
        return permission.startsWith("storage.");
    }

    Matcher match(String wantedPath) {
        return path.matcher(wantedPath);
    }

    /** Returns the kind of a call, empty if the server knows no such call. */
    static Optional<ApiCall> of(String verb, String path, Map<String, String> parameters) {
        for (ApiCall call : values()) {
            if (call.verb.equals(verb) && call.match(path).matches() && call.fits(path, parameters)) {
                return Optional.of(call);
            }
        }
        return Optional.empty();
    }

    private boolean fits(String wantedPath, Map<String, String> parameters) {
        boolean resumable = "resumable".equals(parameters.get("uploadType"));
        boolean media = "media".equals(parameters.get("alt")) || wantedPath.startsWith("/download/");
        return switch (this) {
            case UPLOAD_START -> resumable;
            case OBJECTS_INSERT -> !resumable;
            case OBJECTS_GET -> !media;
            case OBJECTS_DOWNLOAD -> media;
            default -> true;
        };
    }
}
