/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi.wire;

import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeResult;
import dev.marquetry.Progress;
import dev.marquetry.ResourceSample;
import dev.marquetry.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a worker tells. An order's last event is {@link Merged}, {@link Estimated} or {@link Failed}. */
public sealed interface WorkEvent {
    /**
     * The worker has started and takes orders.
     *
     * @param processId the process's number on its machine
     */
    record Ready(long processId) implements WorkEvent {}

    /**
     * A merge goes on.
     *
     * @param progress how far it has come
     */
    record Progressed(Progress progress) implements WorkEvent {}

    /**
     * A sample was taken.
     *
     * @param sample what the merge takes from the machine
     */
    record Sampled(ResourceSample sample) implements WorkEvent {}

    /**
     * The output is published.
     *
     * @param result what came of it
     */
    record Merged(MergeResult result) implements WorkEvent {}

    /**
     * An estimate was made.
     *
     * @param estimate what a merge would need
     */
    record Estimated(CostEstimate estimate) implements WorkEvent {}

    /**
     * An order was not fulfilled.
     *
     * @param failure why
     */
    record Failed(MergeException failure) implements WorkEvent {}

    /** Returns what every line of a worker begins with; what else is on the same stream is none of its events. */
    static String lineStart() {
        return "{\"" + Fields.VERSION_NAME + "\":";
    }

    /** Returns whether {@code line} is a {@link Sampled}, of which some may be left out, without reading all of it. */
    static boolean isSample(String line) {
        return line.startsWith(lineStart() + Fields.VERSION + ",\"event\":\"sample\"");
    }

    /** Returns the event as one line of JSON, without its end. */
    default String toLine() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put(Fields.VERSION_NAME, Fields.VERSION);
        if (this instanceof Ready ready) {
            line.put("event", "ready");
            line.put("processId", ready.processId);
        } else if (this instanceof Progressed progressed) {
            line.put("event", "progress");
            line.put("progress", ProgressJson.write(progressed.progress));
        } else if (this instanceof Sampled sampled) {
            line.put("event", "sample");
            line.put("sample", ProgressJson.write(sampled.sample));
        } else if (this instanceof Merged merged) {
            line.put("event", "result");
            line.put("result", ResultJson.write(merged.result));
        } else if (this instanceof Estimated estimated) {
            line.put("event", "estimate");
            line.put("estimate", ResultJson.write(estimated.estimate));
        } else if (this instanceof Failed failed) {
            line.put("event", "failure");
            line.put("failure", FailureJson.write(failed.failure));
        }
        return Json.write(line);
    }

    /**
     * Returns the event that {@code line} is.
     *
     * @throws InvalidInputException if it is none, saying what is wrong
     */
    static WorkEvent read(String line) {
        return Fields.read(line, "the worker's event", fields -> {
            String event = fields.text("event");
            return switch (event) {
                case "ready" -> new Ready(fields.number("processId"));
                case "progress" -> new Progressed(ProgressJson.read(fields.object("progress")));
                case "sample" -> new Sampled(ProgressJson.sample(fields.object("sample")));
                case "result" -> new Merged(ResultJson.read(fields.object("result")));
                case "estimate" -> new Estimated(ResultJson.estimate(fields.object("estimate")));
                case "failure" -> new Failed(FailureJson.read(fields.object("failure")));
                default -> throw new IllegalArgumentException("no event called " + event);
            };
        });
    }
}
