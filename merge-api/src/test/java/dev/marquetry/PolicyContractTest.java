/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import dev.marquetry.testkit.MergeStrategyContract;
import dev.marquetry.testkit.ReferenceMerge;
import dev.marquetry.testkit.ScriptedStrategy;

/** A policy whose first strategy is skipped, for its breach is foreseen. */
class PolicyContractTest extends MergeStrategyContract {
    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return MergePolicy.startingWith(ScriptedStrategy.named("small").predictingBreach(Resource.MEMORY))
                .fallbackTo(ReferenceMerge.within(limits))
                .onFallback(fallback -> {})
                .build();
    }
}
