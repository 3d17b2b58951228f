/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

/**
 * How one process ended.
 *
 * @param failure why it did not do its work, in a few words; empty if it did
 * @param seconds wall time from start to end, of a sync of its output too if there is one
 * @param rssAnonBytes most anonymous memory that it and its children were seen to have
 */
record Outcome(String failure, double seconds, long rssAnonBytes) {
    boolean isDone() {
        return failure.isEmpty();
    }
}
