/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.call;

import com.google.api.gax.rpc.ApiException;
import com.google.cloud.BaseServiceException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.gcs.call.Request;
import java.io.IOException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A call failed, and what may be done about it; whoever made it may have an answer. */
public final class CallException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What may be done about a failure. */
    public enum Kind {
        /** It passes: try again. */
        PASSING,
        /** A permission is missing or the credentials are not accepted. */
        DENIED,
        /** What was asked for is not there. */
        ABSENT,
        /** What was to be made is there already, or has changed. */
        CONFLICT,
        /** Trying again would fail again. */
        FINAL
    }

    private static final Pattern PERMISSION = Pattern.compile("\\b(?:run|storage|iam|artifactregistry)\\.\\w+\\.\\w+");

    private final Kind kind;
    private final transient Request request;
    private final int code;

    private CallException(Kind kind, int code, Request request, Throwable cause) {
        super(text(cause), cause);
        this.kind = kind;
        this.code = code;
        this.request = request;
    }

    /** Tells what a failure of Cloud Run's clients means. */
    static CallException of(ApiException e, Request request) {
        int code = e.getStatusCode().getCode().getHttpStatusCode();
        Kind kind = switch (e.getStatusCode().getCode()) {
            case UNAVAILABLE, INTERNAL, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, CANCELLED -> Kind.PASSING;
            case PERMISSION_DENIED, UNAUTHENTICATED -> Kind.DENIED;
            case NOT_FOUND -> Kind.ABSENT;
            case ALREADY_EXISTS, ABORTED -> Kind.CONFLICT;
            case OK, INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED, DATA_LOSS -> Kind.FINAL;
        };
        return new CallException(kind, code, request, e);
    }

    /** Tells what a failure of Cloud Storage's client means. */
    static CallException of(BaseServiceException e, Request request) {
        int code = e.getCode();
        boolean transport = code < 300 && e.getCause() instanceof IOException;
        Kind kind = code >= 500 || code == 429 || code == 408 || transport
                ? Kind.PASSING
                : switch (code) {
                    case 401, 403 -> Kind.DENIED;
                    case 404 -> Kind.ABSENT;
                    case 409, 412 -> Kind.CONFLICT;
                    default -> Kind.FINAL;
                };
        return new CallException(kind, code, request, e);
    }

    /** Tells what a broken transfer means: what its client says inside it, or else that it passes. */
    static CallException of(IOException e, Request request) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof BaseServiceException service) {
                return of(service, request);
            }
        }
        return new CallException(Kind.PASSING, 0, request, e);
    }

    private static String text(Throwable e) {
        String message = Objects.requireNonNullElse(e.getMessage(), "");
        return message.isBlank() ? e.getClass().getSimpleName() : message.strip();
    }

    /** Returns whether the failure is of {@code wanted}. */
    public boolean is(Kind wanted) {
        return kind == wanted;
    }

    /**
     * Returns what a merge ends with if there is no answer. A service that can not be reached and a permission that is
     * missing make the strategy unavailable; all else is a surprise.
     */
    public MergeException toMergeException() {
        String cannot = "Cannot " + request.doing();
        return switch (kind) {
            case DENIED -> {
                Matcher named = PERMISSION.matcher(String.valueOf(getMessage()));
                String permission = named.find() ? named.group() : request.permission();
                String why =
                        code == 401 ? "the credentials were not accepted" : "permission " + permission + " is missing";
                yield new StrategyUnavailableException(
                        cannot + ": " + why + " on " + request.on() + ": " + getMessage(), getCause());
            }
            case PASSING ->
                new StrategyUnavailableException(
                        cannot + ": the service kept failing on " + request.on() + ": " + getMessage(), getCause());
            case ABSENT ->
                new StrategyUnavailableException(
                        cannot + ": " + request.on() + " is not there: " + getMessage(), getCause());
            case CONFLICT, FINAL ->
                new MergeFailedException(cannot + " on " + request.on() + ": " + getMessage(), getCause());
        };
    }
}
