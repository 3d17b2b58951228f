/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi.wire;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.ResourceLimits;
import dev.marquetry.json.Json;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a worker is told to do. Immutable and thread-safe.
 *
 * @param task whether to merge or to estimate
 * @param strategy the name under which results and failures come back, or empty for the worker's own
 * @param request what to merge; its folders are listed when the order is written
 * @param limits the limits to keep, or empty for those of the worker's machine
 * @param reportEveryFiles how many files lie between two events of progress
 */
public record WorkOrder(
        Task task,
        Optional<String> strategy,
        MergeRequest request,
        Optional<ResourceLimits> limits,
        int reportEveryFiles) {
    /** Files between two events of progress unless told otherwise: {@value}. */
    public static final int DEFAULT_REPORT_EVERY_FILES = 50;

    /** What to do with a request. */
    public enum Task {
        /** Merge it. */
        MERGE,
        /** Say what a merge would need. */
        ESTIMATE
    }

    /**
     * Checks that nothing is null.
     *
     * @throws IllegalArgumentException if {@code reportEveryFiles} is not positive
     */
    public WorkOrder {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(limits, "limits");
        if (reportEveryFiles < 1) {
            throw new IllegalArgumentException("files between reports must be positive but was " + reportEveryFiles);
        }
    }

    /**
     * Returns the order as one line of JSON, without its end.
     *
     * @throws InvalidInputException if a folder of the request can not be listed, or a file is named twice
     */
    public String toLine() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put(Fields.VERSION_NAME, Fields.VERSION);
        line.put("task", task.name());
        strategy.ifPresent(name -> line.put("strategy", name));
        line.put("request", write(request));
        limits.ifPresent(stated -> line.put("limits", LimitsJson.write(stated)));
        line.put("reportEveryFiles", reportEveryFiles);
        return Json.write(line);
    }

    /**
     * Returns the order that {@code line} is. Only {@code request} with {@code keys}, {@code spine}, {@code features} and
     * {@code output} must be there.
     *
     * @throws InvalidInputException if it is none, saying what is wrong
     */
    public static WorkOrder read(String line) {
        return Fields.read(
                line,
                "the order",
                fields -> new WorkOrder(
                        fields.oneOr(Task.MERGE, "task"),
                        fields.maybe("strategy", fields::text),
                        request(fields.object("request")),
                        fields.maybe("limits", name -> LimitsJson.read(fields.object(name))),
                        fields.has("reportEveryFiles")
                                ? fields.count("reportEveryFiles")
                                : DEFAULT_REPORT_EVERY_FILES));
    }

    private static Map<String, Object> write(MergeRequest request) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("keys", request.keys());
        fields.put("spine", request.spine().toString());
        fields.put(
                "features", request.featureFiles().stream().map(URI::toString).toList());
        request.expectedFeatureFiles().ifPresent(count -> fields.put("expectedFeatureFiles", count));
        fields.put("duplicateKeys", request.duplicateKeys().name());
        fields.put("spineDuplicates", request.spineDuplicates().name());
        fields.put("nameClash", request.nameClash().name());
        fields.put("existingOutput", request.existingOutput().name());
        fields.put("codec", request.codec().name());
        fields.put("output", request.output().toString());
        return fields;
    }

    private static MergeRequest request(Fields fields) {
        String[] keys = fields.texts("keys").toArray(String[]::new);
        if (keys.length == 0) {
            throw new IllegalArgumentException("no key column");
        }
        String[] more = Arrays.copyOfRange(keys, 1, keys.length);
        MergeRequest.Builder request = MergeRequest.onKey(keys[0], more)
                .spine(fields.uri("spine"))
                .featureUris(fields.texts("features").stream().map(URI::create).toList())
                .onDuplicateKey(fields.oneOr(MergeRequest.DuplicateKeys.REJECT, "duplicateKeys"))
                .onDuplicateSpineKey(fields.oneOr(MergeRequest.SpineDuplicates.REJECT, "spineDuplicates"))
                .onNameClash(fields.oneOr(MergeRequest.NameClash.REJECT, "nameClash"))
                .onExistingOutput(fields.oneOr(MergeRequest.ExistingOutput.REJECT, "existingOutput"))
                .codec(fields.oneOr(MergeRequest.Codec.AS_INPUT, "codec"));
        if (fields.has("expectedFeatureFiles")) {
            request.expectFeatureFiles(fields.count("expectedFeatureFiles"));
        }
        return request.writeTo(fields.uri("output"));
    }
}
