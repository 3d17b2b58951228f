/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.scratch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scratch of the dead is reclaimed, that of the living never, whichever process they live in; a target appears whole. */
@Timeout(120)
class ScratchFolderTest {
    @TempDir
    Path root;

    private Path target;

    @BeforeEach
    void nameTarget() {
        target = root.resolve("wide.parquet");
    }

    @Test
    void staleScratch_isReclaimedByTheNextMerge() throws IOException {
        Path stale = stale(".wide.parquet.marquetry-1-abc");
        try (ScratchFolder scratch = ScratchFolder.beside(target)) {
            assertThat(stale).doesNotExist();
            assertThat(list()).hasSize(1);
        }
        assertThat(list()).isEmpty();
    }

    @Test
    void scratchOfAnotherTarget_isLeftAlone() throws IOException {
        Path other = stale(".other.parquet.marquetry-1-abc");
        ScratchFolder.reclaim(target);
        assertThat(other).isDirectoryContaining("glob:**/output");
    }

    @Test
    void scratchWithoutALock_isReclaimedOnlyWhenOld() throws IOException {
        Path fresh = Files.createDirectory(root.resolve(".wide.parquet.marquetry-1-fresh"));
        Path old = Files.createDirectory(root.resolve(".wide.parquet.marquetry-1-old"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(3_600)));
        ScratchFolder.reclaim(target);
        assertThat(fresh).exists();
        assertThat(old).doesNotExist();
    }

    @Test
    void scratchWithoutALock_ofAProcessThatIsDead_isReclaimedAtOnce() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Path left = Files.createDirectory(root.resolve(".wide.parquet.marquetry-" + gone.pid() + "-abc"));
        ScratchFolder.reclaim(root.resolve("wide.parquet"));
        assertThat(left).doesNotExist();
    }

    @Test
    void liveScratchOfThisProcess_isKept() throws IOException {
        try (ScratchFolder scratch = ScratchFolder.beside(target)) {
            Path file = write(scratch, "live");
            ScratchFolder.reclaim(target);
            try (ScratchFolder second = ScratchFolder.beside(target)) {
                assertThat(file).hasContent("live");
                assertThat(list()).hasSize(2);
            }
            assertThat(file).hasContent("live");
        }
        assertThat(list()).isEmpty();
    }

    @Test
    void liveScratchOfAnotherProcess_isKept_andReclaimedOnceItIsKilled() throws Exception {
        Process child = child("hold");
        try {
            assertThat(child.inputReader().readLine()).isEqualTo("held");
            ScratchFolder.reclaim(target);
            assertThat(list()).as("while the child lives").hasSize(1);
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(list()).as("left by the child").hasSize(1);
        ScratchFolder.reclaim(target);
        assertThat(list()).isEmpty();
    }

    /** Closing any channel to a file lets go all locks that the process has on it: looking must not do that. */
    @Test
    void liveScratch_isKeptByAnotherProcess_afterThisProcessLookedAtIt() throws Exception {
        try (ScratchFolder scratch = ScratchFolder.beside(target)) {
            Path file = write(scratch, "live");
            ScratchFolder.reclaim(target);
            Process child = child("reclaim");
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isZero();
            assertThat(file).hasContent("live");
        }
    }

    @Test
    void publishWithoutReplace_makesTheTarget() throws IOException {
        try (ScratchFolder scratch = ScratchFolder.beside(target)) {
            scratch.publish(write(scratch, "new"), false);
        }
        assertThat(target).hasContent("new");
        assertThat(list()).containsExactly(target);
    }

    @Test
    void publishWithoutReplace_refusesAnExistingTargetAndLeavesIt() throws IOException {
        try (ScratchFolder scratch = ScratchFolder.beside(target)) {
            Path output = write(scratch, "new");
            Files.writeString(target, "old");
            assertThatThrownBy(() -> scratch.publish(output, false))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("wide.parquet")
                    .hasMessageContaining("exists");
            assertThat(target).hasContent("old");
        }
        assertThat(list()).containsExactly(target);
        assertThat(target).hasContent("old");
    }

    @Test
    void publishWithReplace_swapsTheTarget() throws IOException {
        Files.writeString(target, "old");
        try (ScratchFolder scratch = ScratchFolder.beside(target)) {
            Path output = write(scratch, "new");
            assertThat(target).hasContent("old");
            scratch.publish(output, true);
            assertThat(target).hasContent("new");
        }
        assertThat(list()).containsExactly(target);
    }

    @Test
    void publishWithReplace_needsNoTarget() throws IOException {
        try (ScratchFolder scratch = ScratchFolder.beside(target)) {
            scratch.publish(write(scratch, "new"), true);
        }
        assertThat(target).hasContent("new");
    }

    @Test
    void close_leavesNothing() throws IOException {
        try (ScratchFolder scratch = ScratchFolder.beside(target)) {
            write(scratch, "a");
            scratch.create("more").close();
            assertThat(list()).hasSize(1);
        }
        assertThat(list()).isEmpty();
    }

    private static Path write(ScratchFolder scratch, String text) throws IOException {
        try (ScratchFile file = scratch.create("output")) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            file.append(bytes, 0, bytes.length);
            return file.path();
        }
    }

    private Path stale(String name) throws IOException {
        Path folder = Files.createDirectory(root.resolve(name));
        Files.createFile(folder.resolve("lock"));
        Files.writeString(folder.resolve("output"), "half");
        return folder;
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.toList();
        }
    }

    private Process child(String what) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        Child.class.getName(),
                        what,
                        target.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** What a child process does. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws Exception {
            Path target = Path.of(args[1]);
            if (args[0].equals("reclaim")) {
                ScratchFolder.reclaim(target);
                return;
            }
            ScratchFolder.beside(target);
            System.out.println("held");
            Thread.sleep(100_000);
        }
    }
}
