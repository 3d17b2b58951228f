/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Uploads in pieces: begun by one call, continued where they stopped, finished by the piece that says how long it all is. */
final class ResumableUploads {
    private static final int INCOMPLETE = 308;
    private static final Pattern PIECE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");
    private static final Pattern QUESTION = Pattern.compile("bytes \\*/(\\d+|\\*)");

    private static final Pattern CRC32C = Pattern.compile("crc32c=([A-Za-z0-9+/=]+)");

    private final ObjectStore store;
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

    private static final class Upload {
        private final String bucket;
        private final String name;
        private final JsonObject resource;
        private final Path file;
        private final Optional<Long> ifGeneration;
        private @Nullable StoredObject finished;

        Upload(String bucket, String name, JsonObject resource, Path file, Optional<Long> ifGeneration) {
            this.bucket = bucket;
            this.name = name;
            this.resource = resource;
            this.file = file;
            this.ifGeneration = ifGeneration;
        }
    }

    ResumableUploads(ObjectStore store) {
        this.store = store;
    }

    Answer start(Request request, String serverUrl) throws IOException {
        JsonObject resource = request.json();
        String bucket = request.segment(1);
        String name = request.parameter("name").orElse(Json.text(resource, "", "name"));
        Optional<Long> ifGeneration = StorageCalls.number(request, "ifGenerationMatch");
        store.check(bucket, name, ifGeneration);
        Path file = Files.createFile(store.newFile(name));
        String id = UUID.randomUUID().toString();
        uploads.put(id, new Upload(bucket, name, resource, file, ifGeneration));
        String location = serverUrl + "/upload/storage/v1/b/" + bucket + "/o?uploadType=resumable&upload_id=" + id;
        return Answer.empty(200).header("Location", location).header("X-GUploader-UploadID", id);
    }

    Answer receive(Request request) throws IOException {
        Upload upload = uploads.get(request.parameter("upload_id").orElse(""));
        if (upload == null) {
            throw Refusal.notFound("No such upload session");
        }
        synchronized (upload) {
            if (upload.finished != null) {
                request.drain();
                return Answer.json(upload.finished.json());
            }
            return receive(request, upload);
        }
    }

    private Answer receive(Request request, Upload upload) throws IOException {
        String range = request.header("Content-Range").orElse("");
        Matcher question = QUESTION.matcher(range);
        if (question.matches()) {
            request.drain();
            return progress(request, upload, question.group(1));
        }
        Matcher piece = PIECE.matcher(range);
        if (!piece.matches()) {
            append(request, upload, 0);
            return finish(request, upload);
        }
        long from = Long.parseLong(piece.group(1));
        long received = Files.size(upload.file);
        if (from > received) {
            request.drain();
            throw new Refusal(503, "backendError", "Expected byte " + received + ", got byte " + from);
        }
        append(request, upload, received - from);
        return progress(request, upload, piece.group(3));
    }

    private static void append(Request request, Upload upload, long skipped) throws IOException {
        try (InputStream in = request.stream();
                OutputStream out = Files.newOutputStream(upload.file, StandardOpenOption.APPEND)) {
            in.skipNBytes(skipped);
            in.transferTo(out);
        }
    }

    private Answer progress(Request request, Upload upload, String total) throws IOException {
        long received = Files.size(upload.file);
        if (total.equals(String.valueOf(received))) {
            return finish(request, upload);
        }
        Answer incomplete = Answer.empty(INCOMPLETE);
        return received == 0 ? incomplete : incomplete.header("Range", "bytes=0-" + (received - 1));
    }

    /** Makes the object, unless the client says what its checksum is and it is another. */
    private Answer finish(Request request, Upload upload) {
        request.header("x-goog-hash").map(CRC32C::matcher).filter(Matcher::find).ifPresent(hash -> {
            upload.resource.addProperty("crc32c", hash.group(1));
        });
        StoredObject object = store.put(upload.bucket, upload.name, upload.file, upload.resource, upload.ifGeneration);
        upload.finished = object;
        return Answer.json(object.json());
    }
}
