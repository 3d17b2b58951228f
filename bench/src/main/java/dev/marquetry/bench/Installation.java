/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where things are.
 *
 * @param root the clone, built
 * @param folder where samples, outputs and Polars go
 */
record Installation(Path root, Path folder) {
    /** Returns the Java that runs this. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Returns the command line that runs {@code marquetry} with {@code arguments}. */
    List<String> marquetry(List<String> arguments) {
        Path jar = root.resolve("examples/target/marquetry.jar");
        List<String> command = new ArrayList<>(List.of(java(), "-jar", jar.toString()));
        command.addAll(arguments);
        return command;
    }

    /** Returns the command line that runs a main class of this module. */
    List<String> main(Class<?> type, List<String> arguments) {
        Path jar = root.resolve("bench/target/compare.jar");
        List<String> command = new ArrayList<>(List.of(java(), "-cp", jar.toString(), type.getName()));
        command.addAll(arguments);
        return command;
    }
}
