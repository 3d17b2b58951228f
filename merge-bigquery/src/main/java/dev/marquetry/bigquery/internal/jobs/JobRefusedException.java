/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.jobs;

import org.jspecify.annotations.Nullable;

/** BigQuery will not run a job as it is; another one may do. No attempt of it is left running. */
public final class JobRefusedException extends Exception {
    /** What is against the job. */
    public enum Reason {
        /** It asks for too much at once; halves may do. */
        TOO_LARGE,
        /** It would bill more bytes than it was allowed to. */
        BILLED_BYTES
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    JobRefusedException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Returns what is against the job. */
    public Reason reason() {
        return reason;
    }
}
