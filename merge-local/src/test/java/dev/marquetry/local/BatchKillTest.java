/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.BatchListener;
import dev.marquetry.BatchResult;
import dev.marquetry.BatchResult.Item;
import dev.marquetry.BatchResult.Outcome;
import dev.marquetry.StrategyUnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch that is killed, again and again, is finished by the next run as if nothing had been. */
class BatchKillTest {
    private static final int PAIRS = 6;
    private static final int KILLS = 5;

    @TempDir
    Path root;

    @BeforeEach
    void writePairs() throws IOException {
        for (int pair = 0; pair < PAIRS; pair++) {
            Folder.in(root.resolve("pair" + pair)).big(6 + pair, 3, 2_000);
        }
        Files.createDirectories(root.resolve("killed"));
        Files.createDirectories(root.resolve("undisturbed"));
    }

    private Process start(String... flags) throws IOException {
        return ChildJvm.start(
                ChildBatch.class,
                List.of(flags),
                root.resolve("stderr.txt"),
                root.toString(),
                root.resolve("killed").toString(),
                String.valueOf(PAIRS));
    }

    /** Kills a batch some lines of progress and some milliseconds after its begin; returns whether it still ran. */
    private boolean kill(SplittableRandom random) throws IOException, InterruptedException {
        int lines = random.nextInt(45);
        Process child = start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String line = "";
            for (int i = 0; i < lines && line != null; i++) {
                line = said.readLine();
            }
            Thread.sleep(random.nextInt(15));
            boolean ran = child.isAlive();
            child.destroyForcibly().waitFor();
            return ran;
        }
    }

    @Test
    void killedBatch_isFinishedByTheNextRun_withTheSameBytes_andNothingLeftOver() throws Exception {
        assertThat(ChildBatch.run(root, root.resolve("undisturbed"), PAIRS, BatchListener.none())
                        .allDone())
                .isTrue();
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("BatchKillTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int killed = 0;
        for (int i = 0; i < KILLS; i++) {
            killed += kill(random) ? 1 : 0;
        }
        assertThat(killed).as("kills while it ran, seed %d", seed).isPositive();
        long done = Files.readAllLines(root.resolve("killed").resolve(ChildBatch.JOURNAL)).stream()
                .filter(line -> line.contains("\"event\":\"done\""))
                .count();

        BatchResult last = ChildBatch.run(root, root.resolve("killed"), PAIRS, BatchListener.none());

        assertThat(last.items()).as("seed %d", seed).allMatch(Item::isDone, "is done");
        assertThat(last.count(Outcome.SKIPPED)).as("seed %d", seed).isEqualTo((int) done);
        List<Path> expected = ChildJvm.list(root.resolve("undisturbed"));
        assertThat(ChildJvm.list(root.resolve("killed")))
                .as("seed %d", seed)
                .extracting(Path::getFileName)
                .containsExactlyElementsOf(
                        expected.stream().map(Path::getFileName).toList());
        for (Path file : expected) {
            if (!file.endsWith(ChildBatch.JOURNAL)) {
                assertThat(root.resolve("killed").resolve(file.getFileName())).hasSameBinaryContentAs(file);
            }
        }
    }

    @Test
    void journalOfAnotherProcess_isRefusedWhileItRuns_andFreeOnceItIsKilled() throws Exception {
        Process child = start("-Dhold=true");
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).endsWith(" held");
            assertThatThrownBy(() -> ChildBatch.run(root, root.resolve("killed"), PAIRS, BatchListener.none()))
                    .isInstanceOf(StrategyUnavailableException.class)
                    .hasMessageContaining("another one is running on this journal");
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(ChildBatch.run(root, root.resolve("killed"), PAIRS, BatchListener.none())
                        .allDone())
                .isTrue();
    }
}
