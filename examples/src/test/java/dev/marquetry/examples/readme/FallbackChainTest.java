/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.Attempt;
import dev.marquetry.Attempt.Outcome;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.Resource;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.ScriptedStrategy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FallbackChainTest {
    @TempDir
    private Path folder;

    @Test
    void breachOfTheFirst_bringsTheSecond() {
        // tag::fixtures
        Path targets = Fixtures.table("targets").key("ts", 1, 2, 3).writeTo(folder);
        Path rsi =
                Fixtures.table("rsi").key("ts", 3, 1).column("close", 1.5, null).writeTo(folder);
        // end::fixtures
        MergeRequest request =
                MergeRequest.onKey("ts").spine(targets).features(rsi).writeTo(folder.resolve("wide"));
        // tag::scripted
        ScriptedStrategy frugal = ScriptedStrategy.named("frugal").breaching(Resource.MEMORY);
        ScriptedStrategy generous = ScriptedStrategy.named("generous");

        MergeResult wide = MergePolicy.of(frugal, generous).merge(request);

        assertThat(wide.attempts()).extracting(Attempt::outcome).containsExactly(Outcome.BREACHED, Outcome.SUCCEEDED);
        // end::scripted
        assertThat(wide.strategy()).isEqualTo("generous");
        assertThat(generous.requests()).containsOnly(request);
    }
}
