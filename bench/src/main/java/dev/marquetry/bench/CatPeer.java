/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The floor: every byte of the inputs read and written once. */
final class CatPeer implements Peer {
    @Override
    public String name() {
        return "cat";
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return TimedProcess.textOf(List.of("cat", "--version"))
                .lines()
                .findFirst()
                .orElse("cat");
    }

    @Override
    public List<String> command(Job job, Inputs inputs, Path output, Path scratch) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "out=$1; shift; cat \"$@\" >\"$out\"", "sh"));
        command.add(output.toString());
        inputs.all().forEach(file -> command.add(file.toString()));
        return command;
    }
}
