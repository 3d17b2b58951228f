/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Inputs of a job, as {@code marquetry sample} writes them. Immutable and thread-safe.
 *
 * @param shape aligned, gappy or shuffled
 * @param more further options of {@code marquetry sample}
 */
record Sample(int files, String shape, List<String> more) {
    Sample {
        more = List.copyOf(more);
    }

    static Sample of(int files, String shape, String... more) {
        return new Sample(files, shape, List.of(more));
    }

    /** Returns the options that {@code marquetry sample} makes it with. */
    List<String> options() {
        List<String> options = new ArrayList<>(List.of("--files", "" + files, "--shape", shape));
        options.addAll(more);
        return options;
    }

    /** Returns the name of its folder: other inputs, another name. */
    String folderName() {
        String options = String.join("", more).replaceAll("[^A-Za-z0-9]+", "-");
        return String.format(Locale.ROOT, "%s-%d%s", shape, files, options);
    }
}
