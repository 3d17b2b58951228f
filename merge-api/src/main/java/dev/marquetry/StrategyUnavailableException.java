/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import org.jspecify.annotations.Nullable;

/** The strategy could not start: no credentials, no quota, service down. No side effect. Falls back only on request. */
public final class StrategyUnavailableException extends MergeException {
    private static final long serialVersionUID = 1L;

    /** Creates it with a message that names what went wrong and where. */
    public StrategyUnavailableException(String message) {
        super(message, null);
    }

    /** Creates it with a message that names what went wrong and where, and the cause. */
    public StrategyUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
