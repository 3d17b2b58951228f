/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.marquetry.examples.sample.SampleSpec;
import dev.marquetry.examples.sample.Sampler;
import dev.marquetry.examples.sample.Shape;
import dev.marquetry.loopback.LoopbackStorage;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process of the command, laid out as it ships: it opens no jar of the cloud unless it falls back on it. */
@EnabledOnOs(OS.LINUX)
class NoCloudTest {
    private static final String FALLBACK = "--fallback bigquery --project my-project --staging gs://bucket/folder";
    private static final String CLOUD_CLASSES =
            "com\\.google\\.(cloud|auth|api|common)\\.|dev\\.marquetry\\.(bigquery|gcs)\\.";

    /** What comes through merge-bigquery alone, which has scope "provided" for it. */
    private static final Pattern CLOUD_JAR =
            Pattern.compile("/merge-bigquery/|/merge-gcs/|/com/google/(?!flatbuffers)|/io/grpc/"
                    + "|/io/opencensus/|/io/opentelemetry/|/org/threeten/|/com/fasterxml/|/org/checkerframework/");

    private static final Pattern TEST_JAR = Pattern.compile(
            "/junit/|/opentest4j/|/apiguardian/|/assertj/|byte-buddy|/duckdb/|surefire|test-classes|-tests\\.jar");

    @TempDir
    private Path folder;

    private record Run(int exitCode, String said, String classes, Set<String> jars) {}

    @BeforeEach
    void layOut() throws Exception {
        Files.createDirectories(folder.resolve("lib/cloud"));
        StringBuilder classPath = new StringBuilder();
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path own = Path.of("target/classes").toAbsolutePath();
        int n = 0;
        for (String entry : all.split(File.pathSeparator, -1)) {
            Path path = Path.of(entry).toAbsolutePath();
            if (!path.equals(own) && !TEST_JAR.matcher(entry).find()) {
                boolean cloud = CLOUD_JAR.matcher(entry).find();
                Path jar = folder.resolve(cloud ? "lib/cloud" : "lib").resolve(n++ + "-" + name(path) + ".jar");
                if (Files.isDirectory(path)) {
                    jar(path, jar, new Manifest());
                } else {
                    Files.createSymbolicLink(jar, path);
                }
                classPath.append(cloud ? "" : "lib/" + jar.getFileName() + " ");
            }
        }
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(Attributes.Name.MAIN_CLASS, "dev.marquetry.examples.Marquetry");
        main.put(Attributes.Name.CLASS_PATH, classPath.toString());
        jar(own, folder.resolve("marquetry.jar"), manifest);
        Sampler.write(SampleSpec.of(3, 10, 5_000, List.of(Shape.SHUFFLED), 7), folder.resolve("pair"), done -> {});
    }

    @AfterEach
    void removeLinks() throws IOException {
        try (Stream<Path> walk = Files.walk(folder.resolve("lib"))) {
            for (Path link : walk.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    private static String name(Path path) {
        return path.endsWith(Path.of("target", "classes"))
                ? String.valueOf(path.getParent().getParent().getFileName())
                : String.valueOf(path.getFileName());
    }

    private static void jar(Path classes, Path jar, Manifest manifest) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                Stream<Path> walk = Files.walk(classes)) {
            for (Path entry : walk.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(entry).toString();
                if (!name.equals("META-INF/MANIFEST.MF")) {
                    out.putNextEntry(new ZipEntry(name));
                    Files.copy(entry, out);
                }
            }
        }
    }

    private Run run(String command, String options) throws Exception {
        List<String> files = List.of(
                "--spine", folder.resolve("pair/targets.parquet").toString(),
                "--features", folder.resolve("pair").toString(),
                "--output", folder.resolve("wide.parquet").toString());
        return run(command, files, options, Map.of());
    }

    private Run run(String command, List<String> files, String options, Map<String, String> environment)
            throws Exception {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.add("-Xlog:class+load:file=" + folder.resolve("classes.txt"));
        line.addAll(List.of("-jar", folder.resolve("marquetry.jar").toString(), command, "--key", "interval_time"));
        line.addAll(files);
        line.addAll(List.of(options.split(" ")));
        Path said = folder.resolve("said.txt");
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(said.toFile());
        // No credentials, and no question to a machine that might have some.
        builder.environment().keySet().removeIf(name -> name.startsWith("GOOGLE_") || name.endsWith("OPTIONS"));
        builder.environment().putAll(Map.of("NO_GCE_CHECK", "true", "HOME", folder.toString()));
        builder.environment().put("CLOUDSDK_CONFIG", folder.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        Set<String> jars = new HashSet<>();
        while (process.isAlive()) {
            jars.addAll(openJars(process.pid()));
            Thread.sleep(2);
        }
        return new Run(
                process.waitFor(), Files.readString(said), Files.readString(folder.resolve("classes.txt")), jars);
    }

    /** A class loader keeps every jar open that it ever looked into. */
    private static Set<String> openJars(long pid) {
        Set<String> jars = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                String target = Files.readSymbolicLink(descriptor).toString();
                if (target.endsWith(".jar")) {
                    jars.add(target);
                }
            }
        } catch (IOException e) {
            return jars; // it has ended, or closed what was being looked at
        }
        return jars;
    }

