/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import dev.marquetry.testkit.MergeStrategyContract;
import dev.marquetry.testkit.ReferenceMerge;

class ReferenceMergeContractTest extends MergeStrategyContract {
    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return ReferenceMerge.within(limits);
    }
}
