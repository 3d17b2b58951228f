/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import dev.marquetry.CostEstimate;
import java.time.Duration;

/** The machine elsewhere that a whole merge is to run on, and what that takes. Thread-safe. */
public interface HostForecast {
    /** Returns how many bytes the merge's buffers may take there. */
    long bufferBytes();

    /** Returns how many threads move columns there. */
    int threads();

    /** Returns how many bytes sending and fetching take here. */
    long bytesHere();

    /** Returns about how long it takes from the first byte sent to the output being here. */
    Duration elapsed(HostNeed need);

    /** Adds refusals, predicted breaches and cost; shape, inputs and what is needed here are told without it. */
    void addTo(CostEstimate.Builder estimate, HostNeed need);
}
