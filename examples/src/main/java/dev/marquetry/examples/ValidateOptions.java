/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeRequest;
import dev.marquetry.ValidationReport.Depth;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code validate}: those of the merge that made the output, and how much is compared. */
@SuppressWarnings("NullAway.Init") // picocli sets the required ones
final class ValidateOptions extends InputOptions {
    @Parameters(index = "0", paramLabel = "OUTPUT", description = "File to compare with its inputs.")
    private String output;

    @Option(
            names = "--full",
            order = FIRST,
            description = "Compare every value of every column, not a sample of column chunks.")
    private boolean full;

    /** Returns the request that the output should be the answer to; a contradictory one is a usage error. */
    MergeRequest request() {
        return request(path("OUTPUT", output).toAbsolutePath().normalize().toUri());
    }

    /** Returns how much is compared. */
    Depth depth() {
        return full ? Depth.FULL : Depth.SAMPLED;
    }
}
