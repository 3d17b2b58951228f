/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** One run of the command line inside this JVM, and all it said. */
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(Engine engine, String... args) {
        return of(engine, false, args);
    }

    static CommandRun onTerminal(Engine engine, String... args) {
        return of(engine, true, args);
    }

    private static CommandRun of(Engine engine, boolean terminal, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal);
        int exitCode = Marquetry.run(console, engine, args);
        return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
