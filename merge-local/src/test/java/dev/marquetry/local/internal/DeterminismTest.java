/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.move.MoveRule;
import dev.marquetry.local.internal.plan.RecentFooters;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output's bytes depend on the inputs alone, not on threads, nor on what is spilled to scratch meanwhile. */
class DeterminismTest {
    private static final long SEED = 99;
    private static final int ROWS = 80_000;

    @TempDir
    Path root;

    @Test
    void threadsAndBudgets_changeNoByte_thoughSmallBudgetsSpill() throws Exception {
        System.out.println("DeterminismTest seed " + SEED);
        Path out = Files.createDirectory(root.resolve("out"));
        MergeRequest request = inputs(out.resolve("wide.parquet"));
        Set<String> hashes = new TreeSet<>();
        for (int mib : new int[] {8, 64, 256, 2048}) {
            for (int threads : new int[] {1, 2, 4}) {
                Set<String> scratch = new ConcurrentSkipListSet<>();
                ResourceLimits limits = ResourceLimits.builder()
                        .threads(threads)
                        .maxMemory(MemorySize.mib(mib))
                        .build();
                ProgressListener look = progress -> scratch.addAll(scratchFiles(out));
                new LocalMerge("local-arrow", request, limits, MoveRule.FASTEST, 1, look, new RecentFooters()).run();
                Path output = Path.of(request.output());
                hashes.add(sha256(output));
                assertThat(hashes)
                        .as("hashes up to %d MiB, %d threads", mib, threads)
                        .hasSize(1);
                Files.delete(output);
                if (mib == 8) {
                    assertThat(scratch).contains("output", "rowmaps", "column-indexes");
                } else if (mib == 2048) {
                    assertThat(scratch).contains("output").doesNotContain("rowmaps", "column-indexes", "chunks");
                }
            }
        }
    }

    /** Chunks larger than a sixteenth of the least budget, row maps too, and page indexes larger than a 64th. */
    private MergeRequest inputs(Path output) {
        Random random = new Random(SEED);
        Path spine = Fixtures.table("spine")
                .key("ts", LongStream.range(0, ROWS))
                .column("target", random.doubles(ROWS))
                .writeTo(root);
        long[] shuffled = LongStream.range(0, ROWS).toArray();
        for (int i = ROWS - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long key = shuffled[i];
            shuffled[i] = shuffled[other];
            shuffled[other] = key;
        }
        Path same = columns("same", LongStream.range(0, ROWS), ROWS, 12, random);
        Path gaps = columns("gaps", LongStream.range(0, ROWS).filter(row -> row % 1_000 != 7), ROWS - 80, 12, random);
        Path mixed = columns("mixed", LongStream.of(shuffled), ROWS, 2, random);
        Path back = columns("back", LongStream.range(0, ROWS).map(row -> ROWS - 1 - row), ROWS, 1, random);
        return MergeRequest.onKey("ts")
                .spine(spine)
                .features(same, gaps, mixed, back)
                .writeTo(output);
    }

    private Path columns(String name, LongStream keys, int rows, int columns, Random random) {
        Fixture fixture = Fixtures.table(name).key("ts", keys).noDictionary().pageRows(200);
        for (int c = 0; c < columns; c++) {
            fixture.column(name + c, random.doubles(rows));
        }
        return fixture.writeTo(root);
    }

    private static Set<String> scratchFiles(Path out) {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(out)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> names.add(file.getFileName().toString()));
        } catch (IOException | UncheckedIOException e) {
            return names; // a file went away meanwhile
        }
        return names;
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
