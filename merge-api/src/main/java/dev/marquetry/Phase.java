/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

/** The step a merge is in. Constants may be added in later versions. */
public enum Phase {
    /** Checking limits, disk, memory and the presence of every file. */
    PREFLIGHT("checking"),
    /** Reading footers and laying out the output. */
    PLAN("planning"),
    /** Reading key columns and matching rows to the spine. */
    ALIGN("aligning"),
    /** Sending inputs to where their rows are joined; not in a local merge. */
    STAGE("staging"),
    /** Joining rows elsewhere; not in a local merge. */
    JOIN("joining"),
    /** Fetching what was joined elsewhere; not in a local merge. */
    FETCH("fetching"),
    /** Copying, splicing and gathering column chunks. */
    MOVE("moving"),
    /** Re-reading what was written. */
    VERIFY("verifying"),
    /** Making the output visible under its name. */
    PUBLISH("publishing");

    private final String verb;

    Phase(String verb) {
        this.verb = verb;
    }

    /** Returns the step as a verb for messages, such as {@code aligning}. */
    public String verb() {
        return verb;
    }
}
