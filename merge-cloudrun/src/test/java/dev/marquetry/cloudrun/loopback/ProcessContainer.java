/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.loopback;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** A container that is a process of this machine. */
public final class ProcessContainer implements Container {
    private final Process process;

    private ProcessContainer(Process process) {
        this.process = process;
    }

    /**
     * Returns where containers are Java processes with this process's class path: {@code main}, with {@code before} before
     * its arguments, in a heap of that size.
     */
    public static ContainerHost running(String main, String before, String heap, File log) {
        return (arguments, environment) -> {
            List<String> command = new ArrayList<>();
            command.add(ProcessHandle.current().info().command().orElse("java"));
            command.addAll(
                    List.of("-Xmx" + heap, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
            command.addAll(List.of(main, before));
            command.addAll(arguments);
            return start(command, environment, log);
        };
    }

    static ProcessContainer start(List<String> command, Map<String, String> environment, File log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new ProcessContainer(builder.start());
    }

    @Override
    public OptionalInt await(Duration time) throws InterruptedException {
        return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    @Override
    public void terminate() {
        process.destroy();
    }

    @Override
    public void kill() {
        process.destroyForcibly();
    }
}
