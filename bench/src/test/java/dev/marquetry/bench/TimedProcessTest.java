/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class TimedProcessTest {
    @TempDir
    Path folder;

    private Outcome run(String script, Duration limit) throws Exception {
        Path output = folder.resolve("out");
        return new TimedProcess(folder.resolve("log"), limit)
                .run(List.of("sh", "-c", script, "sh", output.toString()), output);
    }

    private Outcome run(String script) throws Exception {
        return run(script, Duration.ofSeconds(60));
    }

    @Test
    void process_isTimed() throws Exception {
        Outcome outcome = run("sleep 0.3; echo done >\"$1\"");
        assertThat(outcome.isDone()).isTrue();
        assertThat(outcome.seconds()).isBetween(0.3, 30.0);
    }

    @Test
    void memoryOfChildren_counts() throws Exception {
        // tail holds the one line that it is given until its reader wakes up.
        Outcome outcome = run("head -c 60000000 /dev/zero | tail | (sleep 2; cat) >\"$1\"");
        assertThat(outcome.isDone()).isTrue();
        assertThat(outcome.rssAnonBytes()).isBetween(50_000_000L, 300_000_000L);
    }

    @Test
    void processThatTakesTooLong_isKilledWithItsChildren() throws Exception {
        Outcome outcome = run("sleep 3600 & sleep 3600", Duration.ofMillis(300));
        assertThat(outcome.failure()).startsWith("stopped after");
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    @Test
    void failure_isToldInAFewWords() throws Exception {
        assertThat(run("echo starting; echo 'Exception in thread \"main\" a.b.FooException: rows | differ' ; exit 3"))
                .returns("failed: rows / differ", Outcome::failure);
        assertThat(run("echo 'Out of Memory Error: failed'; exit 1"))
                .returns("failed: out of memory", Outcome::failure);
        assertThat(run("exit 4")).returns("failed: exit code 4", Outcome::failure);
        assertThat(run("kill -9 $$")).returns("failed: signal 9", Outcome::failure);
        assertThat(run("true")).returns("failed: wrote nothing", Outcome::failure);
    }
}
