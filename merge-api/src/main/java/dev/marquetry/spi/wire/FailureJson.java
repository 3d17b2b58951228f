/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi.wire;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.OutcomeUnknownException;
import dev.marquetry.StrategyUnavailableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Failures as JSON. Their type, message, problems, breach, attempts and cost come back; their cause as a text. */
final class FailureJson {
    private static final int MOST_TRACE = 8 << 10;

    private FailureJson() {}

    /** The cause of a failure in another process: that one's stack trace as a text. */
    private static final class CauseElsewhere extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CauseElsewhere(String trace) {
            super(trace, null, false, false);
        }
    }

    static Map<String, Object> write(MergeException failure) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", failure.getClass().getSimpleName());
        fields.put("message", String.valueOf(failure.getMessage()));
        if (failure instanceof InvalidInputException invalid) {
            fields.put("problems", invalid.problems());
        }
        if (failure instanceof LimitBreachException breach) {
            fields.put("breach", LimitsJson.write(breach.breach()));
        }
        fields.put("attempts", ResultJson.attempts(failure.attempts()));
        fields.put("cost", failure.cost().toString());
        if (failure.getCause() != null) {
            fields.put("cause", trace(failure.getCause()));
        }
        return fields;
    }

    private static String trace(Throwable cause) {
        if (cause instanceof CauseElsewhere) {
            return String.valueOf(cause.getMessage());
        }
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text));
        return text.toString().substring(0, Math.min(MOST_TRACE, text.toString().length()));
    }

    static MergeException read(Fields fields) {
        CauseElsewhere cause =
                fields.maybe("cause", fields::text).map(CauseElsewhere::new).orElse(null);
        MergeException failure = read(fields, fields.text("message"), cause);
        failure.spent(fields.dollars("cost"));
        failure.attemptsMade(ResultJson.readAttempts(fields));
        return failure;
    }

    private static MergeException read(Fields fields, String message, @Nullable CauseElsewhere cause) {
        String type = fields.text("type");
        return switch (type) {
            case "LimitBreachException" -> new LimitBreachException(LimitsJson.breach(fields.object("breach")), cause);
            case "InvalidInputException" -> invalid(fields.texts("problems"), cause);
            case "StrategyUnavailableException" -> new StrategyUnavailableException(message, cause);
            case "MergeCancelledException" -> new MergeCancelledException(message, cause);
            case "OutcomeUnknownException" -> new OutcomeUnknownException(message, cause);
            case "MergeFailedException" -> new MergeFailedException(message, cause);
            default -> throw new IllegalArgumentException("no failure called " + type);
        };
    }

    private static InvalidInputException invalid(List<String> problems, @Nullable CauseElsewhere cause) {
        return problems.size() == 1
                ? new InvalidInputException(problems.get(0), cause)
                : new InvalidInputException(problems);
    }
}
