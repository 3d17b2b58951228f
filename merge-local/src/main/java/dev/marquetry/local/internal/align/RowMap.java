/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.RowMapKind;

/**
 * How one feature file's rows lie against the spine's, packed: nothing where identical, runs as variable-length numbers
 * where ordered, four bytes a row where permuted. The bytes lie in the {@link RowMapStore}. Immutable.
 *
 * @param match kind and counts
 * @param at where its bytes begin in the store
 * @param length how many bytes they are
 */
public record RowMap(FeatureMatch match, long at, int length) {
    /** Returns the kind. */
    public RowMapKind kind() {
        return match.kind();
    }
}
