/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreachException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What ended a merge.
 *
 * @param type the exception's class, without its package
 * @param message its message
 * @param problems what is wrong with the inputs, one line each; empty for anything else
 * @param breach the limit that was crossed, if one was
 */
record FailureReport(String type, String message, List<String> problems, Optional<LimitBreach> breach) {
    static FailureReport of(Throwable thrown) {
        return new FailureReport(
                thrown.getClass().getSimpleName(),
                Objects.requireNonNullElse(thrown.getMessage(), "no message"),
                thrown instanceof InvalidInputException invalid ? invalid.problems() : List.of(),
                thrown instanceof LimitBreachException crossed ? Optional.of(crossed.breach()) : Optional.empty());
    }
}
