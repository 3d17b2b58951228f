/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs;

import com.google.cloud.storage.Storage;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** A spine and feature files, aligned, with gaps or in another order; here and in the cloud. */
final class Pair {
    private final Path folder;
    private final Path spine;
    private final List<Path> features = new ArrayList<>();

    /** Writes {@code files} feature files of {@code columns} columns and {@code rows} rows into {@code folder}. */
    Pair(Path folder, int rows, int files, int columns, int rowGroupRows) throws IOException {
        this.folder = folder;
        Path in = Files.createDirectories(folder.resolve("in"));
        spine = file("targets", LongStream.range(0, rows), rows, 1, rowGroupRows)
                .writeTo(in);
        for (int f = 0; f < files; f++) {
            int own = f % 3 == 1 ? rows - rows / 10 : rows;
            LongStream keys = LongStream.range(0, own).map(row -> f(own, row));
            boolean turned = f % 3 == 2;
            features.add(file("f" + f, turned ? keys : LongStream.range(0, own), own, columns, rowGroupRows)
                    .writeTo(in));
        }
    }

    private static long f(int rows, long row) {
        return rows - 1 - row;
    }

    private static Fixture file(String name, LongStream keys, int rows, int columns, int rowGroupRows) {
        Fixture file = Fixtures.table(name).rowGroupRows(rowGroupRows).key("ts", keys);
        for (int c = 0; c < columns; c++) {
            int seed = c + name.hashCode();
            file.column(
                    name + "_" + c,
                    DoubleStream.iterate(seed, value -> Math.sin(value) * 1e6).limit(rows));
        }
        return file;
    }

    Path spine() {
        return spine;
    }

    List<Path> features() {
        return features;
    }

    /** Returns what a merge of the files here makes. */
    byte[] merged() throws IOException {
        Path output = folder.resolve("expected.parquet");
        LocalArrowStrategy.within(ResourceLimits.defaults())
                .merge(MergeRequest.onKey("ts")
                        .spine(spine)
                        .features(features)
                        .onExistingOutput(ExistingOutput.REPLACE)
                        .writeTo(output));
        return Files.readAllBytes(output);
    }

    /** Puts the files into the cloud and returns a request for merging them there, but for its output. */
    MergeRequest.Builder uploaded(Storage client) throws IOException {
        List<URI> there = new ArrayList<>();
        for (Path feature : features) {
            there.add(Loopback.upload(client, "in", feature));
        }
        return MergeRequest.onKey("ts")
                .spine(Loopback.upload(client, "in", spine))
                .featureUris(there);
    }
}
