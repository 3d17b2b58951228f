/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.MergePolicy;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.MergeStrategyContract;
import dev.marquetry.testkit.ScriptedStrategy;

/** A policy that falls back to the local strategy is as good as the local strategy. */
class LocalPolicyContractTest extends MergeStrategyContract {
    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return MergePolicy.startingWith(ScriptedStrategy.named("small").predictingBreach(Resource.MEMORY))
                .fallbackTo(LocalArrowStrategy.within(limits))
                .onFallback(fallback -> {})
                .build();
    }
}
