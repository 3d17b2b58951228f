/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Polars through its npm package, which is installed beside the samples; needs node and npm. */
final class PolarsPeer implements Peer {
    private static final String VERSION = "0.26.1";
    private static final String PACKAGE = "nodejs-polars";
    private static final String SCRIPT = "polars.js";

    private final Path home;

    private PolarsPeer(Path home) {
        this.home = home;
    }

    /**
     * Installs Polars unless it is there.
     *
     * @throws IOException if it can not be used here; says why
     */
    static PolarsPeer install(Installation installation) throws IOException, InterruptedException {
        Path home = Files.createDirectories(installation.folder().resolve("polars"));
        PolarsPeer peer = new PolarsPeer(home);
        try (InputStream script = Objects.requireNonNull(PolarsPeer.class.getResourceAsStream(SCRIPT))) {
            Files.write(home.resolve(SCRIPT), script.readAllBytes());
        }
        if (Files.notExists(home.resolve("node_modules").resolve(PACKAGE))) {
            // The native part is named, too: npm leaves it out, in silence, where node is older than it likes.
            String cpu = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
            TimedProcess.textOf(List.of(
                    "npm",
                    "install",
                    "--no-audit",
                    "--no-fund",
                    "--prefix",
                    home.toString(),
                    PACKAGE + "@" + VERSION,
                    PACKAGE + "-linux-" + cpu + "-gnu@" + VERSION));
        }
        peer.version(); // fails if it does not load
        return peer;
    }

    @Override
    public String name() {
        return "Polars";
    }

    @Override
    public String version() throws IOException, InterruptedException {
        String node = TimedProcess.textOf(List.of("node", "--version"));
        TimedProcess.textOf(List.of("node", home.resolve(SCRIPT).toString()));
        return PACKAGE + " " + VERSION + " on node " + node;
    }

    @Override
    public List<String> command(Job job, Inputs inputs, Path output, Path scratch) {
        String folder = inputs.folder().toString();
        return List.of("node", home.resolve(SCRIPT).toString(), folder, output.toString(), Inputs.KEY, job.codec());
    }
}
