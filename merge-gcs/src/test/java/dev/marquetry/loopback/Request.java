/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** A call as it arrived: verb, path, parameters and body. Bodies other than pieces of uploads are read at once. */
final class Request {
    private final HttpExchange exchange;
    private final String verb;
    private final String path;
    private final Map<String, String> parameters;
    private final @Nullable ApiCall call;
    private final byte[] body;

    private Request(HttpExchange exchange) throws IOException {
        this.exchange = exchange;
        // Some clients can only send POST, and say in a header what they mean.
        String override = exchange.getRequestHeaders().getFirst("X-HTTP-Method-Override");
        verb = override == null ? exchange.getRequestMethod() : override;
        path = exchange.getRequestURI().getRawPath();
        parameters = parameters(exchange.getRequestURI().getRawQuery());
        call = ApiCall.of(verb, path, parameters).orElse(null);
        body = call == ApiCall.UPLOAD_CHUNK ? new byte[0] : stream().readAllBytes();
    }

    static Request of(HttpExchange exchange) throws IOException {
        return new Request(exchange);
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query != null) {
            for (String parameter : query.split("&")) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? parameter : parameter.substring(0, equals);
                parameters.put(decode(name), equals < 0 ? "" : decode(parameter.substring(equals + 1)));
            }
        }
        return parameters;
    }

    /** Returns what a percent-encoded text stands for; a plus sign stands for itself. */
    static String decode(String encoded) {
        return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    String verb() {
        return verb;
    }

    String path() {
        return path;
    }

    Optional<ApiCall> call() {
        return Optional.ofNullable(call);
    }

    /** Returns the decoded text of the group of that number, from 1, of the call's path. */
    String segment(int group) {
        Matcher matcher = call().orElseThrow().match(path);
        if (!matcher.matches()) {
            throw new IllegalStateException(path);
        }
        return decode(matcher.group(group));
    }

    Map<String, String> parameters() {
        return parameters;
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    byte[] body() {
        return body;
    }

    JsonObject json() {
        return body.length == 0
                ? new JsonObject()
                : JsonParser.parseString(new String(body, StandardCharsets.UTF_8))
                        .getAsJsonObject();
    }

    /** Returns the body of a piece of an upload, to be read once. */
    InputStream stream() throws IOException {
        InputStream in = new BufferedInputStream(exchange.getRequestBody());
        return header("Content-Encoding").filter("gzip"::equals).isPresent() ? new GZIPInputStream(in) : in;
    }

    /** Reads what is left of the body: a client that is still writing would miss an early answer. */
    void drain() throws IOException {
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    }
}
