/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.loopback.LoopbackCloud;
import dev.marquetry.testkit.MergeStrategyContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What BigQuery gives back is what the local engine would have. */
class BigQueryStrategyContractTest extends MergeStrategyContract {
    private static LoopbackCloud cloud;

    @BeforeAll
    static void start() {
        cloud = Loopback.start().rowsPerShard(7);
    }

    @AfterAll
    static void nothingIsLeft() {
        try (LoopbackCloud used = cloud) {
            assertThat(used.datasets()).isEmpty();
            assertThat(used.objects()).isEmpty();
        }
    }

    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return Loopback.strategy(cloud).groupColumns(3).within(limits).build();
    }
}
