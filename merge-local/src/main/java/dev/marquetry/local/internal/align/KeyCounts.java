/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import java.util.List;

/**
 * How the keys of an output differ from the spine's.
 *
 * @param firstShifted the first row of both whose key is another, or -1
 * @param more keys that occur more often than in the spine
 * @param less keys that occur less often than in the spine
 * @param strangers rows of the output whose key the spine lacks
 * @param first the first keys that do not occur as often as they should, in the spine's order
 */
public record KeyCounts(int firstShifted, int more, int less, int strangers, List<Occurrence> first) {
    /**
     * A key that does not occur as often as it should.
     *
     * @param key the key, for messages
     * @param expected how many rows of the spine have it
     * @param found how many rows of the output have it
     */
    public record Occurrence(String key, int expected, int found) {}

    /** Copies the list. */
    public KeyCounts {
        first = List.copyOf(first);
    }

    /** Returns whether the output has the spine's keys, row by row. */
    public boolean areSame() {
        return firstShifted < 0 && more == 0 && less == 0 && strangers == 0;
    }
}
