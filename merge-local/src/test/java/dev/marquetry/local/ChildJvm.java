/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts a main class in a JVM that has the run-time class path alone: no test library, no Hadoop, no flags. */
final class ChildJvm {
    private static final List<String> TEST_ONLY = List.of(
            "hadoop-client",
            "duckdb",
            "junit",
            "opentest4j",
            "apiguardian",
            "assertj",
            "byte-buddy",
            "archunit",
            "mockito",
            "surefire",
            "slf4j-simple",
            "commons-logging",
            "jsr305",
            "arrow-vector",
            "arrow-memory",
            "/com/fasterxml/",
            "commons-codec",
            "test-classes",
            "-tests.jar");

    private ChildJvm() {}

    /** Starts a merge of {@code inputs} into {@code output}; stderr goes to {@code errors}. */
    static Process merge(Path inputs, Path output, Path errors, String... flags) throws IOException {
        return start(ChildMerge.class, List.of(flags), errors, inputs.toString(), output.toString());
    }

    /** Starts {@code type}, which must need no other class of the tests; stderr goes to {@code errors}. */
    static Process start(Class<?> type, List<String> flags, Path errors, String... args) throws IOException {
        Path main = Files.createDirectories(errors.resolveSibling("main-class"));
        String name = type.getName().replace('.', '/') + ".class";
        Path copy = main.resolve(name);
        Files.createDirectories(copy.getParent());
        if (Files.notExists(copy)) {
            try (InputStream compiled = type.getClassLoader().getResourceAsStream(name)) {
                Files.copy(compiled, copy);
            }
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", main + File.pathSeparator + runTimeClassPath(), type.getName()));
        command.addAll(List.of(args));
        ProcessBuilder child = new ProcessBuilder(command);
        child.environment().keySet().removeIf(variable -> variable.contains("JAVA") && variable.endsWith("OPTIONS"));
        return child.redirectError(errors.toFile()).start();
    }

    /** Returns this JVM's class path without what tests alone need. */
    static String runTimeClassPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> kept = new ArrayList<>();
        for (String entry : all.split(File.pathSeparator, -1)) {
            String path = entry.replace(File.separatorChar, '/');
            String place = path.contains("/repository/") ? path.substring(path.indexOf("/repository/")) : path;
            if (TEST_ONLY.stream().noneMatch(place::contains)) {
                kept.add(entry);
            }
        }
        assertThat(kept).as("run-time class path").hasSizeGreaterThan(5);
        return kept.stream().distinct().collect(Collectors.joining(File.pathSeparator));
    }

    /** Returns what stands in {@code folder}, hidden files too. */
    static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
