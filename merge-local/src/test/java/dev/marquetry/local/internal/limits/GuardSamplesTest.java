/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import static dev.marquetry.local.internal.limits.MadeUpSystem.GIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.ResourceSample;
import dev.marquetry.local.internal.limits.SystemProbe.Sample;
import dev.marquetry.spi.GuardedListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the guard hands on of what it sees, and that nobody who takes it can end the watch. */
@Timeout(30)
class GuardSamplesTest {
    private final MadeUpSystem system = new MadeUpSystem();
    private final MergeControl control = new MergeControl();
    private final MemoryBudget budget = new MemoryBudget(1000);
    private final List<Sample> seen = new CopyOnWriteArrayList<>();
    private final List<Long> disk = new CopyOnWriteArrayList<>();

    private void take(Sample sample, long freeDisk) {
        seen.add(sample);
        disk.add(freeDisk);
    }

    private Guard.Builder builder(ResourceLimits.Builder limits, ObjLongConsumer<Sample> taker) {
        return Guard.over(limits.build(), budget, control, Path.of("out"), new Place(Phase.MOVE))
                .probe(system)
                .clock(system)
                .warnings(warning -> {})
                .samples(taker);
    }

    @Test
    void mergeShorterThanAnInterval_isSampledAtItsBeginAndItsEnd() {
        try (Guard guard = builder(ResourceLimits.builder(), this::take).start()) {
            assertThat(seen).hasSize(1);
            system.rssAnonBytes = 2 * GIB;
        }
        assertThat(seen).extracting(Sample::rssAnonBytes).containsExactly(GIB, 2 * GIB);
        assertThat(disk).containsExactly(1000 * GIB, 1000 * GIB);
    }

    @Test
    void freeDisk_isThatOfThisSample_whereALimitHasItWatched() {
        Guard guard = builder(ResourceLimits.builder().minFreeDisk(MemorySize.gib(1)), this::take)
                .build();
        guard.sampleOnce();
        system.freeDiskBytes = 900 * GIB;
        guard.sampleOnce();
        assertThat(disk).containsExactly(1000 * GIB, 900 * GIB);
    }

    @Test
    void freeDisk_isLookedAtOnceASecond_whereNoLimitIsSet() throws InterruptedException {
        Guard guard = builder(ResourceLimits.builder(), this::take).build();
        guard.sampleOnce();
        system.freeDiskBytes = 900 * GIB;
        system.pass(999);
        guard.sampleOnce();
        assertThat(disk).containsExactly(1000 * GIB, 1000 * GIB);
        system.pass(1);
        while (disk.get(disk.size() - 1) != 900 * GIB) {
            guard.sampleOnce();
            Thread.sleep(1);
        }
    }

    @Test
    void figuresThatTheSystemRefuses_areHandedOnAsUnknown() {
        system.failure = new IllegalStateException("made up");
        system.diskFailure = new IOException("made up");
        builder(ResourceLimits.builder(), this::take).build().sampleOnce();
        assertThat(seen)
                .extracting(Sample::rssAnonBytes, Sample::availableBytes)
                .containsExactly(tuple(SystemProbe.UNKNOWN, SystemProbe.UNKNOWN));
        assertThat(disk).containsExactly(SystemProbe.UNKNOWN);
    }

    @Test
    void takerThatThrows_doesNotEndTheWatch() {
        AtomicInteger calls = new AtomicInteger();
        Guard guard = builder(ResourceLimits.builder().maxElapsed(Duration.ofSeconds(1)), (sample, freeDisk) -> {
                    calls.incrementAndGet();
                    throw new AssertionError("as the test wants");
                })
                .start();
        system.pass(1_000);
        awaitBreach(Resource.ELAPSED);
        guard.close();
        assertThat(calls).hasValueGreaterThanOrEqualTo(2);
    }

    @Test
    void diskThatHangs_doesNotHoldTheGuard() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        SystemProbe probe = new SystemProbe() {
            @Override
            public Sample sample() {
                return system.sample();
            }

            @Override
            public long freeDiskBytes(Path folder) throws IOException {
                if (!seen.isEmpty()) {
                    hangs.countDown();
                    awaitForEver(never);
                }
                return system.freeDiskBytes(folder);
            }
        };
        Guard guard = builder(ResourceLimits.builder().maxElapsed(Duration.ofSeconds(10)), this::take)
                .probe(probe)
                .start();
        try {
            system.pass(1_000);
            hangs.await();
            int before = seen.size();
            system.pass(10_000);
            awaitBreach(Resource.ELAPSED);
            assertThat(seen).hasSizeGreaterThan(before);
            assertThat(disk).allMatch(free -> free == 1000 * GIB);
        } finally {
            never.countDown();
            guard.close();
        }
    }

    @Test
    void listenerAtWorkForEver_doesNotHoldTheGuard() throws InterruptedException {
        CountDownLatch atWork = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        List<ResourceSample> told = new CopyOnWriteArrayList<>();
        ProgressMeter meter = meter(new ProgressListener() {
            @Override
            public void onProgress(Progress progress) {
                atWork.countDown();
                awaitForEver(never);
            }

            @Override
            public void onSample(ResourceSample sample) {
                told.add(sample);
            }
        });
        Guard guard = builder(ResourceLimits.builder().maxElapsed(Duration.ofSeconds(1)), meter::sampled)
                .start();
        Thread worker = new Thread(() -> meter.enter(Phase.MOVE));
        worker.start();
        try {
            atWork.await();
            system.pass(1_000);
            awaitBreach(Resource.ELAPSED);
            assertThat(told).isNotEmpty();
        } finally {
            never.countDown();
            worker.join();
            guard.close();
        }
    }

    @Test
    void sampleOfTheMeter_hasLedgerPhaseAndBytesMoved() {
        List<ResourceSample> told = new ArrayList<>();
        ProgressMeter meter = meter(new ProgressListener() {
            @Override
            public void onProgress(Progress progress) {}

            @Override
            public void onSample(ResourceSample sample) {
                told.add(sample);
            }
        });
        meter.total(2, 10, 5_000);
        meter.enter(Phase.MOVE);
        meter.stretchMoved(3_000, true);
        budget.take(700, new Place(Phase.MOVE));
        meter.sampled(system.sample(), SystemProbe.UNKNOWN);
        ResourceSample sample = told.get(0);
        assertThat(sample.phase()).isEqualTo(Phase.MOVE);
        assertThat(sample.bytesMoved()).isEqualTo(3_000);
        assertThat(sample.memoryBytes()).isEqualTo(700);
        assertThat(sample.memoryLimitBytes()).hasValue(1000);
        assertThat(sample.processBytes()).hasValue(GIB);
        assertThat(sample.freeMemoryBytes()).hasValue(100 * GIB);
        assertThat(sample.freeDiskBytes()).isEqualTo(OptionalLong.empty());
        assertThat(sample.heapBytes()).isPositive();
    }

    private ProgressMeter meter(ProgressListener listener) {
        return new ProgressMeter("file:///wide.parquet", new GuardedListener(listener), budget, 50, system.nanos);
    }

    private void awaitBreach(Resource resource) {
        while (control.stopReason() == null) {
            Thread.onSpinWait();
        }
        assertThat(control.stopReason()).isInstanceOf(LimitBreachException.class);
        assertThat(((LimitBreachException) control.stopReason()).breach().resource())
                .isEqualTo(resource);
    }

    private static void awaitForEver(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
