/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.worker;

import dev.marquetry.StrategyUnavailableException;
import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The command line of a worker process. */
public final class WorkerCommand {
    private WorkerCommand() {}

    /**
     * Returns the command line that runs {@code main} with a heap of {@code heapBytes} at most. Out of heap, it ends at once;
     * nothing but what {@code main} writes goes to standard output.
     */
    public static List<String> of(Path java, String classPath, long heapBytes, Class<?> main) {
        long heapKib = heapBytes >> 10;
        return List.of(
                java.toString(),
                "-Xmx" + heapKib + "k",
                "-Xms" + Math.min(heapKib, 16 << 10) + "k",
                "-XX:+UseG1GC", // what the heap's room for buffers is reckoned for
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+ErrorFileToStderr",
                "-XX:+DisplayVMOutputToStderr",
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                "-Dslf4j.provider=" + StderrLogs.class.getName(),
                "-cp",
                classPath,
                main.getName(),
                "--serve");
    }

    /** Returns the {@code java} that runs this process. */
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", File.separatorChar == '\\' ? "java.exe" : "java");
    }

    /**
     * Returns the class path on which {@code main} was found: this process's own, also where that is one jar with all in it
     * or one that names the others in its manifest, else the jars of the class loader that has it.
     *
     * @throws StrategyUnavailableException if those are no files
     */
    public static String classPathOf(Class<?> main) {
        ClassLoader loader = main.getClassLoader();
        String own = System.getProperty("java.class.path", "");
        if (loader == ClassLoader.getSystemClassLoader() && !own.isEmpty()) {
            return own;
        }
        String modules = System.getProperty("jdk.module.path", "");
        if (loader == ClassLoader.getSystemClassLoader() && !modules.isEmpty()) {
            return Stream.of(modules.split(File.pathSeparator, -1))
                    .map(entry -> entry.endsWith(".jar") ? entry : entry + File.separator + "*")
                    .collect(Collectors.joining(File.pathSeparator));
        }
        if (loader instanceof URLClassLoader urls && file(place(main)) != null) {
            List<String> files = new ArrayList<>();
            for (ClassLoader each = urls; each instanceof URLClassLoader parent; each = each.getParent()) {
                for (URL url : parent.getURLs()) {
                    String file = file(url);
                    if (file != null) {
                        files.add(file);
                    }
                }
            }
            return String.join(File.pathSeparator, files);
        }
        throw new StrategyUnavailableException("Cannot tell the class path of a worker process from " + loader
                + ", which has " + main.getName() + " from " + place(main) + ": name the class path");
    }

    private static @Nullable URL place(Class<?> main) {
        CodeSource source = main.getProtectionDomain().getCodeSource();
        return source == null ? null : source.getLocation();
    }

    private static @Nullable String file(@Nullable URL url) {
        try {
            return url == null || !"file".equals(url.getProtocol())
                    ? null
                    : Path.of(url.toURI()).toString();
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
