/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.jfr;

import dev.marquetry.MergeResult.Move;
import java.util.Map;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** Column chunks that one thread moved together; the event's duration has the wait for their place in the output. */
@Name("dev.marquetry.Move")
@Label("Move")
@Category("Marquetry")
@Description("Neighbouring column chunks of one file and row group were moved into the output")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
public final class MoveEvent extends Event {
    @Label("Output")
    private final String output;

    @Label("File")
    private String file = "";

    @Label("First Column")
    private String firstColumn = "";

    @Label("Last Column")
    private String lastColumn = "";

    @Label("Row Group")
    private int rowGroup;

    @Label("Chunks Copied")
    private long copied;

    @Label("Chunks Page Copied")
    private long pageCopied;

    @Label("Chunks Spliced")
    private long spliced;

    @Label("Chunks Gathered")
    private long gathered;

    @Label("Bytes")
    @Description("As stored in the output")
    @DataAmount
    private long bytes;

    @Label("Busy")
    @Description("Without the wait for the place in the output")
    @Timespan(Timespan.NANOSECONDS)
    private long busy;

    private MoveEvent(String output) {
        this.output = output;
        begin();
    }

    /** Begins an event of the merge into {@code output}. */
    public static MoveEvent begin(String output) {
        return new MoveEvent(output);
    }

    /** Says what is moved. */
    public MoveEvent of(String fromFile, String first, String last, int group) {
        file = fromFile;
        firstColumn = first;
        lastColumn = last;
        rowGroup = group;
        return this;
    }

    /** Ends the event: so many chunks came about in each way, {@code storedBytes} in all. */
    public void record(Map<Move, Long> chunks, long storedBytes, long busyNanos) {
        end();
        copied = chunks.getOrDefault(Move.COPIED, 0L);
        pageCopied = chunks.getOrDefault(Move.PAGE_COPIED, 0L);
        spliced = chunks.getOrDefault(Move.SPLICED, 0L);
        gathered = chunks.getOrDefault(Move.GATHERED, 0L);
        bytes = storedBytes;
        busy = busyNanos;
        commit();
    }
}
