/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import org.jspecify.annotations.Nullable;

/** The merge was interrupted: nothing is published and the thread's interrupt flag is set again. Never falls back. */
public final class MergeCancelledException extends MergeException {
    private static final long serialVersionUID = 1L;

    /** Creates it with a message that names what went wrong and where. */
    public MergeCancelledException(String message) {
        super(message, null);
    }

    /** Creates it with a message that names what went wrong and where, and the cause. */
    public MergeCancelledException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
