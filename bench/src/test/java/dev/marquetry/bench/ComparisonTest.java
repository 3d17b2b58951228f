/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ComparisonTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

    /** A tool that runs a shell script with the output as its argument. */
    private record ScriptPeer(String name, String script) implements Peer {
        @Override
        public String version() {
            return name;
        }

        @Override
        public List<String> command(Job job, Inputs inputs, Path output, Path scratch) {
            return List.of("sh", "-c", script, "sh", output.toString());
        }
    }

    @Test
    void eachTool_getsARow_theWrongAndTheFailedToo() throws Exception {
        Path pair = Files.createDirectory(folder.resolve("pair"));
        Inputs inputs = Pair.in(pair, Pair.Shape.GAPPY);
        Path right = folder.resolve("right.parquet");
        Path spill = Files.createDirectory(folder.resolve("spill"));
        DuckDbMerge.main(new String[] {pair.toString(), right.toString(), "snappy", "500MB", spill.toString()});
        Path work = Files.createDirectory(folder.resolve("work"));
        Comparison comparison = new Comparison(
                work,
                new TimedProcess(folder.resolve("log"), Duration.ofSeconds(60)),
                new PrintStream(progress, true, StandardCharsets.UTF_8),
                2,
                100);
        List<Row> rows = comparison.run(
                Job.of("gappy", Sample.of(3, "gappy"), "256MB"),
                inputs,
                new CatPeer(),
                List.of(
                        new ScriptPeer("right", "cp " + right + " \"$1\""),
                        new ScriptPeer("fast", "cp " + inputs.spine() + " \"$1\""),
                        new ScriptPeer("broken", "echo error: no memory left; exit 1")));
        comparison.clear();
        assertThat(rows).extracting(Row::tool).containsExactly("right", "fast", "broken");
        assertThat(rows.get(0).text()).contains("| right | ").endsWith("| right, all 9 columns |\n");
        assertThat(rows.get(1).text()).contains("| – |").endsWith("| WRONG: 3 columns, not 9 |\n");
        assertThat(rows.get(2).text()).contains("| – | – |").endsWith("| failed: error: no memory left |\n");
        assertThat(progress.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("broken")))
                .as("runs of a tool that has failed")
                .hasSize(1);
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void bestTime_andMostMemory_count() {
        Outcome one = new Outcome("", 2, 10);
        Outcome other = new Outcome("", 1, 5);
        assertThat(Comparison.better(one, other)).isEqualTo(new Outcome("", 1, 10));
        assertThat(Comparison.better(one, new Outcome("failed: x", 1, 20)).failure())
                .isEqualTo("failed: x");
    }
}
