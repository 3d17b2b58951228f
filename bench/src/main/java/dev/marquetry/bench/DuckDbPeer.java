/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** DuckDB through JDBC, in a JVM of its own. */
final class DuckDbPeer implements Peer {
    private final Installation installation;
    private final String memory;

    /**
     * Makes a peer.
     *
     * @param memory its {@code memory_limit}, such as {@code 4GB}
     */
    DuckDbPeer(Installation installation, String memory) {
        this.installation = installation;
        this.memory = memory;
    }

    @Override
    public String name() {
        return "DuckDB, " + memory;
    }

    @Override
    public String version() {
        try (DuckDb duck = new DuckDb()) {
            return "DuckDB " + duck.text("SELECT version()") + " through JDBC";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public List<String> command(Job job, Inputs inputs, Path output, Path scratch) {
        return installation.main(
                DuckDbMerge.class,
                List.of(inputs.folder().toString(), output.toString(), job.codec(), memory, scratch.toString()));
    }
}
