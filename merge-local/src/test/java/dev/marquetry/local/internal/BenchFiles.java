/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal;

import dev.marquetry.MergeRequest;
import dev.marquetry.Phase;
import dev.marquetry.local.internal.align.Aligner;
import dev.marquetry.local.internal.align.RowMap;
import dev.marquetry.local.internal.align.RowMapStore;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.FooterReader;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.Planner;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** A spine and one feature file of one random column, planned; what benchmarks of several steps begin with. */
public final class BenchFiles implements AutoCloseable {
    private final Path folder;
    public final MergePlan plan;
    public final MemoryBudget budget = new MemoryBudget(1L << 30);
    public final Place place = new Place(Phase.MOVE);
    public final MergeControl control = new MergeControl();
    private final ScratchFolder scratch;

    /** Writes files of {@code rows} rows; {@code shape} is sorted, gappy (a tenth is missing) or shuffled. */
    public BenchFiles(String shape, int rows, int pageRows) throws IOException {
        folder = Files.createTempDirectory("marquetry-jmh-");
        Path spine = write("spine", LongStream.range(0, rows).toArray(), pageRows);
        Path feature = write("feature", keys(shape, rows), pageRows);
        Path output = folder.resolve("out.parquet");
        MergeRequest request =
                MergeRequest.onKey("ts").spine(spine).features(List.of(feature)).writeTo(output);
        plan = Planner.plan(request, List.of(FooterReader.read(spine), FooterReader.read(feature)));
        scratch = ScratchFolder.beside(output);
    }

    private static long[] keys(String shape, int rows) {
        SplittableRandom random = new SplittableRandom(1);
        long[] keys = LongStream.range(0, rows)
                .filter(row -> !shape.equals("gappy") || random.nextInt(10) > 0)
                .toArray();
        if (shape.equals("shuffled")) {
            for (int i = keys.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                long key = keys[i];
                keys[i] = keys[other];
                keys[other] = key;
            }
        }
        return keys;
    }

    private Path write(String name, long[] keys, int pageRows) {
        SplittableRandom random = new SplittableRandom(2);
        return Fixtures.table(name)
                .key("ts", LongStream.of(keys))
                .column(name + "_value", random.doubles(keys.length))
                .rowGroupRows(keys.length)
                .pageRows(pageRows)
                .noDictionary()
                .codec(CompressionCodecName.SNAPPY)
                .writeTo(folder);
    }

    /** Opens a store for row maps; the caller closes it. */
    public RowMapStore store() {
        return new RowMapStore(budget, scratch);
    }

    /** Reads the keys of both files and matches them. */
    public RowMap align(RowMapStore store) throws IOException {
        try (Aligner aligner = new Aligner(plan, budget, place, control, store);
                Aligner.Worker worker = aligner.worker(place)) {
            return worker.align(1);
        }
    }

    @Override
    public void close() throws IOException {
        scratch.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
