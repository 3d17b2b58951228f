/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.MergeStrategyContract;

class LocalArrowStrategyContractTest extends MergeStrategyContract {
    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return LocalArrowStrategy.within(limits);
    }
}
