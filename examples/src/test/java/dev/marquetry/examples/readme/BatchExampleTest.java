/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.BatchResult;
import dev.marquetry.BatchResult.Item;
import dev.marquetry.BatchResult.Outcome;
import dev.marquetry.MergeRequest;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchExampleTest {
    @TempDir
    private Path folder;

    @Test
    void failureLeavesTheOthersDone_andTheNextRunDoesOnlyWhatIsLeft() throws Exception {
        Map<String, MergeRequest> pairs = new LinkedHashMap<>();
        for (String pair : List.of("eurusd", "audusd", "gbpusd")) {
            Path in = Files.createDirectories(folder.resolve(pair));
            Path targets = Fixtures.table("targets").key("ts", 1, 2, 3).writeTo(in);
            Path rsi =
                    Fixtures.table("rsi").key("ts", 3, 1).column("x", 1.5, 2.5).writeTo(in);
            pairs.put(
                    pair,
                    MergeRequest.onKey("ts").spine(targets).features(rsi).writeTo(folder.resolve(pair + ".parquet")));
        }
        Path broken = folder.resolve("gbpusd/rsi.parquet");
        byte[] whole = Files.readAllBytes(broken);
        Files.writeString(broken, "no Parquet file");

        BatchResult first = BatchExample.merge(pairs, ResourceLimits.defaults(), folder);
        assertThat(first.items()).extracting(Item::outcome).containsExactly(Outcome.DONE, Outcome.DONE, Outcome.FAILED);
        Files.write(broken, whole);
        BatchResult second = BatchExample.merge(pairs, ResourceLimits.defaults(), folder);
        assertThat(second.items())
                .extracting(Item::outcome)
                .containsExactly(Outcome.SKIPPED, Outcome.SKIPPED, Outcome.DONE);
    }
}
