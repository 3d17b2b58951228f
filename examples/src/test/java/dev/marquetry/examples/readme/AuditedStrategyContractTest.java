/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.testkit.MergeStrategyContract;

// tag::own-strategy-test
class AuditedStrategyContractTest extends MergeStrategyContract {
    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return new AuditedStrategy(LocalArrowStrategy.within(limits), wide -> {});
    }
}
// end::own-strategy-test
