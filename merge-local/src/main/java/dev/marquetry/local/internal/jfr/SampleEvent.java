/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.jfr;

import dev.marquetry.ResourceSample;
import java.util.OptionalLong;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A {@link ResourceSample}. Amounts that are not known are -1. */
@Name("dev.marquetry.Sample")
@Label("Sample")
@Category("Marquetry")
@Description("What a merge takes from the machine, four times a second")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
public final class SampleEvent extends Event {
    @Label("Output")
    private final String output;

    @Label("Elapsed")
    @Timespan(Timespan.NANOSECONDS)
    private final long elapsed;

    @Label("Phase")
    private final String phase;

    @Label("Ledger")
    @DataAmount
    private final long memory;

    @Label("Memory Limit")
    @DataAmount
    private final long memoryLimit;

    @Label("Process")
    @DataAmount
    private final long process;

    @Label("Heap")
    @DataAmount
    private final long heap;

    @Label("Free Memory")
    @DataAmount
    private final long freeMemory;

    @Label("Free Disk")
    @DataAmount
    private final long freeDisk;

    @Label("Bytes Moved")
    @DataAmount
    private final long moved;

    private SampleEvent(String output, ResourceSample sample) {
        this.output = output;
        elapsed = sample.elapsed().toNanos();
        phase = sample.phase().name();
        memory = sample.memoryBytes();
        memoryLimit = orUnknown(sample.memoryLimitBytes());
        process = orUnknown(sample.processBytes());
        heap = sample.heapBytes();
        freeMemory = orUnknown(sample.freeMemoryBytes());
        freeDisk = orUnknown(sample.freeDiskBytes());
        moved = sample.bytesMoved();
    }

    /** Records {@code sample} of the merge into {@code output}. */
    public static void record(String output, ResourceSample sample) {
        new SampleEvent(output, sample).commit();
    }

    private static long orUnknown(OptionalLong bytes) {
        return bytes.orElse(-1);
    }
}
