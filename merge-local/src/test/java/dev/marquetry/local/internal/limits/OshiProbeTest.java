/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marquetry.local.internal.limits.SystemProbe.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OshiProbeTest {
    @TempDir
    Path folder;

    @Test
    void oshiAndProc_agreeOnAvailableMemory() {
        assumeTrue(Files.isReadable(Path.of("/proc/meminfo")));
        // without groups both know of the container only what the JDK says
        Sample proc = new LinuxProbe(Path.of("/proc"), folder.resolve("none")).sample();
        Sample oshi = new OshiProbe().sample();
        assertThat(oshi.availableBytes()).isCloseTo(proc.availableBytes(), within(proc.availableBytes() / 5));
        assertThat(oshi.ceilingBytes()).isCloseTo(proc.ceilingBytes(), within(proc.ceilingBytes() / 5));
        assertThat(oshi.rssAnonBytes()).isPositive();
        assertThat(oshi.rssSource()).contains("OSHI");
    }

    @Test
    void jdk_answersWhereOshisLibraryCanNotBeLoaded() throws Exception {
        String output = run("-Djna.nounpack=true", "-Djna.nosys=true", "-Djna.boot.library.path=" + folder, "degraded");
        assertThat(output)
                .contains("probe=JdkProbe", "source=JDK, as OSHI can not be loaded")
                .contains("positive=true");
    }

    @Test
    void oshi_isNotLoadedWhereThereIsProc() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/meminfo")));
        String output = run("-Xlog:class+load:stdout", "this system");
        assertThat(output).contains("probe=LinuxProbe", "internal.limits.LinuxProbe source");
        assertThat(output.lines().filter(line -> line.contains(" oshi.") || line.contains(" com.sun.jna.")))
                .isEmpty();
    }

    /** Runs {@link Asked} in a process of its own and returns what it printed. */
    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of(arguments).subList(0, arguments.length - 1));
        String testPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", testPath, Asked.class.getName(), arguments[arguments.length - 1]));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /** Prints which probe answers and what it says. */
    static final class Asked {
        private Asked() {}

        public static void main(String[] arguments) {
            SystemProbe probe = arguments[0].equals("degraded") ? JdkProbe.orOshi() : SystemProbe.ofThisSystem();
            Sample sample = probe.sample();
            System.out.println("probe=" + probe.getClass().getSimpleName());
            System.out.println("source=" + sample.availableSource());
            System.out.println("positive=" + (sample.availableBytes() > 0 && sample.ceilingBytes() > 0));
        }
    }
}
