/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import java.time.Duration;
import java.util.List;

/**
 * What a sweep is asked for. Public, as what does it is of another class loader.
 *
 * @param olderThan how long ago a run began at least that can be dead
 */
public record Sweep(String project, String staging, Duration olderThan) {
    /**
     * What it did.
     *
     * @param deleted datasets, and folders of objects
     * @param left what could not be deleted, and why
     * @param alive runs that may still be going on, and were let be
     */
    public record Report(List<String> deleted, List<String> left, List<String> alive) {}
}
