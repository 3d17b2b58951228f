package dev.marquetry;

import dev.marquetry.testkit.MergeStrategyContract;
import dev.marquetry.testkit.ReferenceMerge;

class ReferenceMergeContractTest extends MergeStrategyContract {
    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return ReferenceMerge.within(limits);
    }
}
