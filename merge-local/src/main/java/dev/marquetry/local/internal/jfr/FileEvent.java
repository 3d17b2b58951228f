/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.jfr;

import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.FileMoves;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.MergeResult.RowMapKind;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** How one input file came into an output that is published. */
@Name("dev.marquetry.File")
@Label("File")
@Category("Marquetry")
@Description("How one input file came into an output, told once that is published")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
public final class FileEvent extends Event {
    @Label("Output")
    private final String output;

    @Label("File")
    private final String file;

    @Label("Kind of Row Map")
    private final String kind;

    @Label("Matched Rows")
    private final long matched;

    @Label("Bytes")
    @Description("Of its column chunks, as stored in it")
    @DataAmount
    private final long bytes;

    @Label("Chunks Copied")
    private final long copied;

    @Label("Chunks Page Copied")
    private final long pageCopied;

    @Label("Chunks Spliced")
    private final long spliced;

    @Label("Chunks Gathered")
    private final long gathered;

    @Label("Busy")
    @Description("Time that threads spent on moving it, one after the other")
    @Timespan(Timespan.NANOSECONDS)
    private final long busy;

    private FileEvent(String output, FileMoves moves, RowMapKind kind, long matched) {
        this.output = output;
        this.kind = kind.name();
        this.matched = matched;
        file = moves.file();
        bytes = moves.bytes();
        copied = moves.chunks().getOrDefault(Move.COPIED, 0L);
        pageCopied = moves.chunks().getOrDefault(Move.PAGE_COPIED, 0L);
        spliced = moves.chunks().getOrDefault(Move.SPLICED, 0L);
        gathered = moves.chunks().getOrDefault(Move.GATHERED, 0L);
        busy = moves.busy().toNanos();
    }

    /** Records every file of {@code result}, whose matches and moves are in the order of its files, the spine first. */
    public static void record(String output, MergeResult result) {
        for (int f = 0; f < result.fileMoves().size(); f++) {
            FileMoves moves = result.fileMoves().get(f);
            FeatureMatch match = f == 0 ? null : result.featureMatches().get(f - 1);
            RowMapKind kind = match == null ? RowMapKind.IDENTICAL : match.kind();
            new FileEvent(output, moves, kind, match == null ? result.rows() : match.matchedRows()).commit();
        }
    }
}
