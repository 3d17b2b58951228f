/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.local.oracle.MergeCase;
import dev.marquetry.local.oracle.NaiveMerge;
import dev.marquetry.local.oracle.ParquetJavaReading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users run has no Hadoop, no test library and no JVM flag. */
class RuntimeClassPathTest {
    @TempDir
    Path root;

    @Test
    void classPathOfTheChild_hasNoHadoopAndNoTestLibrary() {
        assertThat(ChildJvm.runTimeClassPath())
                .contains("parquet-hadoop", "arrow-format")
                .doesNotContain("hadoop-client", "junit", "assertj", "duckdb", "arrow-vector", "test-classes");
    }

    @Test
    void mergeWithTheRunTimeClassPathOnly_succeedsWithoutAWarning() throws IOException, InterruptedException {
        Folder folder = Folder.in(root);
        MergeCase merge = folder.big(4, 3, 1_000);
        Path errors = root.resolve("stderr.txt");
        Process child = ChildJvm.merge(root.resolve("in"), folder.output(), errors);
        String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(errors);
        assertThat(child.exitValue()).as(said).isZero();
        assertThat(out).contains("rows 1000");
        // SLF4J says on stderr that it has no backend, which is the host's choice.
        assertThat(said.lines().filter(line -> !line.startsWith("SLF4J") && !isNativeAccessNotice(line)))
                .as("stderr")
                .isEmpty();
        assertThat(ParquetJavaReading.differences(folder.output(), NaiveMerge.of(merge, folder.output())))
                .isEmpty();
        folder.assertOutputFolderHolds(folder.output());
    }

    @Test
    void classesOfArrowAndJackson_areNotLoadedWithoutTheirEntries() throws IOException, InterruptedException {
        Folder folder = Folder.in(root);
        folder.big(2, 2, 100);
        Path loaded = root.resolve("loaded.txt");
        Path errors = root.resolve("stderr.txt");
        Process child = ChildJvm.merge(root.resolve("in"), folder.output(), errors, "-Xlog:class+load:file=" + loaded);
        child.getInputStream().readAllBytes();
        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as(Files.readString(errors)).isZero();
        assertThat(Files.readString(loaded))
                .contains("dev.marquetry.local.internal.write.Provenance")
                .doesNotContain("org.apache.arrow.", "com.google.flatbuffers.", "fasterxml");
    }

    /** JDK 24 and later announce that snappy-java and zstd-jni load native code; whether they may is the host's choice. */
    private static boolean isNativeAccessNotice(String line) {
        return Runtime.version().feature() >= 24
                && (line.isEmpty()
                        || line.startsWith("WARNING: A restricted method in java.lang.System has been called")
                        || line.startsWith("WARNING: java.lang.System::load has been called by")
                        || line.startsWith("WARNING: Use --enable-native-access")
                        || line.startsWith("WARNING: Restricted methods will be blocked"));
    }
}
