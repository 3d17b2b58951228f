/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.util.Objects;

/**
 * A stated limit that was crossed, or is certain to be crossed. Immutable and thread-safe.
 *
 * @param resource what the limit is on
 * @param limit the stated limit, in the resource's unit
 * @param observed what was measured or predicted, in the resource's unit
 * @param basis whether {@code observed} was measured or predicted
 * @param phase the step in which the breach was found
 * @param where the file and column being worked on, or another place a reader can find; may be empty
 */
public record LimitBreach(Resource resource, long limit, long observed, Basis basis, Phase phase, String where) {
    /** How a breach became known. */
    public enum Basis {
        /** Worked out beforehand; nothing was done yet. */
        PREDICTED,
        /** Seen while the merge ran. */
        MEASURED
    }

    /** Checks that nothing is null. */
    public LimitBreach {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(basis, "basis");
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(where, "where");
    }

    /**
     * Returns the breach in one line, such as {@code memory limit 8.0 GiB but needed 9.4 GiB while aligning
     * [f_017.parquet] column 'rsi_45'}.
     */
    @Override
    public String toString() {
        String verb = basis == Basis.PREDICTED
                ? resource.isFloor() ? "would leave" : "would need"
                : resource.isFloor() ? "only had" : resource == Resource.MEMORY ? "needed" : "took";
        return resource.label() + " limit " + resource.format(limit) + " but " + verb + " " + resource.format(observed)
                + " while " + phase.verb() + (where.isEmpty() ? "" : " " + where);
    }
}
