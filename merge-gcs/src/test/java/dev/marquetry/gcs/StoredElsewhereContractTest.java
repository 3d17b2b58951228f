/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.loopback.LoopbackStorage;
import dev.marquetry.testkit.MergeStrategyContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The local engine does with objects what it does with files. */
class StoredElsewhereContractTest extends MergeStrategyContract {
    private static LoopbackStorage cloud;

    @BeforeAll
    static void start() {
        cloud = Loopback.start();
    }

    @AfterAll
    static void nothingIsLeft() {
        try (LoopbackStorage used = cloud) {
            assertThat(used.objects()).isEmpty();
        }
    }

    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return new StoredElsewhere(
                Loopback.client(cloud), LocalArrowStrategy.within(limits).with(Loopback.store(cloud)));
    }
}
