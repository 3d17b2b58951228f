/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A sampled pair: the spine and its feature files in the order of their names.
 *
 * @param spine the file whose rows an output has
 */
record Inputs(Path folder, Path spine, List<Path> features) {
    /** The key column. */
    static final String KEY = "interval_time";

    private static final String SPINE = "targets.parquet";

    Inputs {
        features = List.copyOf(features);
    }

    /** Returns whether a sample was written into {@code folder}. */
    static boolean areIn(Path folder) {
        return Files.exists(folder.resolve(SPINE));
    }

    /** Lists the pair in {@code folder}. */
    static Inputs in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> features = files.filter(
                            file -> file.getFileName().toString().matches("feat_.*\\.parquet"))
                    .sorted()
                    .toList();
            return new Inputs(folder, folder.resolve(SPINE), features);
        }
    }

    /** Returns all files, the spine first. */
    List<Path> all() {
        List<Path> all = new ArrayList<>(List.of(spine));
        all.addAll(features);
        return all;
    }

    long bytes() throws IOException {
        long bytes = 0;
        for (Path file : all()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /** Reads every byte, so that the page cache is as warm for one tool as for the other. */
    void warm() throws IOException {
        byte[] buffer = new byte[1 << 20];
        for (Path file : all()) {
            try (InputStream in = Files.newInputStream(file)) {
                while (in.read(buffer) >= 0) {
                    // read, not used
                }
            }
        }
    }
}
