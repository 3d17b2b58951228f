/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.jfr;

import dev.marquetry.MergeResult.FeatureMatch;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The keys of one file were matched with the spine's; its duration is the time that took. */
@Name("dev.marquetry.Align")
@Label("Align")
@Category("Marquetry")
@Description("A file's keys were matched with the spine's")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
public final class AlignEvent extends Event {
    @Label("Output")
    private final String output;

    @Label("File")
    private String file = "";

    @Label("Kind of Row Map")
    private String kind = "";

    @Label("Matched Rows")
    private long matched;

    @Label("Absent Rows")
    private long absent;

    @Label("Extra Rows")
    private long extra;

    private AlignEvent(String output) {
        this.output = output;
        begin();
    }

    /** Begins an event of the merge into {@code output}. */
    public static AlignEvent begin(String output) {
        return new AlignEvent(output);
    }

    /** Ends the event: that was {@code match}. */
    public void record(FeatureMatch match) {
        end();
        file = match.file();
        kind = match.kind().name();
        matched = match.matchedRows();
        absent = match.absentRows();
        extra = match.extraRows();
        commit();
    }
}
