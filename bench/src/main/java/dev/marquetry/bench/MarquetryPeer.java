/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code marquetry merge}, start of the JVM included. */
final class MarquetryPeer implements Peer {
    private final Installation installation;

    MarquetryPeer(Installation installation) {
        this.installation = installation;
    }

    @Override
    public String name() {
        return "marquetry";
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return TimedProcess.textOf(installation.marquetry(List.of("--version")));
    }

    @Override
    public List<String> command(Job job, Inputs inputs, Path output, Path scratch) {
        List<String> arguments = new ArrayList<>(List.of("merge", "--key", Inputs.KEY));
        arguments.addAll(List.of("--spine", inputs.spine().toString()));
        arguments.addAll(List.of("--features", inputs.folder().toString()));
        arguments.addAll(List.of("--output", output.toString(), "--memory", job.memory()));
        if (job.threads() > 0) {
            arguments.addAll(List.of("--threads", "" + job.threads()));
        }
        return installation.marquetry(arguments);
    }
}
