/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonElement;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server sends back: a status, headers, and bytes of its own or of a file. */
final class Answer {
    private final int status;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final byte[] bytes;
    private final @Nullable Path file;
    private final long from;
    private final long length;
    private long cutAfter = Long.MAX_VALUE;

    private Answer(int status, byte[] bytes, @Nullable Path file, long from, long length) {
        this.status = status;
        this.bytes = bytes;
        this.file = file;
        this.from = from;
        this.length = length;
    }

    static Answer empty(int status) {
        return new Answer(status, new byte[0], null, 0, 0);
    }

    static Answer json(JsonElement body) {
        return json(200, body);
    }

    static Answer json(int status, JsonElement body) {
        byte[] text = body.toString().getBytes(StandardCharsets.UTF_8);
        return new Answer(status, text, null, 0, text.length).header("Content-Type", "application/json; charset=UTF-8");
    }

    /** Returns an answer of {@code length} bytes of {@code file}, beginning at byte {@code from}. */
    static Answer file(int status, Path file, long from, long length) {
        return new Answer(status, new byte[0], file, from, length);
    }

    Answer header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Makes the connection close after that many bytes of the body, while more are promised. */
    Answer cutAfter(long sent) {
        cutAfter = sent;
        return this;
    }

    void send(HttpExchange exchange) throws IOException {
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
        if (length > 0) {
            OutputStream out = exchange.getResponseBody();
            try (InputStream in = open()) {
                copy(in, out, Math.min(length, cutAfter));
            }
            out.flush();
        }
        exchange.close();
    }

    private InputStream open() throws IOException {
        if (file == null) {
            return new ByteArrayInputStream(bytes);
        }
        InputStream in = Files.newInputStream(file);
        in.skipNBytes(from);
        return in;
    }

    private static void copy(InputStream in, OutputStream out, long count) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (long left = count; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                return;
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }
}
