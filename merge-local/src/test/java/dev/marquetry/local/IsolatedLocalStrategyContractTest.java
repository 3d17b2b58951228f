/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.MergeStrategyContract;
import org.junit.jupiter.api.AfterAll;

/** The contract, by a few workers that serve one merge after the other: a JVM for each of its merges would take minutes. */
class IsolatedLocalStrategyContractTest extends MergeStrategyContract {
    private static final WorkerPool POOL = WorkerPool.keeping(3);

    @AfterAll
    static void endWorkers() {
        POOL.close();
    }

    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return IsolatedLocalStrategy.builder(limits).pool(POOL).build();
    }
}
