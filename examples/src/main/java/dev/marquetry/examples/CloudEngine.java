/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeStrategy;
import dev.marquetry.StrategyUnavailableException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Makes the strategies that merge in Google Cloud, and the store of objects. Their classes and Google's lie in {@code lib/cloud}
 * beside the jar, off the class path, as whoever looks for a service there, the logger among them, opens every jar of it. A
 * merge that needs no cloud opens none of them.
 */
final class CloudEngine {
    private static final String CLASSES = "dev.marquetry.examples.cloud.";
    private static final String OBJECTS = CLASSES + "GoogleObjects";
    private static final String FOLDER = "lib/cloud";

    private CloudEngine() {}

    /**
     * Returns the strategy, with clients that have the caller's application default credentials.
     *
     * @throws StrategyUnavailableException if there are none, or the classes are not there
     */
    static MergeStrategy create(CloudFallback fallback) {
        String maker = fallback instanceof CloudRunFallback ? "GoogleRun" : "GoogleCloud";
        return make(maker, fallback, MergeStrategy.class);
    }

    /**
     * Returns what tells what merges there would take, and needs no credentials.
     *
     * @throws StrategyUnavailableException if the classes are not there
     */
    static Tier tier(BigQueryFallback asked) {
        return make("GoogleEstimates", asked, Tier.class);
    }

    /**
     * Deletes what killed merges left there.
     *
     * @throws StrategyUnavailableException if there are no credentials, or the classes are not there
     */
    static Sweep.Report sweep(Sweep sweep) {
        return make("GoogleSweep", sweep, Sweep.Report.class);
    }

    /**
     * Returns the list price of a GiB in {@code folder} for a month, in US dollars; needs no credentials.
     *
     * @throws StrategyUnavailableException if the classes are not there
     */
    static BigDecimal storedGibMonth(URI folder) {
        return make("GoogleStoragePrice", folder, BigDecimal.class);
    }

    private static <A, T> T make(String maker, A asked, Class<T> type) {
        try {
            @SuppressWarnings("unchecked") // as the classes there say
            Function<A, ?> made = (Function<A, ?>)
                    loader().loadClass(CLASSES + maker).getDeclaredConstructor().newInstance();
            return type.cast(made.apply(asked));
        } catch (ReflectiveOperationException | LinkageError | IOException | URISyntaxException e) {
            throw new StrategyUnavailableException(
                    "Cannot load what merges in Google Cloud: " + FOLDER + " must lie beside the jar", e);
        }
    }

    /**
     * Returns Cloud Storage, with the caller's application default credentials.
     *
     * @throws StrategyUnavailableException if there are none, or the classes are not there
     */
    static CloudObjects objects() {
        try {
            return (CloudObjects)
                    loader().loadClass(OBJECTS).getDeclaredConstructor().newInstance();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof StrategyUnavailableException unavailable) {
                throw unavailable;
            }
            throw unloadable(e);
        } catch (ReflectiveOperationException | LinkageError | IOException | URISyntaxException e) {
            throw unloadable(e);
        }
    }

    private static StrategyUnavailableException unloadable(Throwable e) {
        return new StrategyUnavailableException(
                "Cannot load what reads Cloud Storage: " + FOLDER + " must lie beside the jar", e);
    }

    /** Returns this class's own loader where all lies on one class path, as in tests. */
    private static ClassLoader loader() throws IOException, URISyntaxException {
        ClassLoader own = CloudEngine.class.getClassLoader();
        URL code = CloudEngine.class.getProtectionDomain().getCodeSource().getLocation();
        Path folder = Path.of(code.toURI()).resolveSibling(FOLDER);
        return Files.isDirectory(folder) ? new CloudLoader(urls(code, folder), own) : own;
    }

    private static URL[] urls(URL code, Path folder) throws IOException {
        List<URL> urls = new ArrayList<>(List.of(code));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                urls.add(url(jar));
            }
        }
        return urls.toArray(URL[]::new);
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toUri().toURL();
    }

    /** Defines the makers itself, though its parent could, so that they see the jars; everything else is the parent's first. */
    private static final class CloudLoader extends URLClassLoader {
        static {
            registerAsParallelCapable();
        }

        CloudLoader(URL[] urls, ClassLoader parent) {
            super("cloud", urls, parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(CLASSES)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}
