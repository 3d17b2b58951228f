/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.loopback.LoopbackCloud;
import dev.marquetry.loopback.RecordedJob;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that was killed leaves things behind; a sweep finds them, and leaves those of the living alone. */
class KilledMergeTest {
    @TempDir
    private Path folder;

    @Test
    @Timeout(120)
    void killedMerge_isSweptOnceItsTablesWouldHaveExpired() throws IOException, InterruptedException {
        try (LoopbackCloud cloud = Loopback.start().rowsPerShard(50)) {
            cloud.faults().onJobs("mq-.*-join-.*").neverEnd();
            cloud.passTime(Duration.ofHours(-8)); // so that what it leaves is old
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            ChildMerge.class.getName(),
                            cloud.url(),
                            folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("child.log").toFile())
                    .start();
            try {
                while (cloud.jobs(RecordedJob.Kind.QUERY).isEmpty()) {
                    assertThat(child.isAlive())
                            .as(Files.readString(folder.resolve("child.log")))
                            .isTrue();
                    Thread.sleep(20);
                }
            } finally {
                child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
            assertThat(cloud.datasets()).hasSize(1);
            assertThat(cloud.objects()).hasSize(5);
            String dead = cloud.datasets().get(0);
            assertThat(folder.resolve("out/wide.parquet")).doesNotExist();

            cloud.passTime(Duration.ofHours(8));
            Pair pair = new Pair(Files.createDirectory(folder.resolve("other")), 4, 4);
            SweepReport[] report = new SweepReport[1];
            BigQueryStrategy strategy = Loopback.strategy(cloud).build();
            strategy.merge(pair.request(), event -> {
                if (report[0] == null && event.detail().orElse("").contains("joined")) {
                    report[0] = strategy.sweep(Duration.ZERO);
                }
            });

            assertThat(report[0].deleted()).hasSize(2).anyMatch(name -> name.endsWith(dead));
            assertThat(report[0].left()).isEmpty();
            assertThat(report[0].alive()).as("the merge that was going on").hasSize(1);
            pair.assertMerged();
            assertThat(cloud.datasets()).isEmpty();
            assertThat(cloud.objects()).isEmpty();
            scratchIsReclaimedByTheNextMerge(cloud);
        }
    }

    private void scratchIsReclaimedByTheNextMerge(LoopbackCloud cloud) throws IOException {
        assertThat(outputs()).hasSize(1).allMatch(name -> name.startsWith(".wide.parquet.marquetry-"));
        Pair pair = new Pair(folder, 4, 4);
        Loopback.strategy(cloud).build().merge(pair.request());
        pair.assertMerged();
        assertThat(outputs()).containsExactlyInAnyOrder("wide.parquet", "expected.parquet");
    }

    private List<String> outputs() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.map(Path::toFile).map(File::getName).toList();
        }
    }
}
