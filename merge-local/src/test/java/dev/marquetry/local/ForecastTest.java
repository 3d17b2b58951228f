/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.CostEstimate;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an estimate predicts is what the merge takes. */
class ForecastTest {
    private static final int FILES = 10;
    private static final int COLUMNS = 6;

    @TempDir
    private Path folder;

    private enum Shape {
        ALIGNED,
        GAPPY,
        SHUFFLED
    }

    @ParameterizedTest
    @CsvSource({
        "ALIGNED, 60000, 60000, 1", "ALIGNED, 60000, 60000, 2", "GAPPY, 60000, 60000, 1", "GAPPY, 60000, 60000, 2",
        "SHUFFLED, 60000, 60000, 1", "SHUFFLED, 60000, 60000, 2", "GAPPY, 10000, 17000, 1", "ALIGNED, 10000, 17000, 1"
    })
    void memoryAndOutput(Shape shape, int spineGroup, int featureGroup, int threads) throws Exception {
        check(shape, 60_000, spineGroup, List.of(featureGroup), threads);
    }

    /** Of a feature file in one row group, an output row group takes a tenth of a chunk; of others, parts of several. */
    @ParameterizedTest
    @CsvSource({"GAPPY, 1", "GAPPY, 2", "SHUFFLED, 1"})
    void memoryAndOutput_ofFeatureFilesInRowGroupsOfTheirOwn(Shape shape, int threads) throws Exception {
        check(shape, 100_000, 10_000, List.of(15_000, 100_000, 6_500), threads);
    }

    private void check(Shape shape, int rows, int spineGroup, List<Integer> featureGroups, int threads)
            throws Exception {
        Path in = Files.createDirectory(folder.resolve("in"));
        Random random = new Random(17);
        Path spine = Fixtures.table("spine")
                .key("ts", LongStream.range(0, rows))
                .column("target", random.doubles(rows))
                .rowGroupRows(spineGroup)
                .writeTo(in);
        List<Path> features = new ArrayList<>();
        for (int f = 0; f < FILES; f++) {
            int group = featureGroups.get(f % featureGroups.size());
            features.add(
                    feature("f" + f, keys(shape, rows, random), group, random).writeTo(in));
        }
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(spine)
                .features(features.toArray(Path[]::new))
                .writeTo(folder.resolve("wide.parquet"));
        LocalArrowStrategy strategy = LocalArrowStrategy.within(ResourceLimits.builder()
                .maxMemory(MemorySize.mib(256))
                .threads(threads)
                .build());
        CostEstimate estimate = strategy.estimate(request);
        MergeResult result = strategy.merge(request, ProgressListener.none());
        long predicted = estimate.amount(Resource.MEMORY).orElseThrow();
        long peak = result.peakMemoryBytes().orElseThrow();
        // Of two threads, one may do all the work of so small a merge before the other begins.
        assertThat(predicted / (double) peak).as("%d / %d", predicted, peak).isBetween(1.0, threads == 1 ? 1.3 : 2.0);
        long written = estimate.amount(Resource.DISK).orElseThrow();
        assertThat(written / (double) result.outputBytes()).isBetween(0.95, 1.05);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(in, Path.of(request.output()));
        }
    }

    private static long[] keys(Shape shape, int rows, Random random) {
        return switch (shape) {
            case ALIGNED -> LongStream.range(0, rows).toArray();
            case GAPPY ->
                LongStream.range(0, rows).filter(row -> random.nextInt(20) > 0).toArray();
            case SHUFFLED -> {
                List<Integer> shuffled =
                        new ArrayList<>(IntStream.range(0, rows).boxed().toList());
                Collections.shuffle(shuffled, random);
                yield shuffled.stream().mapToLong(Integer::longValue).toArray();
            }
        };
    }

    private static Fixture feature(String name, long[] keys, int group, Random random) {
        Fixture fixture = Fixtures.table(name)
                .key("ts", LongStream.of(keys))
                .noDictionary()
                .pageRows(20_000)
                .rowGroupRows(group);
        for (int c = 0; c < COLUMNS; c++) {
            fixture.column(name + "_" + c, random.doubles(keys.length));
        }
        return fixture.ints(
                name + "_i",
                IntStream.range(0, keys.length)
                        .mapToObj(row -> random.nextInt())
                        .toArray(Integer[]::new));
    }
}
