/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.LimitBreach;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads under a real clock. */
@Timeout(30)
class GuardThreadsTest {
    private static final ResourceLimits NONE = ResourceLimits.defaults();

    private final MergeControl control = new MergeControl();
    private final MadeUpSystem system = new MadeUpSystem();

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(Thread.interrupted()).isFalse();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("marquetry-guard"));
    }

    @Test
    void workerBlockedInARead_isEndedByTheStallWatchdog() throws Exception {
        ResourceLimits limits =
                ResourceLimits.builder().maxStall(Duration.ofMillis(50)).build();
        Place place = new Place(Phase.MOVE);
        place.at("rsi.parquet", "close");
        try (Guard guard = guard(limits).start()) {
            CompletableFuture<Throwable> end = inWorker(guard, place, GuardThreadsTest::readWhatNeverComes);
            assertThat(end.get()).hasCauseInstanceOf(ClosedByInterruptException.class);
        }
        LimitBreach breach = ((LimitBreachException) control.stopReason()).breach();
        assertThat(breach.resource()).isEqualTo(Resource.STALL);
        assertThat(breach.limit()).isEqualTo(50);
        assertThat(breach.observed()).isGreaterThanOrEqualTo(50);
        assertThat(breach.phase()).isEqualTo(Phase.MOVE);
        assertThat(breach.where()).startsWith("[rsi.parquet] column 'close' thread 'worker' in ");
        assertThatThrownBy(control::check).isSameAs(control.stopReason());
    }

    @Test
    void workerBlockedWhenTheMergeIsCancelled_isInterrupted() throws Exception {
        try (Guard guard = guard(NONE).start()) {
            CompletableFuture<Throwable> end =
                    inWorker(guard, new Place(Phase.MOVE), GuardThreadsTest::readWhatNeverComes);
            control.stop(new MergeCancelledException("made up"));
            assertThat(end.get()).hasCauseInstanceOf(ClosedByInterruptException.class);
        }
    }

    @Test
    void workerBusyWhenALimitBreaks_leavesByItselfUninterrupted() throws Exception {
        ResourceLimits limits =
                ResourceLimits.builder().maxElapsed(Duration.ofMillis(20)).build();
        try (Guard guard = guard(limits).start()) {
            CompletableFuture<Throwable> end = inWorker(guard, new Place(Phase.MOVE), worker -> {
                while (true) {
                    control.check();
                    Thread.onSpinWait();
                }
            });
            assertThat(end.get()).isSameAs(control.stopReason());
        }
    }

    @Test
    void interruptOfTheGuard_isTakenBackWhenTheWorkerUnregisters() throws Exception {
        Guard guard = guard(NONE).build();
        CompletableFuture<Boolean> before = new CompletableFuture<>();
        CompletableFuture<Boolean> after = new CompletableFuture<>();
        Thread worker = new Thread(() -> {
            guard.register(Thread.currentThread(), new Place(Phase.MOVE));
            control.stop(new MergeCancelledException("made up"));
            guard.sampleOnce();
            before.complete(Thread.currentThread().isInterrupted());
            guard.sampleOnce();
            boolean interrupted = Thread.currentThread().isInterrupted();
            guard.unregister(Thread.currentThread());
            after.complete(interrupted && !Thread.currentThread().isInterrupted());
        });
        worker.start();
        assertThat(before.get())
                .as("interrupted while it may still leave by itself")
                .isFalse();
        assertThat(after.get()).as("interrupted, and taken back").isTrue();
        worker.join();
    }

    @Test
    void interruptOfSomebodyElse_isNotTakenBack() {
        Guard guard = guard(NONE).build();
        guard.register(Thread.currentThread(), new Place(Phase.MOVE));
        Thread.currentThread().interrupt();
        guard.sampleOnce();
        guard.unregister(Thread.currentThread());
        guard.close();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void caller_isNeverInterruptedEvenIfRegistered() {
        try (Guard guard = guard(NONE).start()) {
            guard.register(Thread.currentThread(), new Place(Phase.MOVE));
            control.stop(new MergeCancelledException("made up"));
            guard.sampleOnce();
            guard.sampleOnce();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void interruptedCaller_closesTheGuardAndKeepsItsFlag() {
        Guard guard = guard(NONE).start();
        Thread.currentThread().interrupt();
        guard.close();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void interruptedCaller_startsTheGuardAndKeepsItsFlag() {
        Thread.currentThread().interrupt();
        Guard guard = guard(NONE).start();
        assertThat(Thread.interrupted()).isTrue();
        guard.close();
    }

    @Test
    void guard_mayBeClosedTwice() {
        Guard guard = guard(NONE).start();
        guard.close();
        guard.close();
    }

    @Test
    void guardInterruptedByAStranger_watchesOn() throws Exception {
        ResourceLimits limits =
                ResourceLimits.builder().maxElapsed(Duration.ofMillis(300)).build();
        try (Guard guard = guard(limits).start()) {
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("marquetry-guard"))
                    .forEach(Thread::interrupt);
            CompletableFuture<Throwable> end =
                    inWorker(guard, new Place(Phase.MOVE), GuardThreadsTest::readWhatNeverComes);
            assertThat(end.get()).hasCauseInstanceOf(ClosedByInterruptException.class);
            assertThat(control.stopReason()).isInstanceOf(LimitBreachException.class);
        }
    }

    @Test
    void absurdFloor_stopsTheMergeBeforeItBegins() {
        ResourceLimits limits = ResourceLimits.builder()
                .minFreeSystemMemory(MemorySize.gib(1 << 20))
                .build();
        try (Guard guard = Guard.over(limits, new MemoryBudget(1), control, Path.of(""), new Place(Phase.PREFLIGHT))
                .start()) {
            assertThatThrownBy(control::check)
                    .isInstanceOf(LimitBreachException.class)
                    .hasMessageStartingWith("free system memory limit 1.0 PiB but only had ")
                    .hasMessageEndingWith(")");
            assertThat(guard.peakRssAnonBytes()).isPresent();
            assertThat(guard.leastAvailableBytes()).isPresent();
        }
    }

    @Test
    void absurdDiskFloor_stopsTheMergeBeforeItBegins() {
        ResourceLimits limits =
                ResourceLimits.builder().minFreeDisk(MemorySize.gib(1 << 30)).build();
        try (Guard guard = Guard.over(limits, new MemoryBudget(1), control, Path.of(""), new Place(Phase.PREFLIGHT))
                .start()) {
            assertThatThrownBy(control::check).hasMessageStartingWith("free disk limit 1.0 EiB but only had ");
            assertThat(guard.leastAvailableBytes()).isPresent();
        }
    }

    @Test
    void mostTellingPlace_isThatOfAThreadThatDoesSomething() throws Exception {
        GuardedThreads threads = new GuardedThreads();
        Place main = new Place(Phase.PLAN);
        assertThat(threads.mostTelling(main).place()).isSameAs(main);
        Place waiting = new Place(Phase.MOVE);
        waiting.at("waits.parquet", "");
        CountDownLatch release = new CountDownLatch(1);
        Thread waiter = new Thread(() -> awaitQuietly(release), "waiter");
        waiter.start();
        try {
            while (waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            threads.add(waiter, waiting);
            assertThat(threads.mostTelling(main).place()).isSameAs(waiting);
            Place busy = new Place(Phase.ALIGN);
            threads.add(Thread.currentThread(), busy);
            assertThat(threads.mostTelling(main).place()).isSameAs(busy);
            assertThat(threads.dump())
                    .contains("thread 'waiter' WAITING, moving [waits.parquet]", "awaitQuietly", ", aligning");
        } finally {
            release.countDown();
            waiter.join();
        }
    }

    private Guard.Builder guard(ResourceLimits limits) {
        return Guard.over(limits, new MemoryBudget(1000), control, Path.of("out"), new Place(Phase.PLAN))
                .probe(system)
                .warnings(warning -> {});
    }

    /** Runs {@code work} in a registered thread; the future gets what it throws once the thread has unregistered. */
    private static CompletableFuture<Throwable> inWorker(Guard guard, Place place, Consumer<Thread> work) {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread worker = new Thread(
                () -> {
                    try {
                        guard.register(Thread.currentThread(), place);
                        work.accept(Thread.currentThread());
                        end.completeExceptionally(new AssertionError("ended by itself"));
                    } catch (RuntimeException e) {
                        guard.unregister(Thread.currentThread());
                        end.complete(e);
                    }
                },
                "worker");
        worker.setDaemon(true);
        worker.start();
        return end;
    }

    private static void readWhatNeverComes(Thread worker) {
        try {
            Pipe pipe = Pipe.open();
            try (Pipe.SinkChannel sink = pipe.sink();
                    Pipe.SourceChannel source = pipe.source()) {
                assertThat(sink.isOpen()).isTrue();
                source.read(ByteBuffer.allocate(1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
