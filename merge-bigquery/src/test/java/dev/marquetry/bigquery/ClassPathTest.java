/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the module brings along at run time is what is listed here, and grows only with a reason. */
class ClassPathTest {
    /** Jars of others, by the names of their artifacts; a new one needs a reason in the commit. */
    private static final List<String> JARS = List.of(
            "aircompressor",
            "api-common",
            "arrow-format",
            "checker-qual",
            "error_prone_annotations",
            "failureaccess",
            "flatbuffers-java",
            "gax",
            "gax-httpjson",
            "google-api-client",
            "google-api-services-bigquery",
            "google-api-services-storage",
            "google-auth-library-credentials",
            "google-auth-library-oauth2-http",
            "google-cloud-bigquery",
            "google-cloud-core",
            "google-cloud-core-http",
            "google-cloud-storage",
            "google-http-client",
            "google-http-client-appengine",
            "google-http-client-gson",
            "google-http-client-jackson2",
            "grpc-api",
            "gson",
            "guava",
            "jackson-core",
            "javax.annotation-api",
            "jna-jpms",
            "jna-platform-jpms",
            "jspecify",
            "jts-core",
            "listenablefuture",
            "opencensus-api",
            "opencensus-contrib-http-util",
            "opentelemetry-api",
            "opentelemetry-common",
            "opentelemetry-context",
            "oshi-common",
            "oshi-core",
            "parquet-column",
            "parquet-common",
            "parquet-encoding",
            "parquet-format-structures",
            "parquet-hadoop",
            "parquet-jackson",
            "proto-google-cloud-storage-v2",
            "protobuf-java",
            "slf4j-api",
            "snappy-java",
            "threeten-extra",
            "threetenbp",
            "zstd-jni");

    private static final double MOST_MEGABYTES = 39.5;

    private static List<Path> jars() throws IOException {
        String all = Files.readString(Path.of("target", "runtime-class-path.txt"), StandardCharsets.UTF_8);
        return Pattern.compile(java.io.File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(all.strip())
                .map(Path::of)
                .filter(path -> path.toString().endsWith(".jar"))
                .filter(path -> !path.getFileName().toString().startsWith("merge-"))
                .toList();
    }

    /** Returns the artifact of a jar in a Maven repository: …/artifact/version/artifact-version.jar. */
    private static String artifact(Path jar) {
        return jar.getParent().getParent().getFileName().toString();
    }

    @Test
    void jars_areThese() throws IOException {
        assertThat(jars()).extracting(ClassPathTest::artifact).containsExactlyInAnyOrderElementsOf(JARS);
    }

    @Test
    void megabytes_doNotGrow() throws IOException {
        long bytes = 0;
        for (Path jar : jars()) {
            bytes += Files.size(jar);
        }
        assertThat(bytes / 1e6).as("megabytes of the class path").isBetween(MOST_MEGABYTES - 3, MOST_MEGABYTES);
    }

    @Test
    void nothingOfWhatRestDoesNotNeed_comesAlong() throws IOException {
        assertThat(jars()).noneMatch(jar -> {
            String path = jar.toString().toLowerCase(Locale.ROOT).replace('\\', '/');
            return path.contains("netty")
                    || path.contains("conscrypt")
                    || path.contains("grpc-xds")
                    || path.contains("/arrow/") && !path.contains("/arrow-format/19.")
                    || path.contains("jsr305")
                    || path.contains("commons-logging")
                    || path.contains("hadoop") && !path.contains("parquet-hadoop");
        });
    }
}
