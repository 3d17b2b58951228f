/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A merge did not happen. The subclass says what may be done next; see the table in the README. Earlier failures of a
 * policy's other strategies are attached as suppressed exceptions.
 */
public abstract sealed class MergeException extends RuntimeException
        permits LimitBreachException,
                StrategyUnavailableException,
                InvalidInputException,
                MergeCancelledException,
                OutcomeUnknownException,
                MergeFailedException {
    private static final long serialVersionUID = 1L;

    private transient volatile @Nullable List<Attempt> attempts;
    private volatile BigDecimal cost = BigDecimal.ZERO;

    MergeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Returns every try that was made, in the order they were made; empty outside a {@link MergePolicy}. */
    public final List<Attempt> attempts() {
        List<Attempt> made = attempts;
        return made == null ? List.of() : made;
    }

    /** Returns what the try that ended so had cost until then, in US dollars; zero where nothing is billed. */
    public final BigDecimal cost() {
        return cost;
    }

    /** Sets {@link #cost}; for authors of strategies that bill. */
    public final void spent(BigDecimal dollars) {
        cost = Objects.requireNonNull(dollars, "dollars");
    }

    /** Sets {@link #attempts}; for authors of strategies that bring a failure from elsewhere. */
    public final void attemptsMade(List<Attempt> made) {
        attempts = List.copyOf(made);
    }
}
