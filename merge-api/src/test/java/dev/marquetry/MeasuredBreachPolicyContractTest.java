/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import dev.marquetry.testkit.Capability;
import dev.marquetry.testkit.MergeStrategyContract;
import dev.marquetry.testkit.ReferenceMerge;
import dev.marquetry.testkit.ScriptedStrategy;
import java.util.Map;

/** A policy whose first strategy breaches while it merges. */
class MeasuredBreachPolicyContractTest extends MergeStrategyContract {
    private static final String NOT_FORESEEN = "the first strategy expects to succeed, so the second is not asked";

    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return MergePolicy.startingWith(ScriptedStrategy.named("small").breaching(Resource.MEMORY))
                .fallbackTo(ReferenceMerge.within(limits))
                .onFallback(fallback -> {})
                .build();
    }

    @Override
    protected Map<Capability, String> waived() {
        return Map.of(
                Capability.FORESEEN_BREACHES, NOT_FORESEEN,
                Capability.FORESEEN_INPUT_PROBLEMS, NOT_FORESEEN,
                Capability.FORESEEN_SHAPE, NOT_FORESEEN);
    }
}
