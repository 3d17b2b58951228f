/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A call that reached the server, whatever became of it.
 *
 * @param call its kind, empty if the server knows no such call
 * @param verb the HTTP method
 * @param path the path, percent-encoded as it arrived
 * @param parameters the decoded query parameters
 * @param body the beginning of the body if it is JSON, otherwise the range of bytes sent or asked for
 * @param hash the checksums that the client sent along; may be empty
 */
public record RecordedCall(
        Optional<ApiCall> call, String verb, String path, Map<String, String> parameters, String body, String hash) {
    private static final int KEPT_BYTES = 1 << 16;

    /** Copies the parameters. */
    public RecordedCall {
        parameters = Map.copyOf(parameters);
    }

    static RecordedCall of(Request request) {
        byte[] bytes = request.body();
        boolean json = request.header("Content-Type").orElse("").startsWith("application/json");
        String body = json
                ? new String(bytes, 0, Math.min(bytes.length, KEPT_BYTES), StandardCharsets.UTF_8)
                : request.header("Content-Range")
                        .or(() -> request.header("Range"))
                        .orElse("");
        return new RecordedCall(
                request.call(),
                request.verb(),
                request.path(),
                request.parameters(),
                body,
                request.header("x-goog-hash").orElse(""));
    }

    /** Returns whether the call is of that kind. */
    public boolean is(ApiCall kind) {
        return call.filter(kind::equals).isPresent();
    }

    @Override
    public String toString() {
        return verb + " " + path + (parameters.isEmpty() ? "" : " " + parameters) + (body.isEmpty() ? "" : " " + body);
    }
}
