/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a journal has last about a request.
 *
 * @param output where its output was to be
 * @param request the request's fingerprint, empty if it could not be made
 * @param inputs the inputs' fingerprint, empty if it could not be made
 * @param owned whether a file at {@code output} is the batch's own, to be replaced by the batch
 * @param done the result, empty unless the last thing that happened was success
 * @param footer the footer's checksum of that output, empty if it could not be made
 * @param validated whether that output passed its check
 * @param backup the copy of that output, empty if it was not copied
 */
record JournalEntry(
        String output,
        Optional<String> request,
        Optional<String> inputs,
        boolean owned,
        Optional<MergeResult> done,
        Optional<String> footer,
        boolean validated,
        Optional<Backup> backup) {
    static JournalEntry begun(Map<String, Object> fields) {
        return new JournalEntry(
                text(fields, "output"),
                optional(fields, "request"),
                optional(fields, "inputs"),
                truth(fields, "owned"),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty());
    }

    JournalEntry after(String event, Map<String, Object> fields) {
        return switch (event) {
            case "begun" -> begun(fields);
            case "done" ->
                new JournalEntry(
                        output,
                        request,
                        inputs,
                        true,
                        Optional.of(result(fields)),
                        optional(fields, "footer"),
                        false,
                        Optional.empty());
            case "validated" -> {
                checkDone(event);
                yield new JournalEntry(output, request, inputs, owned, done, footer, true, backup);
            }
            case "backed up" -> {
                checkDone(event);
                Backup copy = backup(fields);
                yield new JournalEntry(output, request, inputs, owned, done, footer, validated, Optional.of(copy));
            }
            case "failed" ->
                new JournalEntry(
                        output,
                        request,
                        inputs,
                        truth(fields, "owned"),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty());
            default -> throw new IllegalArgumentException("no such event: " + event);
        };
    }

    private void checkDone(String event) {
        if (done.isEmpty()) {
            throw new IllegalArgumentException("an output is " + event + " that is not done: " + output);
        }
    }

    private static Backup backup(Map<String, Object> fields) {
        return new Backup(
                URI.create(text(fields, "object")),
                number(fields, "generation"),
                text(fields, "crc32c"),
                number(fields, "bytes"),
                truth(fields, "copied"));
    }

    private MergeResult result(Map<String, Object> fields) {
        MergeResult.Builder result = MergeResult.of(text(fields, "strategy"), URI.create(output))
                .shape(number(fields, "rows"), Math.toIntExact(number(fields, "columns")))
                .bytes(number(fields, "inputBytes"), number(fields, "outputBytes"))
                .elapsed(Duration.ofMillis(number(fields, "elapsedMillis")))
                .cost(new BigDecimal(text(fields, "cost")));
        if (fields.containsKey("peakMemoryBytes")) {
            result.peakMemoryBytes(number(fields, "peakMemoryBytes"));
        }
        return result.build();
    }

    static String text(Map<String, Object> fields, String name) {
        return optional(fields, name).orElseThrow(() -> missing(name, "text"));
    }

    private static Optional<String> optional(Map<String, Object> fields, String name) {
        return fields.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    private static long number(Map<String, Object> fields, String name) {
        @Nullable Object value = fields.get(name);
        if (value instanceof BigDecimal number) {
            return number.longValueExact();
        }
        throw missing(name, "number");
    }

    private static boolean truth(Map<String, Object> fields, String name) {
        @Nullable Object value = fields.get(name);
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw missing(name, "true or false");
    }

    private static IllegalArgumentException missing(String name, String what) {
        return new IllegalArgumentException("no " + what + " called " + name);
    }
}
