/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.testkit.Fixtures;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsolatedExampleTest {
    @TempDir
    private Path folder;

    @Test
    void mergeInAProcessOfItsOwn_returnsItsResult() {
        Path targets = Fixtures.table("targets").key("ts", 1, 2, 3).writeTo(folder);
        Path rsi =
                Fixtures.table("rsi").key("ts", 3, 1).column("close", 1.5, 2.5).writeTo(folder);
        MergeResult wide = IsolatedExample.merge(
                MergeRequest.onKey("ts").spine(targets).features(rsi).writeTo(folder.resolve("wide.parquet")));
        assertThat(wide.rows()).isEqualTo(3);
        assertThat(wide.columns()).isEqualTo(2);
        assertThat(wide.strategy()).isEqualTo("isolated-local");
        assertThat(wide.attempts()).hasSize(1);
    }
}
