/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.Table;
import dev.marquetry.testkit.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A spine and feature files with gaps, rows in another order, nulls and several types; and what they merge to. */
final class Pair {
    private static final int ROWS = 120;

    private final Path folder;
    private final Path spine;
    private final List<Path> features = new ArrayList<>();

    /** Writes {@code files} feature files of {@code columns} columns each into folders below {@code folder}. */
    Pair(Path folder, int files, int columns) throws IOException {
        this.folder = folder;
        Path in = Files.createDirectories(folder.resolve("in"));
        Files.createDirectories(folder.resolve("out"));
        spine = Fixtures.table("targets")
                .key("ts", LongStream.range(0, ROWS))
                .required()
                .ints("y", IntStream.range(0, ROWS).boxed().toArray(Integer[]::new))
                .writeTo(in);
        for (int f = 0; f < files; f++) {
            features.add(feature(in, f, columns));
        }
    }

    private static Path feature(Path in, int f, int columns) {
        int rows = ROWS - f % 3 * 10;
        boolean turned = f % 2 == 1;
        Fixture file = Fixtures.table("f" + f)
                .rowGroupRows(50)
                .key("ts", LongStream.range(0, rows).map(row -> turned ? rows - 1 - row : row));
        for (int c = 0; c < columns; c++) {
            int seed = f * columns + c;
            String name = "f" + f + "_" + c;
            switch (c % 4) {
                case 0 ->
                    file.column(
                            name,
                            IntStream.range(0, rows)
                                    .mapToObj(row -> row % 7 == 0 ? null : seed + row / 8.0)
                                    .toArray(Double[]::new));
                case 1 ->
                    file.ints(
                            name,
                            IntStream.range(0, rows).mapToObj(row -> seed - row).toArray(Integer[]::new));
                case 2 ->
                    file.floats(
                            name,
                            IntStream.range(0, rows)
                                    .mapToObj(row -> seed + row / 3f)
                                    .toArray(Float[]::new));
                default ->
                    file.strings(
                            name,
                            IntStream.range(0, rows)
                                    .mapToObj(row -> row % 5 == 0 ? "" : "v" + (seed + row))
                                    .toArray(String[]::new));
            }
        }
        return file.writeTo(in);
    }

    MergeRequest request() {
        return MergeRequest.onKey("ts")
                .spine(spine)
                .features(features)
                .onExistingOutput(ExistingOutput.REPLACE)
                .writeTo(output());
    }

    Path output() {
        return folder.resolve("out/wide.parquet");
    }

    Path spine() {
        return spine;
    }

    List<Path> features() {
        return features;
    }

    /** Returns what the local engine makes of it. */
    Table merged() {
        Path output = folder.resolve("out/expected.parquet");
        LocalArrowStrategy.within(ResourceLimits.defaults())
                .merge(MergeRequest.onKey("ts")
                        .spine(spine)
                        .features(features)
                        .onExistingOutput(ExistingOutput.REPLACE)
                        .writeTo(output));
        return Tables.read(output);
    }

    /** Checks that the output is what the local engine makes: schema, rows, order and every bit of the values. */
    void assertMerged() {
        assertMerged(merged());
    }

    /** Checks that the output is {@code expected}: schema, rows, order and every bit of the values. */
    void assertMerged(Table expected) {
        Table found = Tables.read(output()).checkMetadata();
        assertThat(found.schema().toString()).isEqualTo(expected.schema().toString());
        assertThat(found.rows()).isEqualTo(expected.rows());
        for (String column : expected.columns()) {
            assertThat(found.exact(column)).as(column).isEqualTo(expected.exact(column));
        }
        assertThat(found.metadata()).isEqualTo(expected.metadata());
    }
}
