/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * One row group of a table: inputs, and the limits that marquetry gets for them.
 *
 * @param name what the table calls it
 * @param memory {@code --memory} of marquetry, such as {@code 256MB}
 * @param threads {@code --threads} of marquetry, or 0 for as many as it likes
 * @param measuresCodec whether the codec's own speed on the inputs' pages is measured beside it
 */
record Job(String name, Sample sample, String memory, int threads, boolean measuresCodec) {
    private static final int FULL = 667;
    private static final int WIDE = 680;

    static Job of(String name, Sample sample, String memory) {
        return new Job(name, sample, memory, 0, false);
    }

    /** Returns the inputs' codec, which outputs must have too. */
    String codec() {
        int option = sample.more().indexOf("--codec");
        return option < 0 ? "snappy" : sample.more().get(option + 1);
    }

    /** Returns the jobs of {@code suite}, which is one table of the document. */
    static List<Job> of(Suite suite, List<Integer> sizes, List<String> shapes, String memory) {
        return switch (suite) {
            case SIZES -> product(sizes, shapes, memory);
            case TMPFS -> product(List.of(largest(sizes)), shapes, memory);
            case FULL -> product(List.of(FULL), shapes, memory);
            case MILLION ->
                List.of(of(
                        "gappy, 100 files × 1,000,000 rows, spine in 10 row groups",
                        Sample.of(
                                100,
                                "gappy",
                                "--rows",
                                "1000000",
                                "--row-group-rows",
                                "100000",
                                "--feature-row-group-rows",
                                "150000,1048576,65536"),
                        memory));
            case ZSTD ->
                List.of(new Job(
                        "gappy, 100 files, compressible, ZSTD",
                        Sample.of(100, "gappy", "--codec", "zstd", "--compressible"),
                        memory,
                        0,
                        true));
            case FRUGAL -> product(List.of(largest(sizes)), shapes, "64MB");
            case GROWTH -> product(List.of(100, 300, FULL), List.of("gappy"), memory);
            case WIDE ->
                List.of(
                        wide("17,057 columns × 20,000 rows in 10 row groups", 2_000, memory),
                        wide("17,057 columns × 20,000 rows in 60 row groups", 334, memory));
            case THREADS -> threads(largest(sizes), shapes, memory);
        };
    }

    private static int largest(List<Integer> sizes) {
        return sizes.stream().max(Integer::compare).orElseThrow();
    }

    private static List<Job> product(List<Integer> sizes, List<String> shapes, String memory) {
        List<Job> jobs = new ArrayList<>();
        for (int files : sizes) {
            for (String shape : shapes) {
                jobs.add(of(shape + ", " + files + " files", Sample.of(files, shape), memory));
            }
        }
        return jobs;
    }

    private static Job wide(String name, int rowGroupRows, String memory) {
        Sample sample = Sample.of(WIDE, "aligned", "--rows", "20000", "--row-group-rows", "" + rowGroupRows);
        return of(name, sample, memory);
    }

    private static List<Job> threads(int files, List<String> shapes, String memory) {
        List<Job> jobs = new ArrayList<>();
        for (String shape : shapes) {
            for (int threads = 1; threads <= 2; threads++) {
                String name = shape + ", " + files + " files, --threads " + threads;
                jobs.add(new Job(name, Sample.of(files, shape), memory, threads, false));
            }
        }
        return jobs;
    }
}
