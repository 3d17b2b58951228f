/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.MergeStrategyContract;

/** Rows joined in another engine, with its few types, come back as if they had never been away. */
class RemoteMergeContractTest extends MergeStrategyContract {
    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return new JoinedElsewhere(limits, new DuckJoin(3, 7, "o"));
    }
}
