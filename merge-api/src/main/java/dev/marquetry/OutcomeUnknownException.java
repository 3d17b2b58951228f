/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import org.jspecify.annotations.Nullable;

/** It can not be told whether the output was published. Nothing is cleaned up; the message says what to look at. Never falls back. */
public final class OutcomeUnknownException extends MergeException {
    private static final long serialVersionUID = 1L;

    /** Creates it with a message that names what went wrong and where. */
    public OutcomeUnknownException(String message) {
        super(message, null);
    }

    /** Creates it with a message that names what went wrong and where, and the cause. */
    public OutcomeUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
