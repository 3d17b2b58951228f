/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi.wire;

import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ResourceSample;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events of progress, and samples of the machine, as JSON. */
final class ProgressJson {
    private ProgressJson() {}

    static Map<String, Object> write(Progress progress) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("phase", progress.phase().name());
        fields.put("filesDone", progress.filesDone());
        fields.put("filesTotal", progress.filesTotal());
        fields.put("columnsDone", progress.columnsDone());
        fields.put("columnsTotal", progress.columnsTotal());
        fields.put("bytesDone", progress.bytesDone());
        fields.put("bytesTotal", progress.bytesTotal());
        fields.put("memoryBytes", progress.memoryBytes());
        progress.memoryLimitBytes().ifPresent(bytes -> fields.put("memoryLimitBytes", bytes));
        fields.put("elapsed", progress.elapsed().toString());
        progress.timeLeft().ifPresent(time -> fields.put("timeLeft", time.toString()));
        progress.warning().ifPresent(text -> fields.put("warning", text));
        progress.detail().ifPresent(text -> fields.put("detail", text));
        return fields;
    }

    static Progress read(Fields fields) {
        Progress.Builder progress = Progress.in(fields.one(Phase.class, "phase"))
                .files(fields.count("filesDone"), fields.count("filesTotal"))
                .columns(fields.count("columnsDone"), fields.count("columnsTotal"))
                .bytes(fields.number("bytesDone"), fields.number("bytesTotal"))
                .memory(fields.number("memoryBytes"), fields.maybeNumber("memoryLimitBytes"))
                .time(fields.time("elapsed"), fields.maybe("timeLeft", fields::time));
        fields.maybe("warning", fields::text).ifPresent(progress::warning);
        fields.maybe("detail", fields::text).ifPresent(progress::detail);
        return progress.build();
    }

    static Map<String, Object> write(ResourceSample sample) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("elapsed", sample.elapsed().toString());
        fields.put("phase", sample.phase().name());
        fields.put("memoryBytes", sample.memoryBytes());
        sample.memoryLimitBytes().ifPresent(bytes -> fields.put("memoryLimitBytes", bytes));
        sample.processBytes().ifPresent(bytes -> fields.put("processBytes", bytes));
        fields.put("heapBytes", sample.heapBytes());
        sample.freeMemoryBytes().ifPresent(bytes -> fields.put("freeMemoryBytes", bytes));
        sample.freeDiskBytes().ifPresent(bytes -> fields.put("freeDiskBytes", bytes));
        fields.put("bytesMoved", sample.bytesMoved());
        return fields;
    }

    static ResourceSample sample(Fields fields) {
        return new ResourceSample(
                fields.time("elapsed"),
                fields.one(Phase.class, "phase"),
                fields.number("memoryBytes"),
                fields.maybeNumber("memoryLimitBytes"),
                fields.maybeNumber("processBytes"),
                fields.number("heapBytes"),
                fields.maybeNumber("freeMemoryBytes"),
                fields.maybeNumber("freeDiskBytes"),
                fields.number("bytesMoved"));
    }
}
