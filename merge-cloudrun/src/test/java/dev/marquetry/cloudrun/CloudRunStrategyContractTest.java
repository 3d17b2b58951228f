/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.MergeStrategyContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What comes back from a worker in another process is what the local engine would have made here. */
class CloudRunStrategyContractTest extends MergeStrategyContract {
    private static Clouds clouds;

    @BeforeAll
    static void start() throws IOException {
        clouds = Clouds.warm();
    }

    @AfterAll
    static void nothingIsLeft() {
        try (Clouds used = clouds) {
            assertThat(used.objects().objects()).isEmpty();
            assertThat(used.run().running()).isZero();
        }
    }

    @Override
    protected MergeStrategy create(ResourceLimits limits) {
        return clouds.strategy().within(limits).build();
    }
}
