/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs.call;

import com.google.api.gax.rpc.ApiException;
import com.google.cloud.BaseServiceException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.StrategyUnavailableException;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A failure as Google's services tell it, and what may be done about it. Immutable and thread-safe.
 *
 * @param kind what may be done about it
 * @param code the HTTP status, or zero if there was no answer
 * @param reason Google's word for it, such as {@code rateLimitExceeded}; may be empty
 * @param message Google's message
 */
public record Failure(Kind kind, int code, String reason, String message) {
    /** What may be done about a failure. */
    public enum Kind {
        /** It passes: try again. */
        PASSING,
        /** A permission is missing or the credentials are not accepted. */
        DENIED,
        /** A quota of the project is used up. */
        QUOTA,
        /** The statement asks for too much at once: ask for less. */
        TOO_LARGE,
        /** It would bill more bytes than was allowed. */
        BILLED_BYTES,
        /** What was asked for is not there. */
        ABSENT,
        /** What was to be made is there already, or has changed. */
        CONFLICT,
        /** Trying again would fail again. */
        FINAL
    }

    private static final Set<String> PASSING = Set.of(
            "backendError",
            "internalError",
            "jobBackendError",
            "jobInternalError",
            "jobRateLimitExceeded",
            "rateLimitExceeded",
            "tableUnavailable",
            "userRateLimitExceeded");
    private static final Set<String> QUOTA = Set.of("dailyLimitExceeded", "quotaExceeded");
    private static final Set<String> TOO_LARGE = Set.of("resourcesExceeded", "responseTooLarge");

    /** Planning errors that come as plain invalid queries. */
    private static final Pattern TOO_MUCH =
            Pattern.compile("too (many|large|complex|long)|resources exceeded|not enough resources|maximum.* length");

    private static final Pattern PERMISSION = Pattern.compile(
            "\\b(?:bigquery|run|storage|iam|artifactregistry|cloudkms|serviceusage|resourcemanager)\\.(?!googleapis)\\w+\\.\\w+");

    /** Returns what a call's exception means: one of Google's clients, or an interrupted transfer. */
    public static Failure of(BaseServiceException e) {
        String reason = Objects.requireNonNullElse(e.getReason(), "");
        return of(e.getCode(), reason, text(e), isTransport(e));
    }

    /** Returns what an exception of the clients means that know gRPC's status codes, over whichever transport. */
    public static Failure of(ApiException e) {
        Kind kind = switch (e.getStatusCode().getCode()) {
            case UNAVAILABLE, INTERNAL, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, CANCELLED -> Kind.PASSING;
            case PERMISSION_DENIED, UNAUTHENTICATED -> Kind.DENIED;
            case NOT_FOUND -> Kind.ABSENT;
            case ALREADY_EXISTS, ABORTED -> Kind.CONFLICT;
            case OK, INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED, DATA_LOSS -> Kind.FINAL;
        };
        return new Failure(kind, e.getStatusCode().getCode().getHttpStatusCode(), "", text(e));
    }

    /** Returns what a transfer's exception means: that of a client inside it, or else a broken connection. */
    public static Failure of(IOException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof BaseServiceException service) {
                return of(service);
            }
        }
        return new Failure(Kind.PASSING, 0, "", text(e));
    }

    /** Returns what an error means that a service tells of otherwise, by its word for it. */
    public static Failure of(@Nullable String reason, @Nullable String message) {
        return of(0, Objects.requireNonNullElse(reason, ""), Objects.requireNonNullElse(message, "no message"), false);
    }

    private static Failure of(int code, String reason, String message, boolean transport) {
        return new Failure(kind(code, reason, message, transport), code, reason, message);
    }

    private static Kind kind(int code, String reason, String message, boolean transport) {
        if (PASSING.contains(reason) || code >= 500 || code == 429 || code == 408 || transport) {
            return Kind.PASSING;
        }
        if (QUOTA.contains(reason)) {
            return Kind.QUOTA;
        }
        if (reason.equals("bytesBilledLimitExceeded")) {
            return Kind.BILLED_BYTES;
        }
        if (TOO_LARGE.contains(reason) || code == 413 || isTooMuch(code, reason, message)) {
            return Kind.TOO_LARGE;
        }
        if (reason.equals("accessDenied") || code == 401 || code == 403) {
            return Kind.DENIED;
        }
        if (reason.equals("notFound") || code == 404) {
            return Kind.ABSENT;
        }
        return reason.equals("duplicate") || code == 409 || code == 412 ? Kind.CONFLICT : Kind.FINAL;
    }

    private static boolean isTooMuch(int code, String reason, String message) {
        return (code == 0 || code == 400)
                && reason.startsWith("invalid")
                && TOO_MUCH.matcher(message.toLowerCase(Locale.ROOT)).find();
    }

    /** Whether no answer came: the clients give such failures no code that HTTP knows. */
    private static boolean isTransport(BaseServiceException e) {
        return e.getCode() < 300 && e.getCause() instanceof IOException;
    }

    private static String text(Throwable e) {
        String message = Objects.requireNonNullElse(e.getMessage(), "");
        return message.isBlank() ? e.getClass().getSimpleName() : message.strip();
    }

    /** Returns whether trying again may help. */
    public boolean isPassing() {
        return kind == Kind.PASSING;
    }

    /** Returns the permission that is missing: the one Google names, or else the one that {@code request} needs. */
    public String permission(Request request) {
        Matcher named = PERMISSION.matcher(message);
        return named.find() ? named.group() : request.permission();
    }

    /**
     * Returns what a merge ends with for it. A service that can not be reached and a permission, quota or bucket that is
     * missing make the strategy unavailable; all else is a surprise.
     */
    public MergeException toMergeException(Request request, @Nullable Throwable cause) {
        String said = reason.isEmpty() ? message : message + " (" + reason + ")";
        return switch (kind) {
            case DENIED ->
                new StrategyUnavailableException(
                        "Cannot " + request.doing() + ": "
                                + (code == 401
                                        ? "the credentials were not accepted"
                                        : "permission " + permission(request) + " is missing")
                                + " on " + request.on() + ": " + said,
                        cause);
            case QUOTA ->
                new StrategyUnavailableException(
                        "Cannot " + request.doing() + ": a quota is used up on " + request.on() + ": " + said, cause);
            case PASSING ->
                new StrategyUnavailableException(
                        "Cannot " + request.doing() + ": the service kept failing on " + request.on() + ": " + said,
                        cause);
            case ABSENT ->
                isBucket()
                        ? new StrategyUnavailableException(
                                "Cannot " + request.doing() + ": no such " + request.on() + ": " + said, cause)
                        : new MergeFailedException("Cannot " + request.doing() + ": " + said, cause);
            case TOO_LARGE, BILLED_BYTES, CONFLICT, FINAL ->
                new MergeFailedException("Cannot " + request.doing() + " on " + request.on() + ": " + said, cause);
        };
    }

    private boolean isBucket() {
        return message.toLowerCase(Locale.ROOT).contains("bucket does not exist");
    }
}
