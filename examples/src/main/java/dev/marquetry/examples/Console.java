/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command writes: results to {@code out}, all else to {@code err}, both in UTF-8 whatever the locale.
 *
 * @param terminal whether {@code err} is a terminal, where a progress bar can be drawn
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    /** Returns the process's own streams. */
    static Console standard() {
        return new Console(utf8(FileDescriptor.out), utf8(FileDescriptor.err), standardErrorIsTerminal());
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private static boolean standardErrorIsTerminal() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return consoleIsTerminal(); // not Linux: the JDK tells about standard input and output only
        }
    }

    /** From Java 22 there is a console without a terminal too, and a method that tells. */
    @SuppressWarnings("SystemConsoleNull") // both the old and the new way are handled
    private static boolean consoleIsTerminal() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            Method isTerminal = java.io.Console.class.getMethod("isTerminal");
            return (Boolean) isTerminal.invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
