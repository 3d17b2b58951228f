/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers the calls of Cloud Storage's JSON API. */
final class StorageCalls {
    private static final Pattern BOUNDARY = Pattern.compile("boundary=['\"]?([^'\";]+)");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
    private static final int MAX_COMPOSED = 32;
    private static final int MAX_LISTED = 1000;

    private final ObjectStore store;
    private final ResumableUploads uploads;
    private final Knobs knobs;

    StorageCalls(ObjectStore store, Knobs knobs) {
        this.store = store;
        this.knobs = knobs;
        this.uploads = new ResumableUploads(store);
    }

    Answer answer(ApiCall call, Request request, String serverUrl) throws IOException {
        return switch (call) {
            case BUCKETS_GET -> bucket(request);
            case UPLOAD_START -> uploads.start(request, serverUrl);
            case UPLOAD_CHUNK -> uploads.receive(request);
            case OBJECTS_INSERT -> insert(request);
            case OBJECTS_LIST -> list(request);
            case OBJECTS_GET -> Answer.json(object(request).json());
            case OBJECTS_DOWNLOAD -> download(request);
            case OBJECTS_PATCH -> patch(request);
            case OBJECTS_DELETE -> delete(request);
            case OBJECTS_COMPOSE -> compose(request);
            case OBJECTS_REWRITE -> rewrite(request);
            default -> throw new IllegalArgumentException(call.name());
        };
    }

    static Optional<Long> number(Request request, String parameter) {
        return request.parameter(parameter).map(Long::valueOf);
    }

    private StoredObject object(Request request) {
        return store.get(request.segment(1), request.segment(2), number(request, "generation"));
    }

    private Answer bucket(Request request) {
        String name = request.segment(1);
        String location = store.location(name).toUpperCase(java.util.Locale.ROOT);
        return Answer.json(Json.of(
                "kind",
                "storage#bucket",
                "id",
                name,
                "name",
                name,
                "location",
                location,
                "locationType",
                location.contains("-") ? "region" : "multi-region",
                "storageClass",
                "STANDARD",
                "timeCreated",
                "2026-01-01T00:00:00Z",
                "metageneration",
                "1",
                "etag",
                "b1"));
    }

    private Answer insert(Request request) throws IOException {
        String type = request.header("Content-Type").orElse("");
        Matcher boundary = BOUNDARY.matcher(type);
        JsonObject resource = new JsonObject();
        byte[] media = request.body();
        if (boundary.find()) {
            List<byte[]> parts = Multipart.parts(request.body(), boundary.group(1));
            resource = JsonParser.parseString(new String(parts.get(0), StandardCharsets.UTF_8))
                    .getAsJsonObject();
            media = parts.get(1);
        }
        String name = request.parameter("name").orElse(Json.text(resource, "", "name"));
        Path file = Files.write(store.newFile(name), media);
        Optional<Long> ifGeneration = number(request, "ifGenerationMatch");
        return Answer.json(store.put(request.segment(1), name, file, resource, ifGeneration)
                .json());
    }

    private Answer list(Request request) {
        List<StoredObject> found = store
                .list(request.segment(1), request.parameter("prefix").orElse(""))
                .stream()
                .filter(object ->
                        object.name().compareTo(request.parameter("pageToken").orElse("")) >= 0)
                .toList();
        long asked = number(request, "maxResults").orElse((long) MAX_LISTED);
        int size = (int) Math.min(found.size(), Math.min(asked, knobs.pageSize()));
        JsonObject page = Json.of(
                "kind",
                "storage#objects",
                "items",
                Json.array(
                        found.subList(0, size).stream().map(StoredObject::json).toList()));
        if (size < found.size()) {
            page.addProperty("nextPageToken", found.get(size).name());
        }
        return Answer.json(page);
    }

    private Answer download(Request request) {
        StoredObject object = object(request);
        Matcher range = RANGE.matcher(request.header("Range").orElse(""));
        long from = 0;
        long to = object.bytes();
        boolean partial = range.matches();
        if (partial) {
            from = Long.parseLong(range.group(1));
            to = range.group(2).isEmpty() ? to : Math.min(to, Long.parseLong(range.group(2)) + 1);
            if (from >= object.bytes()) {
                throw new Refusal(416, "requestedRangeNotSatisfiable", "Request range not satisfiable");
            }
        }
        Answer answer = Answer.file(partial ? 206 : 200, object.file(), from, to - from)
                .header("Content-Type", object.contentType())
                .header("ETag", "e" + object.generation())
                .header("x-goog-generation", String.valueOf(object.generation()))
                .header("x-goog-metageneration", "1")
                .header("x-goog-stored-content-length", String.valueOf(object.bytes()))
                .header("x-goog-hash", "crc32c=" + object.crc32c() + ",md5=" + object.md5());
        return partial
                ? answer.header("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + object.bytes())
                : answer;
    }

    private Answer patch(Request request) {
        StoredObject object = object(request);
        store.replaceMetadata(object, Json.texts(Json.object(request.json(), "metadata")));
        return Answer.json(object(request).json());
    }

    private Answer delete(Request request) {
        store.delete(
                request.segment(1),
                request.segment(2),
                number(request, "generation"),
                number(request, "ifGenerationMatch"));
        return Answer.empty(204);
    }

    private Answer compose(Request request) throws IOException {
        JsonArray sources = request.json().getAsJsonArray("sourceObjects");
        if (sources.size() > MAX_COMPOSED) {
            throw Refusal.invalid("The number of source components provided (" + sources.size()
                    + ") exceeds the maximum (" + MAX_COMPOSED + ")");
        }
        List<Path> files = new ArrayList<>();
        for (JsonElement source : sources) {
            String name = Json.text(source.getAsJsonObject(), "", "name");
            files.add(store.get(request.segment(1), name, Optional.empty()).file());
        }
        Path composed = store.newFile(request.segment(2));
        try (OutputStream out = Files.newOutputStream(composed)) {
            for (Path file : files) {
                Files.copy(file, out);
            }
        }
        JsonObject resource = Json.object(request.json(), "destination");
        // Checksums of a composed object are the service's to compute.
        return Answer.json(store.put(
                        request.segment(1),
                        request.segment(2),
                        composed,
                        resource,
                        number(request, "ifGenerationMatch"))
                .json());
    }

    private Answer rewrite(Request request) throws IOException {
        StoredObject source = store.get(request.segment(1), request.segment(2), number(request, "sourceGeneration"));
        String name = request.segment(4);
        Path file = Files.copy(source.file(), store.newFile(name));
        JsonObject resource = Json.of("contentType", source.contentType(), "metadata", Json.of(source.metadata()));
        request.json().entrySet().stream()
                .filter(entry -> entry.getKey().equals("metadata"))
                .forEach(entry -> resource.add(entry.getKey(), entry.getValue()));
        StoredObject copy = store.put(request.segment(3), name, file, resource, number(request, "ifGenerationMatch"));
        if (request.path().contains("/copyTo/")) {
            return Answer.json(copy.json());
        }
        return Answer.json(Json.of(
                "kind",
                "storage#rewriteResponse",
                "totalBytesRewritten",
                copy.bytes(),
                "objectSize",
                copy.bytes(),
                "done",
                true,
                "resource",
                copy.json()));
    }
}
