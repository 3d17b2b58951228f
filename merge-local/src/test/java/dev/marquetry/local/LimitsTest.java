/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeResult;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.oracle.MergeCase;
import dev.marquetry.local.oracle.NaiveMerge;
import dev.marquetry.local.oracle.ParquetJavaReading;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A limit that can not be met ends the merge with its figures and without a trace. */
class LimitsTest {
    @TempDir
    Path root;

    private Folder folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Folder.in(root);
    }

    @Test
    void memoryOfOneMegabyte_forLargerInputs_isABreachOfMemory() throws IOException {
        MergeCase merge = folder.big(2, 4, 300_000);
        LimitBreach breach = breach(merge, ResourceLimits.builder().maxMemory(MemorySize.parse("1MB")));
        assertThat(breach.resource()).isEqualTo(Resource.MEMORY);
        assertThat(breach.limit()).isEqualTo(1_000_000);
        assertThat(breach.observed()).isGreaterThan(1_000_000);
        assertThat(breach.where()).isNotEmpty();
    }

    @Test
    void moreFreeDiskThanTheDiskHas_isABreachOfDisk() throws IOException {
        MemorySize wanted = MemorySize.gib(1 << 22);
        LimitBreach breach =
                breach(folder.big(2, 2, 100), ResourceLimits.builder().minFreeDisk(wanted));
        assertThat(breach.resource()).isEqualTo(Resource.DISK);
        assertThat(breach.limit()).isEqualTo(wanted.bytes());
        assertThat(breach.observed()).isLessThan(wanted.bytes());
        assertThat(breach.where()).isNotEmpty();
    }

    @Test
    void moreFreeMemoryThanTheSystemHas_isABreachOfSystemMemory() throws IOException {
        MemorySize wanted = MemorySize.gib(1 << 22);
        LimitBreach breach =
                breach(folder.big(2, 2, 100), ResourceLimits.builder().minFreeSystemMemory(wanted));
        assertThat(breach.resource()).isEqualTo(Resource.SYSTEM_MEMORY);
        assertThat(breach.limit()).isEqualTo(wanted.bytes());
        assertThat(breach.observed()).isLessThan(wanted.bytes());
    }

    @Test
    void oneMillisecond_isABreachOfElapsedTime() throws IOException {
        LimitBreach breach =
                breach(folder.big(8, 8, 20_000), ResourceLimits.builder().maxElapsed(Duration.ofMillis(1)));
        assertThat(breach.resource()).isEqualTo(Resource.ELAPSED);
        assertThat(breach.limit()).isEqualTo(1);
        assertThat(breach.observed()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void breachMessage_namesResourceLimitAndFigure() throws IOException {
        MergeCase merge = folder.big(2, 2, 100);
        LocalArrowStrategy strategy = LocalArrowStrategy.within(
                ResourceLimits.builder().minFreeDisk(MemorySize.gib(1 << 22)).build());
        Throwable thrown = catchThrowable(() -> strategy.merge(merge.request(folder.output())));
        assertThat(thrown)
                .isInstanceOf(LimitBreachException.class)
                .hasMessageContaining("free disk")
                .hasMessageContaining("4.0 PiB");
    }

    @Test
    void interruptBeforeTheMerge_cancelsIt_andTheFlagStays() throws IOException {
        MergeCase merge = folder.big(2, 2, 100);
        Thread.currentThread().interrupt();
        Throwable thrown = catchThrowable(() -> strategy().merge(merge.request(folder.output())));
        assertThat(Thread.interrupted()).as("interrupt flag").isTrue();
        assertThat(thrown).isInstanceOf(MergeCancelledException.class);
        folder.assertNothingLeft();
    }

    @Test
    void interruptWhileMerging_cancelsWithinFiveSeconds_andTheFlagIsSetAgain() throws Exception {
        MergeCase merge = folder.big(30, 4, 20_000);
        CountDownLatch progressed = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread merging = new Thread(() -> {
            thrown.set(catchThrowable(
                    () -> strategy().reportingEvery(1).merge(merge.request(folder.output()), progress -> {
                        progressed.countDown();
                        awaitQuietly(interrupted);
                    })));
            flag.set(Thread.currentThread().isInterrupted());
            progressed.countDown();
        });
        merging.start();
        assertThat(progressed.await(60, TimeUnit.SECONDS))
                .as("progress seen or ended")
                .isTrue();
        merging.interrupt();
        interrupted.countDown();
        merging.join(5_000);
        assertThat(merging.isAlive()).as("still merging after 5 s").isFalse();
        assertThat(thrown.get()).isInstanceOf(MergeCancelledException.class);
        assertThat(flag).as("interrupt flag").isTrue();
        folder.assertNothingLeft();
    }

    @Test
    void twoMergesAtOnceByOneStrategy_giveTheSameAsOneByOne() throws Exception {
        MergeCase merge = folder.big(10, 4, 5_000);
        LocalArrowStrategy strategy = strategy();
        Path first = folder.output().resolveSibling("first.parquet");
        Path second = folder.output().resolveSibling("second.parquet");
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Future<MergeResult> one = pool.submit(() -> strategy.merge(merge.request(first)));
            Future<MergeResult> two = pool.submit(() -> strategy.merge(merge.request(second)));
            assertThat(one.get(60, TimeUnit.SECONDS).rows()).isEqualTo(5_000);
            assertThat(two.get(60, TimeUnit.SECONDS).rows()).isEqualTo(5_000);
        } finally {
            pool.shutdownNow();
        }
        assertThat(second).hasSameBinaryContentAs(first);
        assertThat(ParquetJavaReading.differences(first, NaiveMerge.of(merge, first)))
                .isEmpty();
        folder.assertOutputFolderHolds(first, second);
    }

    private LimitBreach breach(MergeCase merge, ResourceLimits.Builder limits) throws IOException {
        LocalArrowStrategy strategy =
                LocalArrowStrategy.within(limits.threads(2).build());
        LimitBreachException thrown =
                catchThrowableOfType(LimitBreachException.class, () -> strategy.merge(merge.request(folder.output())));
        assertThat(thrown).as("breach").isNotNull();
        folder.assertNothingLeft();
        return thrown.breach();
    }

    /** Holds a merge at an event until it is interrupted; the flag stays as it is. */
    private static void awaitQuietly(CountDownLatch latch) {
        boolean flag = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                flag = true;
            }
        }
        if (flag) {
            Thread.currentThread().interrupt();
        }
    }

    private static LocalArrowStrategy strategy() {
        return LocalArrowStrategy.within(ResourceLimits.builder().threads(2).build());
    }
}
