/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeRequest;
import dev.marquetry.Resource;
import dev.marquetry.testkit.ScriptedStrategy;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportExampleTest {
    @TempDir
    private Path folder;

    private final ScriptedStrategy strategy = ScriptedStrategy.named("scripted");

    private MergeRequest request() {
        return MergeRequest.onKey("ts")
                .spine(folder.resolve("targets.parquet"))
                .features(folder, "*.parquet")
                .writeTo(folder.resolve("wide.parquet"));
    }

    @Test
    void report_isWrittenHoweverTheMergeEnds() throws IOException {
        Path report = folder.resolve("report.html");
        assertThat(ReportExample.merge(strategy, request(), report).strategy()).isEqualTo("scripted");
        assertThat(report).content().contains("All is well");
        strategy.breaching(Resource.MEMORY);
        assertThatThrownBy(() -> ReportExample.merge(strategy, request(), report))
                .isInstanceOf(LimitBreachException.class);
        assertThat(report).content().contains("Failed", "LimitBreachException");
    }
}
