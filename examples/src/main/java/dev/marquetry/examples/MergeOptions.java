/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of {@code merge} and {@code plan}. */
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
final class MergeOptions extends InputOptions {
    @Option(
            names = "--output",
            order = FIRST,
            required = true,
            paramLabel = "FILE",
            description = "File or gs://bucket/name to publish.")
    private String output;

    /** Returns inputs and output as they were given. */
    List<String> files() {
        List<String> files = new ArrayList<>(inputs());
        files.add(output);
        return files;
    }

    /** Returns the request; a contradictory one is a usage error. */
    MergeRequest request() {
        return request(address("--output", output));
    }
}
