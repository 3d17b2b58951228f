/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one merge from a thread of its own: process and system memory, free disk, elapsed time and progress. Warns once
 * per resource when a limit is near and, when one is crossed, asks the merge to stop through its {@link MergeControl}.
 * Threads that have not left by the next sample, whoever asked the merge to stop, are interrupted once, as they may sit
 * in a blocking call; a merge that stalls has its threads' stacks logged and is interrupted at once.
 *
 * <p>Each sample is handed on for those who only want to see it, the first one when the watch begins and the last one when
 * it ends.
 *
 * <p>The thread that called {@link Builder#start} is never interrupted, nor is its interrupt flag changed. A sample that
 * fails is logged once; time and progress go on being watched. Registering and closing are thread-safe.
 */
public final class Guard implements AutoCloseable {
    /** The longest time between two samples, in milliseconds. */
    public static final long INTERVAL_MILLIS = 250;

    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
    private static final long CLOSING_SECONDS = 2;
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private final ResourceLimits limits;
    private final MemoryBudget budget;
    private final MergeControl control;
    private final Path outputFolder;
    private final Place mainPlace;
    private final SystemProbe probe;
    private final LongSupplier clock;
    private final long startNanos;
    private final long maxElapsedNanos;
    private final long maxStallNanos;
    private final GuardedThreads threads = new GuardedThreads();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Alarm alarm;
    private final FreeDisk freeDisk;
    private final @Nullable ObjLongConsumer<SystemProbe.Sample> samples;
    private final Thread watcher;
    private @Nullable Thread caller;
    private boolean stopSeen;
    private boolean stallSeen;
    private long lastPulse;
    private long lastPulseNanos;
    private volatile long peakRssAnon = SystemProbe.UNKNOWN;
    private volatile long leastAvailable = SystemProbe.UNKNOWN;

    private Guard(Builder builder) {
        limits = builder.limits;
        budget = builder.budget;
        control = builder.control;
        outputFolder = builder.outputFolder;
        mainPlace = builder.mainPlace;
        probe = builder.probe == null ? SystemProbe.ofThisSystem() : builder.probe;
        alarm = new Alarm(control, threads, mainPlace, builder.warnings);
        freeDisk = new FreeDisk(probe, outputFolder);
        samples = builder.samples;
        clock = builder.clock;
        startNanos = builder.startNanos == null ? clock.getAsLong() : builder.startNanos;
        maxElapsedNanos = limits.maxElapsed().map(Guard::nanos).orElse(Long.MAX_VALUE);
        maxStallNanos = nanos(limits.maxStall());
        lastPulse = control.pulse();
        lastPulseNanos = clock.getAsLong();
        watcher = new Thread(null, this::watch, "marquetry-guard", 0, false);
        watcher.setDaemon(true);
    }

    /**
     * Returns a builder for a guard of the merge that {@code control} can stop.
     *
     * @param outputFolder where output and scratch are written; its free space is watched if the limits say so
     * @param mainPlace where the merge is, for messages while no thread is registered
     */
    public static Builder over(
            ResourceLimits limits, MemoryBudget budget, MergeControl control, Path outputFolder, Place mainPlace) {
        return new Builder(limits, budget, control, outputFolder, mainPlace);
    }

    /** Adds a thread of the merge, which is at {@code place}. It must unregister before it works for anybody else. */
    public void register(Thread thread, Place place) {
        threads.add(thread, place);
    }

    /**
     * Removes a thread, which is not interrupted hereafter. Called by the thread itself before it cleans up: an interrupt
     * that came from this guard is then taken back.
     */
    public void unregister(Thread thread) {
        threads.remove(thread);
    }

    /** Returns the most resident memory seen in the process, without pages of files where the system tells them apart. */
    public OptionalLong peakRssAnonBytes() {
        return known(peakRssAnon);
    }

    /** Returns the least memory seen that could still be taken from system and container. */
    public OptionalLong leastAvailableBytes() {
        return known(leastAvailable);
    }

    /**
     * Ends the watch; no thread is interrupted and no stop asked for hereafter. Waits for the guard's thread, but not for
     * one that hangs in the file system or in a listener.
     */
    @Override
    public void close() {
        alarm.silence();
        closed.countDown();
        threads.clear();
        if (Thread.currentThread() == watcher) {
            return;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSING_SECONDS);
        while (watcher.isAlive() && System.nanoTime() < deadline) {
            try {
                watcher.join(TimeUnit.SECONDS.toMillis(CLOSING_SECONDS));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        long pause = INTERVAL_NANOS;
        while (true) {
            try {
                if (closed.await(pause, TimeUnit.NANOSECONDS)) {
                    lookOnce();
                    return;
                }
            } catch (InterruptedException e) {
                // nobody has business interrupting this thread; only close() ends it
                continue;
            }
            try {
                pause = sampleOnce();
            } catch (RuntimeException | Error e) {
                // a heap so full that not even the breach could be made or logged; the next sample tries again
                pause = INTERVAL_NANOS;
            }
        }
    }

    /** Takes one sample, acts on it, and returns how many nanoseconds may pass until the next. */
    long sampleOnce() {
        if (control.stopReason() != null) {
            if (stopSeen) {
                threads.interruptAll(caller);
            }
            stopSeen = true;
            return INTERVAL_NANOS;
        }
        long now = clock.getAsLong();
        watchElapsed(now);
        watchStall(now);
        // the ledger itself refuses what does not fit; its peak also tells of moments between two samples
        alarm.nearCeiling(Resource.MEMORY, budget.peak(), budget.limit(), "the merge's own ledger");
        lookOnce();
        stopSeen = control.stopReason() != null;
        return stopSeen ? INTERVAL_NANOS : pause(now);
    }

    /** Looks at system and disk, and hands on what it sees. The watch must survive what it watches, a full heap included. */
    private void lookOnce() {
        SystemProbe.Sample system = null;
        try {
            system = probe.sample();
            watchSystem(system);
            watchDisk();
        } catch (IOException | RuntimeException | Error e) {
            alarm.complain(e);
        }
        if (samples == null) {
            return;
        }
        try {
            SystemProbe.Sample seen = system == null ? SystemProbe.Sample.unknown("the system does not tell") : system;
            samples.accept(seen, freeDisk.bytes(clock.getAsLong()));
        } catch (RuntimeException | Error e) {
            alarm.complain(e);
        }
    }

    private long pause(long now) {
        long elapsedLeft = maxElapsedNanos - (now - startNanos);
        long stallLeft = maxStallNanos - (now - lastPulseNanos);
        long pause = elapsedLeft > 0 ? Math.min(INTERVAL_NANOS, elapsedLeft) : INTERVAL_NANOS;
        pause = stallLeft > 0 ? Math.min(pause, stallLeft) : pause;
        return Math.max(pause, TimeUnit.MILLISECONDS.toNanos(1));
    }

    private void watchElapsed(long now) {
        long elapsed = now - startNanos;
        if (elapsed >= maxElapsedNanos) {
            alarm.breach(Resource.ELAPSED, millis(maxElapsedNanos), millis(elapsed), "");
        } else {
            alarm.nearCeiling(Resource.ELAPSED, millis(elapsed), millis(maxElapsedNanos), "clock");
        }
    }

    private void watchStall(long now) {
        long pulse = control.pulse();
        if (pulse != lastPulse) {
            lastPulse = pulse;
            lastPulseNanos = now;
            stallSeen = false;
            return;
        }
        long still = now - lastPulseNanos;
        if (still < maxStallNanos) {
            alarm.nearCeiling(Resource.STALL, millis(still), millis(maxStallNanos), "clock");
            return;
        }
        // a machine that slept looks like a stall at first sight; the merge gets one more sample to show life
        if (stallSeen) {
            stalled(still);
        }
        stallSeen = true;
    }

    private void stalled(long still) {
        LOG.warn("No progress for {}; the merge's threads:{}", Resource.STALL.format(millis(still)), threads.dump());
        Thread thread = threads.mostTelling(mainPlace).thread();
        String doing = thread == null ? "" : GuardedThreads.doing(thread);
        alarm.breach(Resource.STALL, millis(maxStallNanos), millis(still), doing);
        threads.interruptAll(caller);
    }

    private void watchSystem(SystemProbe.Sample sample) {
        peakRssAnon = Math.max(peakRssAnon, sample.rssAnonBytes());
        long available = sample.availableBytes();
        if (available == SystemProbe.UNKNOWN) {
            return;
        }
        leastAvailable = leastAvailable == SystemProbe.UNKNOWN ? available : Math.min(leastAvailable, available);
        if (limits.minFreeSystemMemory().isPresent()) {
            long floor = limits.minFreeSystemMemory().get().bytes();
            alarm.floor(Resource.SYSTEM_MEMORY, available, floor, sample.availableSource());
        }
    }

    private void watchDisk() throws IOException {
        if (limits.minFreeDisk().isPresent()) {
            long floor = limits.minFreeDisk().get().bytes();
            long free = probe.freeDiskBytes(outputFolder);
            freeDisk.seen(free, clock.getAsLong());
            alarm.floor(Resource.DISK, free, floor, "at " + outputFolder);
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static long nanos(Duration time) {
        return time.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : time.toNanos();
    }

    private static OptionalLong known(long bytes) {
        return bytes == SystemProbe.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /** Collects what a guard needs beyond its limits. Not thread-safe. */
    public static final class Builder {
        private final ResourceLimits limits;
        private final MemoryBudget budget;
        private final MergeControl control;
        private final Path outputFolder;
        private final Place mainPlace;
        private @Nullable SystemProbe probe;
        private @Nullable Long startNanos;
        private Consumer<String> warnings = warning -> LOG.warn("{}", warning);
        private @Nullable ObjLongConsumer<SystemProbe.Sample> samples;
        private LongSupplier clock = System::nanoTime;

        private Builder(
                ResourceLimits limits, MemoryBudget budget, MergeControl control, Path outputFolder, Place mainPlace) {
            this.limits = Objects.requireNonNull(limits, "limits");
            this.budget = Objects.requireNonNull(budget, "budget");
            this.control = Objects.requireNonNull(control, "control");
            this.outputFolder = Objects.requireNonNull(outputFolder, "outputFolder");
            this.mainPlace = Objects.requireNonNull(mainPlace, "mainPlace");
        }

        /** Sets where figures come from; default {@link SystemProbe#ofThisSystem}. */
        public Builder probe(SystemProbe figures) {
            probe = Objects.requireNonNull(figures, "figures");
            return this;
        }

        /** Sets who hears that a limit is near, on the guard's thread; default the log. */
        public Builder warnings(Consumer<String> listener) {
            warnings = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Sets who is handed each sample and the free disk of about that time in bytes, or {@link SystemProbe#UNKNOWN};
         * mostly on the guard's thread, so it must not wait.
         */
        public Builder samples(ObjLongConsumer<SystemProbe.Sample> taker) {
            samples = Objects.requireNonNull(taker, "taker");
            return this;
        }

        /** Sets when the merge began, in {@link System#nanoTime}; default when the guard is started. */
        public Builder since(long nanoTime) {
            startNanos = nanoTime;
            return this;
        }

        Builder clock(LongSupplier nanos) {
            clock = nanos;
            return this;
        }

        Guard build() {
            return new Guard(this);
        }

        /**
         * Takes the first sample on this thread, so that a limit crossed already stops the merge before it begins, and
         * starts the watch.
         */
        public Guard start() {
            Guard guard = build();
            guard.caller = Thread.currentThread();
            guard.sampleOnce();
            guard.watcher.start();
            return guard;
        }
    }
}
