/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.local.oracle.MergeCase;
import dev.marquetry.local.oracle.NaiveMerge;
import dev.marquetry.local.oracle.ParquetJavaReading;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host with a small heap survives whatever becomes of its workers, and its workers do not survive it. */
@Timeout(300)
class IsolatedHostTest {
    private static final String KILLS = "10";

    @TempDir
    Path root;

    private Process start(Folder folder, String... args) throws Exception {
        return ChildJvm.start(
                IsolatedHost.class,
                List.of("-Xmx64m"),
                root.resolve("stderr.txt"),
                root.resolve("in").toString(),
                folder.output().toString(),
                args[0],
                args[1]);
    }

    @Test
    void hostOf64MiB_merges200Files_andSurvivesTenDeathsOfItsWorker() throws Exception {
        Folder folder = Folder.in(root);
        MergeCase merge = folder.big(200, 2, 200);
        String seed = String.valueOf(ThreadLocalRandom.current().nextLong());
        Process host = start(folder, seed, KILLS);
        String said = new String(host.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(host.waitFor())
                .as("seed %s: %s", seed, Files.readString(root.resolve("stderr.txt")))
                .isZero();
        assertThat(said).as("seed %s", seed).contains("died " + KILLS + ", heap 64 MiB");
        assertThat(ParquetJavaReading.differences(folder.output(), NaiveMerge.of(merge, folder.output())))
                .isEmpty();
        folder.assertOutputFolderHolds(folder.output());
    }

    @Test
    void workerOfAHostThatIsKilled_cleansUpAndEnds() throws Exception {
        Folder folder = Folder.in(root);
        folder.big(20, 2, 200);
        Process host = start(folder, "hold", KILLS);
        ProcessHandle worker;
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(host.getInputStream(), StandardCharsets.UTF_8))) {
            worker = ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
        } finally {
            host.destroyForcibly().waitFor();
        }
        worker.onExit().get(20, TimeUnit.SECONDS);
        folder.assertNothingLeft();
    }
}
