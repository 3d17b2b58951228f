/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import org.jspecify.annotations.Nullable;

/** An I/O error, a failed remote job or a fault of this library. Nothing is published. Never falls back. */
public final class MergeFailedException extends MergeException {
    private static final long serialVersionUID = 1L;

    /** Creates it with a message that names what went wrong and where. */
    public MergeFailedException(String message) {
        super(message, null);
    }

    /** Creates it with a message that names what went wrong and where, and the cause. */
    public MergeFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
