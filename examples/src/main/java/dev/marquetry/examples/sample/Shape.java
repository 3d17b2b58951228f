/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

/** How a sampled feature file's rows lie against the spine's. */
public enum Shape {
    /** The spine's rows in the spine's order; DOUBLE columns without nulls. */
    ALIGNED,
    /**
     * The spine's order without one stretch of 5 % of the rows and another 5 % here and there; 3 % nulls; columns of
     * several types.
     */
    GAPPY,
    /** All of the spine's rows, in an order of the file's own; DOUBLE columns without nulls. */
    SHUFFLED
}
