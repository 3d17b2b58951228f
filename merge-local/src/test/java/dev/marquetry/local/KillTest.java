/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeResult;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.oracle.MergeCase;
import dev.marquetry.local.oracle.NaiveMerge;
import dev.marquetry.local.oracle.ParquetJavaReading;
import dev.marquetry.local.oracle.Table;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A merge that is killed leaves the old file or the whole new one, and the next merge sweeps up after it. */
class KillTest {
    @TempDir
    Path root;

    @ParameterizedTest(name = "killed at progress event {0}")
    @ValueSource(ints = {0, 1, 5, 12, 20})
    void killedMerge_leavesTheOldContentOrTheWholeOutput_andTheNextOneReclaimsItsScratch(int event) throws Exception {
        Folder folder = Folder.in(root);
        MergeCase merge = folder.big(20, 4, 4_000);
        Files.writeString(folder.output(), "old content");
        killAt(event, folder);
        Table expected = NaiveMerge.of(merge, folder.output());
        boolean isOld = Files.size(folder.output()) == "old content".length();
        if (isOld) {
            assertThat(folder.output()).hasContent("old content");
        } else {
            assertThat(ParquetJavaReading.differences(folder.output(), expected))
                    .isEmpty();
        }
        assertNextMergeSucceedsCleanly(folder, expected);
    }

    @Test
    void killedMerge_withoutAnOldFile_leavesNoneOrTheWholeOutput() throws Exception {
        Folder folder = Folder.in(root);
        MergeCase merge = folder.big(20, 4, 4_000);
        killAt(8, folder);
        Table expected = NaiveMerge.of(merge, folder.output());
        if (Files.exists(folder.output())) {
            assertThat(ParquetJavaReading.differences(folder.output(), expected))
                    .isEmpty();
        }
        assertNextMergeSucceedsCleanly(folder, expected);
    }

    private void killAt(int event, Folder folder) throws IOException, InterruptedException {
        Process child = ChildJvm.merge(root.resolve("in"), folder.output(), root.resolve("stderr.txt"));
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            int seen = 0;
            for (String line = lines.readLine(); line != null && seen < event; line = lines.readLine()) {
                seen++;
            }
            child.destroyForcibly().waitFor();
        }
        String said = Files.readString(root.resolve("stderr.txt"));
        assertThat(said).as("stderr of the child").doesNotContain("Exception in thread");
    }

    private static void assertNextMergeSucceedsCleanly(Folder folder, Table expected) throws IOException {
        List<Path> before = ChildJvm.list(folder.output().getParent());
        MergeResult result = LocalArrowStrategy.within(ResourceLimits.defaults())
                .merge(MergeRequest.onKey("key")
                        .spine(folder.file("spine.parquet"))
                        .features(folder.root().resolve("in"), "*.parquet")
                        .onExistingOutput(ExistingOutput.REPLACE)
                        .writeTo(folder.output()));
        assertThat(result.rows()).isEqualTo(expected.rows().size());
        assertThat(ChildJvm.list(folder.output().getParent()))
                .as("after a merge that found %s", before)
                .containsExactly(folder.output());
    }
}
