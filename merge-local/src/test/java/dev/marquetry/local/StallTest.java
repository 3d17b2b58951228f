/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeRequest;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.oracle.MergeCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A merge that gets nowhere ends, and does not begin where it would wait for ever. */
class StallTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path root;

    private Folder folder;
    private Path keyed;

    @BeforeEach
    void writeInput() throws IOException {
        folder = Folder.in(root);
        keyed = folder.keyed("keyed.parquet", "value", 1, 2, 3);
    }

    @Test
    void namedPipeAsFeatureFile_isRefusedByName() throws Exception {
        assertRefused(keyed, pipe("pipe.parquet"), "pipe.parquet");
    }

    @Test
    void namedPipeAsSpine_isRefusedByName() throws Exception {
        assertRefused(pipe("pipe.parquet"), keyed, "pipe.parquet");
    }

    @Test
    void folderAsFeatureFile_isRefusedByName() throws Exception {
        assertRefused(keyed, Files.createDirectory(folder.file("folder.parquet")), "folder.parquet");
    }

    @Test
    void linkToAFile_isTakenAsTheFile() throws Exception {
        Path link = folder.file("link.parquet");
        Files.createSymbolicLink(link, folder.keyed("linked.parquet", "other", 1, 2, 3));
        strategy().merge(request(keyed, link));
        folder.assertOutputFolderHolds(folder.output());
    }

    @Test
    void namedPipe_isAProblemOfTheEstimateToo() throws Exception {
        MergeRequest request = request(keyed, pipe("pipe.parquet"));
        assertTimeoutPreemptively(
                LONG,
                () -> assertThat(strategy().estimate(request).inputProblems())
                        .singleElement()
                        .asString()
                        .contains("pipe.parquet", "regular file"));
    }

    @Test
    void listenerThatHoldsAWorker_isABreachOfStall() throws Exception {
        MergeCase merge = folder.big(10, 2, 1_000);
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean held = new AtomicBoolean();
        Throwable thrown = assertTimeoutPreemptively(LONG, () -> {
            Thread merging = Thread.currentThread();
            return catchThrowable(() -> strategy().reportingEvery(1).merge(merge.request(folder.output()), progress -> {
                if (Thread.currentThread() != merging) {
                    held.set(true);
                    waitFor(never);
                }
            }));
        });
        assertThat(held).as("a worker was held").isTrue();
        assertStall(thrown);
    }

    @Test
    void listenerThatHoldsTheCaller_isABreachOfStallOnceItReturns() throws Exception {
        MergeCase merge = folder.big(2, 2, 1_000);
        AtomicBoolean held = new AtomicBoolean();
        Throwable thrown = assertTimeoutPreemptively(
                LONG,
                () -> catchThrowable(() -> strategy().merge(merge.request(folder.output()), progress -> {
                    if (!held.getAndSet(true)) {
                        sleep(3_000);
                    }
                })));
        assertStall(thrown);
    }

    private void assertStall(Throwable thrown) throws IOException {
        assertThat(thrown).isInstanceOf(LimitBreachException.class);
        assertThat(((LimitBreachException) thrown).breach().resource()).isEqualTo(Resource.STALL);
        assertThat(((LimitBreachException) thrown).breach().limit()).isEqualTo(1_000);
        folder.assertNothingLeft();
    }

    private void assertRefused(Path spine, Path feature, String name) throws IOException {
        MergeRequest request = request(spine, feature);
        Throwable thrown = assertTimeoutPreemptively(
                LONG, () -> catchThrowable(() -> strategy().merge(request)));
        assertThat(thrown)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[" + name + "]")
                .hasMessageContaining("regular file");
        folder.assertNothingLeft();
    }

    private MergeRequest request(Path spine, Path feature) {
        return MergeRequest.onKey("key").spine(spine).features(feature).writeTo(folder.output());
    }

    private Path pipe(String name) throws Exception {
        Path pipe = folder.file(name);
        int code;
        try {
            code = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        } catch (IOException e) {
            code = -1;
        }
        assumeTrue(code == 0, "this system has no named pipes");
        return pipe;
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static LocalArrowStrategy strategy() {
        return LocalArrowStrategy.within(ResourceLimits.builder()
                .threads(2)
                .maxStall(Duration.ofSeconds(1))
                .build());
    }
}
