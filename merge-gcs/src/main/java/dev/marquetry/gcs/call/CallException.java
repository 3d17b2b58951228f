/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs.call;

import dev.marquetry.MergeException;

/** A call failed; whoever made it may have an answer. */
public final class CallException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final transient Request request;

    CallException(Failure failure, Request request, Throwable cause) {
        super(failure.message(), cause);
        this.failure = failure;
        this.request = request;
    }

    /** Returns what failed. */
    public Failure failure() {
        return failure;
    }

    /** Returns whether the failure is of {@code kind}. */
    public boolean is(Failure.Kind kind) {
        return failure.kind() == kind;
    }

    /** Returns what the merge ends with if there is no answer. */
    public MergeException toMergeException() {
        return failure.toMergeException(request, getCause());
    }

    /** Returns itself if there may be an answer; throws what the merge ends with if there is none. */
    CallException orMergeException() {
        return switch (failure.kind()) {
            case TOO_LARGE, BILLED_BYTES, ABSENT, CONFLICT -> this;
            case PASSING, DENIED, QUOTA, FINAL -> throw toMergeException();
        };
    }
}
