/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An input or the request is wrong: a missing key column, a duplicate key, clashing names, a corrupt or encrypted file.
 * All that could be found is in one exception. Never falls back: another strategy would fail too or, worse, would not.
 */
public final class InvalidInputException extends MergeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /** Creates it for one problem, a line that names file, column, row or key and says what to do. */
    public InvalidInputException(String problem) {
        this(problem, null);
    }

    /** Creates it for one problem with its cause. */
    public InvalidInputException(String problem, @Nullable Throwable cause) {
        super(problem, cause);
        problems = List.of(problem);
    }

    /**
     * Creates it for several problems, one line each.
     *
     * @throws IllegalArgumentException if there is none
     */
    public InvalidInputException(List<String> problems) {
        super(message(problems), null);
        this.problems = List.copyOf(problems);
    }

    /** Returns every problem, one line each; never empty. */
    public List<String> problems() {
        return problems;
    }

    private static String message(List<String> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("problems must not be empty");
        }
        return problems.size() == 1
                ? problems.get(0)
                : problems.size() + " problems:\n  " + String.join("\n  ", problems);
    }
}
