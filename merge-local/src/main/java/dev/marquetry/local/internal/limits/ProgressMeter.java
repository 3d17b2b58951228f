/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import dev.marquetry.Phase;
import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceSample;
import dev.marquetry.local.internal.jfr.SampleEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what is done and tells listener and log, at each new phase and every so many files. Thread-safe. */
public final class ProgressMeter {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressMeter.class);

    private final String output;
    private final ProgressListener listener;
    private final MemoryBudget budget;
    private final int everyFiles;
    private final long beginNanos;
    private final List<String> warnings = new ArrayList<>();
    private volatile Phase phase = Phase.PREFLIGHT;
    private int filesTotal;
    private int columnsTotal;
    private long bytesTotal;
    private int filesDone;
    private int columnsDone;
    private volatile long bytesDone;
    private int sinceReport;
    private long moveBegin;

    /** Begins at {@code beginNanos} of {@link System#nanoTime}; {@code output} says which merge this is. */
    public ProgressMeter(
            String output, ProgressListener listener, MemoryBudget budget, int everyFiles, long beginNanos) {
        this.output = output;
        this.listener = listener;
        this.budget = budget;
        this.everyFiles = everyFiles;
        this.beginNanos = beginNanos;
        moveBegin = beginNanos;
    }

    /** Sets what there is to do. */
    public synchronized void total(int files, int columns, long bytes) {
        filesTotal = files;
        columnsTotal = columns;
        bytesTotal = bytes;
    }

    /** Moves to {@code next} and tells so. */
    public synchronized void enter(Phase next) {
        phase = next;
        if (next == Phase.MOVE) {
            moveBegin = System.nanoTime();
        }
        tell(null);
    }

    /** Tells of a step within {@code of}, or within the phase the merge is in if that is a later one. */
    public synchronized void step(Phase of, String detail) {
        phase = of.compareTo(phase) > 0 ? of : phase;
        tell(null, detail);
    }

    /** Counts column chunks that lie in the output: {@code columns} of them are now complete in every row group. */
    public synchronized void columnsMoved(int columns) {
        columnsDone += columns;
    }

    /** Counts {@code bytes} of input moved, the last of a file's row group or of the file; tells every so many. */
    public synchronized void stretchMoved(long bytes, boolean fileIsDone) {
        bytesDone = Math.min(bytesTotal, bytesDone + bytes);
        filesDone += fileIsDone ? 1 : 0;
        if (++sinceReport >= everyFiles) {
            sinceReport = 0;
            tell(null);
        }
    }

    /** Takes over how far the merge has come on another machine, and tells so. */
    public synchronized void follow(Progress there) {
        phase = there.phase();
        filesDone = Math.max(filesDone, Math.min(filesTotal, there.filesDone()));
        columnsDone = Math.max(columnsDone, Math.min(columnsTotal, there.columnsDone()));
        bytesDone = Math.max(bytesDone, Math.min(bytesTotal, there.bytesDone()));
        tell(there.warning().orElse(null), there.detail().orElse(null));
    }

    /** Sets everything to done and tells so. */
    public synchronized void complete(Phase last) {
        phase = last;
        filesDone = filesTotal;
        columnsDone = columnsTotal;
        bytesDone = bytesTotal;
        tell(null);
    }

    /** Tells a warning at once and keeps it. */
    public synchronized void warn(String text) {
        warnings.add(text);
        LOG.warn("{}", text);
        tell(text);
    }

    /**
     * Tells what the merge takes at this moment, besides what {@code system} and {@code freeDiskBytes} say. Waits neither
     * for those that tell of progress nor for what they wait for.
     */
    public void sampled(SystemProbe.Sample system, long freeDiskBytes) {
        Runtime runtime = Runtime.getRuntime();
        ResourceSample sample = new ResourceSample(
                elapsed(),
                phase,
                budget.used(),
                OptionalLong.of(budget.limit()),
                known(system.rssAnonBytes()),
                runtime.totalMemory() - runtime.freeMemory(),
                known(system.availableBytes()),
                known(freeDiskBytes),
                bytesDone);
        if (FlightRecorder.isInitialized()) {
            SampleEvent.record(output, sample);
        }
        listener.onSample(sample);
    }

    private static OptionalLong known(long bytes) {
        return bytes == SystemProbe.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /** Returns every warning so far. */
    public synchronized List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Returns the time since the begin. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - beginNanos);
    }

    private void tell(@Nullable String warning) {
        tell(warning, null);
    }

    private void tell(@Nullable String warning, @Nullable String detail) {
        Progress.Builder event = Progress.in(phase)
                .files(filesDone, filesTotal)
                .columns(columnsDone, columnsTotal)
                .bytes(bytesDone, bytesTotal)
                .memory(budget.used(), OptionalLong.of(budget.limit()))
                .time(elapsed(), timeLeft());
        if (warning != null) {
            event.warning(warning);
        }
        if (detail != null) {
            event.detail(detail);
        }
        Progress progress = event.build();
        LOG.info("{}", progress);
        listener.onProgress(progress);
    }

    private Optional<Duration> timeLeft() {
        if (phase != Phase.MOVE || bytesDone == 0) {
            return Optional.empty();
        }
        double perByte = (System.nanoTime() - moveBegin) / (double) bytesDone;
        return Optional.of(Duration.ofNanos((long) (perByte * (bytesTotal - bytesDone))));
    }
}
