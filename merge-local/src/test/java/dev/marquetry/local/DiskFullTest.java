/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.oracle.MergeCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full, where the system lets a small one be mounted. */
class DiskFullTest {
    @TempDir
    Path root;

    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        disk = Files.createDirectory(root.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=2m", "marquetry-test", disk.toString());
        assumeTrue(mounted, "a tmpfs can be mounted");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (mounted) {
            assertThat(run("umount", disk.toString())).as("unmounted").isTrue();
        }
    }

    @Test
    void outputLargerThanTheDisk_endsTheMerge_andNothingIsLeft() throws IOException {
        MergeCase merge = Folder.in(root).big(6, 4, 20_000);
        Throwable thrown = catchThrowable(() -> merge(merge, disk.resolve("wide.parquet")));
        assertThat(thrown).isInstanceOfAny(MergeFailedException.class, LimitBreachException.class);
        if (thrown instanceof LimitBreachException breach) {
            assertThat(breach.breach().resource()).isEqualTo(Resource.DISK);
        }
        assertThat(ChildJvm.list(disk)).as("files on the disk").isEmpty();
    }

    @Test
    void diskFilledByOthers_endsTheMerge_andKeepsTheirFile() throws IOException {
        MergeCase merge = Folder.in(root).big(3, 4, 5_000);
        Path others = Files.write(disk.resolve("others.bin"), new byte[1_900_000]);
        Throwable thrown = catchThrowable(() -> merge(merge, disk.resolve("wide.parquet")));
        assertThat(thrown).isInstanceOfAny(MergeFailedException.class, LimitBreachException.class);
        assertThat(ChildJvm.list(disk)).as("files on the disk").containsExactly(others);
        assertThat(Files.size(others)).isEqualTo(1_900_000);
    }

    private static void merge(MergeCase merge, Path output) {
        LocalArrowStrategy.within(ResourceLimits.builder().threads(2).build()).merge(merge.request(output));
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
