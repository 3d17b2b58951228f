/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stated limit was, or would be, crossed. Nothing is published, scratch is gone, inputs are untouched: another strategy
 * may be tried, and {@link MergePolicy} does so.
 */
public final class LimitBreachException extends MergeException {
    private static final long serialVersionUID = 1L;

    private final transient LimitBreach breach;

    /** Creates it for {@code breach}, whose text becomes the message. */
    public LimitBreachException(LimitBreach breach) {
        this(breach, null);
    }

    /** Creates it for {@code breach}, whose text becomes the message, with the cause. */
    public LimitBreachException(LimitBreach breach, @Nullable Throwable cause) {
        super(Objects.requireNonNull(breach, "breach").toString(), cause);
        this.breach = breach;
    }

    /** Returns the breach. */
    public LimitBreach breach() {
        return breach;
    }
}
