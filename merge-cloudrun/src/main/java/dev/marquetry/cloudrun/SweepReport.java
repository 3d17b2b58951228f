/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun;

import java.util.List;

/**
 * What a sweep did. Immutable and thread-safe.
 *
 * @param deleted what it deleted: datasets as {@code dataset project.name}, folders of objects as addresses
 * @param left what it could not delete, with the reason or as addresses
 * @param alive runs that may still be running, and were let be
 */
public record SweepReport(List<String> deleted, List<String> left, List<String> alive) {
    /** Copies the lists. */
    public SweepReport {
        deleted = List.copyOf(deleted);
        left = List.copyOf(left);
        alive = List.copyOf(alive);
    }
}
