/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.MergeException;
import dev.marquetry.local.internal.format.CompactWriter;
import dev.marquetry.local.internal.format.DescriptionWriter;
import dev.marquetry.local.internal.format.PageIndexWriter;
import dev.marquetry.local.internal.limits.IntSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.move.MovedChunk;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.read.BloomFilterPlace;
import dev.marquetry.local.internal.scratch.Output;
import dev.marquetry.local.internal.scratch.Scratch;
import dev.marquetry.local.internal.source.Input;
import dev.marquetry.local.internal.write.FooterSpill.Stretch;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the descriptions and page indexes of the chunks of one row group after another, in column order whatever the
 * order they come in, and writes the indexes behind the row group's data: every description is final then and goes to the
 * footer's spill. Thread-safe.
 */
final class RowGroupAssembler implements AutoCloseable {
    private static final int INTS_PER_CHUNK = 3;
    private static final long LOOK_AGAIN_MILLIS = 100;

    private final MergePlan plan;
    private final MergeControl control;
    private final SpillBuffer metas;
    private final CompactWriter writer = new CompactWriter(1024);
    private final DescriptionWriter descriptions = new DescriptionWriter(writer);
    private final PageIndexWriter indexes = new PageIndexWriter(writer);
    private final SpillBuffer offsetIndexes;
    private final SpillBuffer columnIndexes;
    private final FooterSpill footer;
    private final IntSlab lengths;
    private final Map<Integer, BloomFilterPlace> bloomFilters = new HashMap<>();
    private final Map<Integer, List<MovedChunk>> early = new HashMap<>();
    private int nextUnit;
    private int chunks;
    private long rawBytes;
    private long storedBytes;

    RowGroupAssembler(
            MergePlan plan,
            MemoryBudget budget,
            Place place,
            MergeControl control,
            Scratch scratch,
            Expected expected,
            FooterSpill footer)
            throws IOException {
        this.plan = plan;
        this.control = control;
        this.footer = footer;
        metas = new SpillBuffer(budget, place, scratch, "chunks", expected.metas());
        offsetIndexes = new SpillBuffer(budget, place, scratch, "offset-indexes", expected.offsetIndexes());
        columnIndexes = new SpillBuffer(budget, place, scratch, "column-indexes", expected.columnIndexes());
        lengths = new IntSlab(budget, place);
        lengths.ensure(INTS_PER_CHUNK * plan.columns().size());
    }

    /** Takes the chunks of {@code unit}, whose offsets are final. */
    synchronized void add(int unit, List<MovedChunk> moved) throws IOException {
        early.put(unit, moved);
        for (List<MovedChunk> next = early.remove(nextUnit); next != null; next = early.remove(nextUnit)) {
            for (MovedChunk chunk : next) {
                append(chunk);
            }
            nextUnit++;
        }
        notifyAll();
    }

    private void append(MovedChunk chunk) throws IOException {
        int[] ints = lengths.grow(INTS_PER_CHUNK * (chunks + 1), INTS_PER_CHUNK * chunks);
        long before = metas.length();
        chunk.meta().unsetBloom_filter_offset();
        chunk.meta().unsetBloom_filter_length();
        descriptions.meta(chunk.meta());
        writer.drainTo(metas);
        ints[INTS_PER_CHUNK * chunks] = (int) (metas.length() - before);
        before = offsetIndexes.length();
        if (chunk.offsetIndex() != null) {
            indexes.offsetIndex(chunk.offsetIndex());
            writer.drainTo(offsetIndexes);
        }
        ints[INTS_PER_CHUNK * chunks + 1] = (int) (offsetIndexes.length() - before);
        before = columnIndexes.length();
        if (chunk.columnIndex() != null) {
            columnIndexes.write(chunk.columnIndex().array());
        }
        ints[INTS_PER_CHUNK * chunks + 2] = (int) (columnIndexes.length() - before);
        if (chunk.bloomFilter() != null) {
            bloomFilters.put(chunks, chunk.bloomFilter());
        }
        rawBytes += chunk.meta().getTotal_uncompressed_size();
        storedBytes += chunk.meta().getTotal_compressed_size();
        chunks++;
    }

    /**
     * Waits for the chunks of all units before {@code unit}, writes their Bloom filters and page indexes from {@code
     * position} on, hands the row group to the footer and returns where the next one begins.
     */
    synchronized long finish(int unit, int group, long begin, long position, Output output)
            throws IOException, InterruptedException {
        while (nextUnit != unit) {
            MergeException why = control.stopReason();
            if (why != null) {
                throw why;
            }
            wait(LOOK_AGAIN_MILLIS);
        }
        Map<Integer, Stretch> blooms = new HashMap<>();
        OutputStreamAt out = new OutputStreamAt(output, position);
        for (int c = 0; c < chunks && !bloomFilters.isEmpty(); c++) {
            BloomFilterPlace bloom = bloomFilters.get(c);
            if (bloom != null) {
                blooms.put(c, new Stretch(out.position(), bloom.length()));
                copy(bloom, out);
            }
        }
        long columnIndexAt = out.position();
        columnIndexes.read(0, columnIndexes.length(), out::write);
        long offsetIndexAt = out.position();
        offsetIndexes.read(0, offsetIndexes.length(), out::write);
        out.flush();
        describe(group, begin, blooms, columnIndexAt, offsetIndexAt);
        reset();
        nextUnit++;
        return out.position();
    }

    private void copy(BloomFilterPlace bloom, OutputStreamAt out) throws IOException {
        byte[] bytes = new byte[bloom.length()];
        try (Input input = bloom.file().open()) {
            input.readFully(bloom.offset(), bytes, 0, bytes.length);
        }
        out.write(bytes, 0, bytes.length);
    }

    private void describe(int group, long begin, Map<Integer, Stretch> blooms, long columnIndexAt, long offsetIndexAt)
            throws IOException {
        int[] ints = lengths.array();
        long meta = 0;
        long columnIndex = columnIndexAt;
        long offsetIndex = offsetIndexAt;
        footer.beginRowGroup(chunks);
        for (int c = 0; c < chunks; c++) {
            long metaEnd = meta + ints[INTS_PER_CHUNK * c];
            footer.chunk(
                    plan.columns().get(c).name(),
                    metas,
                    meta,
                    metaEnd,
                    blooms.getOrDefault(c, Stretch.NONE),
                    new Stretch(offsetIndex, ints[INTS_PER_CHUNK * c + 1]),
                    new Stretch(columnIndex, ints[INTS_PER_CHUNK * c + 2]));
            meta = metaEnd;
            offsetIndex += ints[INTS_PER_CHUNK * c + 1];
            columnIndex += ints[INTS_PER_CHUNK * c + 2];
        }
        footer.endRowGroup(group, plan.rowGroupRows(group), begin, rawBytes, storedBytes);
    }

    private void reset() {
        metas.reset();
        offsetIndexes.reset();
        columnIndexes.reset();
        bloomFilters.clear();
        chunks = 0;
        rawBytes = 0;
        storedBytes = 0;
    }

    @Override
    public void close() throws IOException {
        metas.close();
        offsetIndexes.close();
        columnIndexes.close();
        lengths.close();
    }
}