    private void assertNoCloud(Run run) {
        assertThat(run.classes()).contains("dev.marquetry.local.LocalArrowStrategy");
        assertThat(run.classes()
                        .lines()
                        .filter(line ->
                                Pattern.compile(CLOUD_CLASSES).matcher(line).find()))
                .isEmpty();
        assertThat(run.classes()).doesNotContain("lib/cloud");
        assertThat(run.jars()).as("jars seen open").anyMatch(jar -> jar.contains("slf4j-api"));
        assertThat(run.jars()).noneMatch(jar -> CLOUD_JAR.matcher(jar).find() || jar.contains("lib/cloud"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"merge", "plan"})
    void whatFitsHere_opensNoJarOfTheCloud(String command) throws Exception {
        Run run = run(command, "--memory 256MiB " + FALLBACK);
        assertThat(run.exitCode()).as(run.said()).isZero();
        assertNoCloud(run);
    }

    @Test
    void mergeWithoutFallback_opensNoJarOfTheCloud() throws Exception {
        Run run = run("merge", "--memory 256MiB");
        assertThat(run.exitCode()).as(run.said()).isZero();
        assertNoCloud(run);
    }

    @Test
    void objects_areMergedIntoAnObject_withTheClassesOfTheCloud() throws Exception {
        try (LoopbackStorage cloud = LoopbackStorage.start().bucket("data")) {
            Storage storage = cloud.storageOptions().build().getService();
            try (Stream<Path> inputs = Files.list(folder.resolve("pair"))) {
                for (Path input : inputs.toList()) {
                    storage.create(
                            BlobInfo.newBuilder("data", "pair/" + input.getFileName())
                                    .build(),
                            Files.readAllBytes(input));
                }
            }
            List<String> objects = List.of(
                    "--spine", "gs://data/pair/targets.parquet",
                    "--features", "gs://data/pair/",
                    "--output", "gs://data/pair/wide.parquet");
            Run run = run("merge", objects, "--memory 64MiB --expect 3", Map.of("STORAGE_EMULATOR_HOST", cloud.url()));

            assertThat(run.exitCode()).as(run.said()).isZero();
            assertThat(run("merge", "--memory 64MiB").exitCode()).isZero();
            assertThat(storage.readAllBytes("data", "pair/wide.parquet"))
                    .isEqualTo(Files.readAllBytes(folder.resolve("wide.parquet")));
        }
    }

    @Test
    void backup_isMadeWithTheClassesOfTheCloud() throws Exception {
        try (LoopbackStorage cloud = LoopbackStorage.start().bucket("data")) {
            List<String> files = List.of(
                    "--spine", folder.resolve("pair/targets.parquet").toString(),
                    "--features", folder.resolve("pair").toString(),
                    "--output", folder.resolve("wide.parquet").toString());
            Run run = run(
                    "merge",
                    files,
                    "--memory 64MiB --backup gs://data/nightly",
                    Map.of("STORAGE_EMULATOR_HOST", cloud.url()));

            assertThat(run.exitCode()).as(run.said()).isZero();
            assertThat(run.said()).contains("backup: gs://data/nightly/wide.parquet#", "; copies kept for a month ");
            Storage storage = cloud.storageOptions().build().getService();
            assertThat(storage.readAllBytes("data", "nightly/wide.parquet"))
                    .isEqualTo(Files.readAllBytes(folder.resolve("wide.parquet")));
        }
    }

    @Test
    void objectsWithoutCredentials_areRefusedWithWhatIsMissing() throws Exception {
        List<String> objects = List.of(
                "--spine", "gs://data/pair/targets.parquet",
                "--features", "gs://data/pair/f.parquet",
                "--output", folder.resolve("wide.parquet").toString());
        Run run = run("merge", objects, "--memory 64MiB", Map.of());

        assertThat(run.exitCode()).as(run.said()).isNotZero();
        assertThat(run.said()).contains("Cannot find credentials for Cloud Storage");
    }

    @Test
    void mergeThatFallsBackWithoutCredentials_loadsTheCloudAndSaysWhatIsMissing() throws Exception {
        Run run = run("merge", "--memory 10KiB " + FALLBACK);
        assertThat(run.exitCode()).as(run.said()).isEqualTo(3);
        assertThat(run.said())
                .contains("local-arrow skipped after", "bigquery failed after", "Cannot find credentials for BigQuery")
                .contains("GOOGLE_APPLICATION_CREDENTIALS");
        assertThat(run.classes()).contains("com.google.auth.oauth2.GoogleCredentials", "lib/cloud");
        assertThat(folder.resolve("wide.parquet")).doesNotExist();
    }

    @Test
    void comparison_needsNoCredentials_andLoadsNothingThatCouldCall() throws Exception {
        Run run = run("compare", "--memory 10KiB");
        assertThat(run.exitCode()).as(run.said()).isZero();
        assertThat(run.said()).contains("local-arrow breaches a limit: memory limit", "bigquery, one run:", "  scan ");
        assertThat(run.classes())
                .contains("dev.marquetry.bigquery.BigQueryStrategy", "lib/cloud")
                .doesNotContain("com.google.auth.oauth2.GoogleCredentials")
                .doesNotContain("com.google.cloud.bigquery.BigQueryImpl", "com.google.api.client.http");
        assertThat(folder.resolve("wide.parquet")).doesNotExist();
    }
}
