/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.ChunkRange;
import dev.marquetry.local.internal.plan.FooterReader;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.ChunkPages;
import dev.marquetry.local.internal.read.ChunkWindow;
import dev.marquetry.local.internal.read.DecodedPage;
import dev.marquetry.local.internal.read.Page;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.read.WorkerCodecs;
import dev.marquetry.local.internal.source.FileOrigin;
import dev.marquetry.local.internal.source.Input;
import dev.marquetry.local.internal.source.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;

/**
 * Reads a finished output again before it is published: the footer byte by byte against its checksum, its rows, columns and
 * row groups against the plan, the places of all chunks against each other, and the pages of a sample of chunks against
 * their headers and checksums.
 */
public final class Verifier {
    /** How many chunks are read page by page, spread evenly over the file. */
    private static final int SAMPLED_CHUNKS = 128;

    private static final long LARGEST_SAMPLE = 8 << 20;

    private record Sample(int group, int index, ColumnChunk chunk) {}

    private final MergePlan plan;
    private final Origin output;
    private final OutputWriter.Written written;
    private final List<Sample> samples = new ArrayList<>();
    private long seen;
    private long chunkEnd;
    private int lastGroup = -1;

    private Verifier(MergePlan plan, Origin output, OutputWriter.Written written) {
        this.plan = plan;
        this.output = output;
        this.written = written;
    }

    /**
     * Checks {@code output}.
     *
     * @throws MergeFailedException if it is not as planned
     */
    public static void verify(
            MergePlan plan,
            Path output,
            OutputWriter.Written written,
            MemoryBudget budget,
            Place place,
            MergeControl control)
            throws IOException {
        Verifier verifier = new Verifier(plan, new FileOrigin(output), written);
        verifier.readSamples(verifier.verifyFooter(), budget, place, control);
    }

    /**
     * Checks the footer of {@code output}, and nothing else of it.
     *
     * @throws MergeFailedException if it is not as planned
     */
    static void verifyFooter(MergePlan plan, Origin output, OutputWriter.Written written) throws IOException {
        new Verifier(plan, output, written).verifyFooter();
    }

    private InputFile verifyFooter() throws IOException {
        InputFile found;
        try {
            found = FooterReader.read(output, this::checkChunk);
        } catch (InvalidInputException e) {
            throw new MergeFailedException("Cannot read the output again: " + e.getMessage(), e);
        }
        expect("bytes", written.bytes(), found.stamp().bytes());
        expect("footer checksum", written.footerCrc(), found.stamp().footerCrc());
        expect("row groups", plan.rowGroups(), found.rowGroups());
        expect("rows", plan.rows(), found.rows());
        expect("columns", plan.columns().size(), found.columns().size());
        for (int g = 0; g < plan.rowGroups(); g++) {
            expect("rows of row group " + g, plan.rowGroupRows(g), found.rows(g));
        }
        for (OutputColumn column : plan.columns()) {
            expect(
                    "name of column " + column.index(),
                    column.name(),
                    found.columns().get(column.index()).name());
        }
        return found;
    }

    private void checkChunk(int group, int index, ColumnChunk chunk) {
        long start = ChunkRange.start(chunk.getMeta_data());
        if (group == lastGroup) {
            expect("begin of row group " + group + " column " + index, chunkEnd, start);
        } else if (start < chunkEnd) {
            expect("begin of row group " + group + " at or behind", chunkEnd, start);
        }
        lastGroup = group;
        chunkEnd = start + chunk.getMeta_data().getTotal_compressed_size();
        long all = (long) plan.rowGroups() * plan.columns().size();
        if (seen++ % Math.max(1, all / SAMPLED_CHUNKS) == 0 && chunkEnd - start <= LARGEST_SAMPLE) {
            samples.add(new Sample(group, index, chunk));
        }
    }

    private void readSamples(InputFile found, MemoryBudget budget, Place place, MergeControl control)
            throws IOException {
        try (Input input = output.open();
                ChunkWindow window = new ChunkWindow(budget, place);
                WorkerCodecs codecs = new WorkerCodecs(budget, place);
                DecodedPage opened = new DecodedPage(budget, place, codecs)) {
            for (Sample sample : samples) {
                InputColumn column = found.columns().get(sample.index);
                place.at(found.name(), column.name());
                int firstRow = plan.rowGroupStart(sample.group);
                ChunkPages pages = new ChunkPages(
                        window, new SourceChunk(input, found, sample.group, column, sample.chunk, firstRow));
                try {
                    readPages(pages, opened, control);
                } catch (InvalidInputException e) {
                    throw new MergeFailedException("Cannot read the output again: " + e.getMessage(), e);
                }
            }
        }
    }

    private static void readPages(ChunkPages pages, DecodedPage opened, MergeControl control) throws IOException {
        for (Page page = pages.next(); page != null; page = pages.next()) {
            control.check();
            opened.verify(pages, page);
        }
    }

    private static void expect(String what, Object planned, Object found) {
        if (!planned.equals(found)) {
            throw new MergeFailedException("Cannot publish an output that is not as planned: " + what + " should be "
                    + planned + ": " + found);
        }
    }
}
