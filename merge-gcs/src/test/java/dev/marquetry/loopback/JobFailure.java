/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

/** Thrown to end a job with an error result. */
final class JobFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String reason;

    JobFailure(String reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static JobFailure invalid(String message) {
        return new JobFailure("invalid", message);
    }

    static JobFailure invalidQuery(String message) {
        return new JobFailure("invalidQuery", message);
    }

    static JobFailure notFound(String what) {
        return new JobFailure("notFound", "Not found: " + what);
    }

    String reason() {
        return reason;
    }

    /** Returns the answer to a call that finds the job failed, or that would have started it. */
    Refusal refusal() {
        int status = switch (reason) {
            case "notFound" -> 404;
            case "duplicate" -> 409;
            case "accessDenied", "rateLimitExceeded", "quotaExceeded", "billingTierLimitExceeded" -> 403;
            case "backendError" -> 503;
            case "internalError" -> 500;
            default -> 400;
        };
        return new Refusal(status, reason, getMessage());
    }
}
