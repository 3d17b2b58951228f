/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import dev.marquetry.CostEstimate;
import java.time.Duration;

/** Says what joining rows elsewhere will take. */
public interface RemoteForecast {
    /** Returns about how long it takes from the first byte staged to the last byte back. */
    Duration elapsed(RemotePlan plan);

    /** Adds refusals, predicted breaches and cost; shape, inputs and what is needed here are in {@code estimate} already. */
    void addTo(CostEstimate.Builder estimate, RemotePlan plan);
}
