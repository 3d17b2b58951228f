/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

/** Thrown to answer a call with an error, as Google's services word it. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String reason;

    Refusal(int status, String reason, String message) {
        super(message, null, false, false);
        this.status = status;
        this.reason = reason;
    }

    static Refusal notFound(String what) {
        return new Refusal(404, "notFound", what);
    }

    static Refusal invalid(String message) {
        return new Refusal(400, "invalid", message);
    }

    /** Returns the error of an HTTP status for which a test has named neither reason nor message. */
    static Refusal ofStatus(int status) {
        return switch (status) {
            case 400 -> invalid("Bad Request");
            case 401 -> new Refusal(401, "authError", "Invalid Credentials");
            case 403 -> new Refusal(403, "accessDenied", "Access Denied");
            case 404 -> notFound("Not Found");
            case 408 -> new Refusal(408, "requestTimeout", "Request Timeout");
            case 409 -> new Refusal(409, "duplicate", "Already Exists");
            case 429 -> new Refusal(429, "rateLimitExceeded", "Exceeded rate limits");
            case 502 -> new Refusal(502, "badGateway", "Bad Gateway");
            case 503 -> new Refusal(503, "backendError", "Service Unavailable");
            case 504 -> new Refusal(504, "gatewayTimeout", "Gateway Timeout");
            default -> new Refusal(status, "internalError", "Internal Error");
        };
    }

    Answer answer() {
        JsonArray errors = new JsonArray();
        errors.add(Json.of("domain", "global", "reason", reason, "message", getMessage()));
        JsonObject error = Json.of("code", status, "message", getMessage(), "errors", errors);
        return Answer.json(status, Json.of("error", error));
    }
}
