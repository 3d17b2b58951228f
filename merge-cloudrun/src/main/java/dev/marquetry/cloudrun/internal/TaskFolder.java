/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal;

/**
 * Names of what a task reads and writes, within its run's folder. Immutable and thread-safe.
 *
 * @param folder the task's folder, which ends with a slash
 */
public record TaskFolder(String folder) {
    /** What a worker is told to do: a {@link dev.marquetry.spi.wire.WorkOrder}. */
    public static final String ORDER = "order.json";

    /** How far it is: the last {@link dev.marquetry.spi.wire.WorkEvent} of progress. */
    public static final String PROGRESS = "progress.json";

    /** What came of it: the last event of all. */
    public static final String RESULT = "result.json";

    /** Which execution does it. */
    public static final String CLAIM = "claim";

    /** Returns the folder, below that of its run, of the task of that index. */
    public static String of(int index) {
        return "tasks/" + index + "/";
    }

    String order() {
        return folder + ORDER;
    }

    String progress() {
        return folder + PROGRESS;
    }

    String result() {
        return folder + RESULT;
    }
}
