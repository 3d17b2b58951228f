/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.ChunkRange;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.read.SourceChunk;
import dev.marquetry.local.internal.read.SourceFile;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes files whose key chunks are the spine's byte for byte, as those of aligned files by one writer are: what has been
 * checked and decoded once needs neither again. One per worker; not thread-safe.
 */
final class KeyTwins implements AutoCloseable {
    private final MergePlan plan;
    private final Place place;
    private final MergeControl control;
    private final SourceChunk[][] spineChunks;
    private final int stretch;
    private final ByteSlab spineSlab;
    private final ByteSlab fileSlab;
    private @Nullable Boolean spineIsNear;

    /** Begins with the chunks of the open spine that {@link #keyChunks} gave. */
    KeyTwins(MergePlan plan, MemoryBudget budget, Place place, MergeControl control, SourceChunk[][] spineChunks) {
        this.plan = plan;
        this.place = place;
        this.control = control;
        this.spineChunks = spineChunks;
        stretch = (int) Math.max(4 << 10, Math.min(64 << 10, budget.limit() / 256));
        spineSlab = new ByteSlab(budget, place);
        fileSlab = new ByteSlab(budget, place);
    }

    /** Returns the key chunks of an open file, {@code [row group][key column]}. */
    static SourceChunk[][] keyChunks(MergePlan plan, SourceFile source) throws IOException {
        SourceChunk[][] chunks = new SourceChunk[source.file().rowGroups()][];
        for (int g = 0; g < chunks.length; g++) {
            chunks[g] = new SourceChunk[plan.request().keys().size()];
            for (int k = 0; k < chunks[g].length; k++) {
                chunks[g][k] = source.chunk(g, keyColumn(plan, source.file(), k));
            }
            source.forgetBefore(g + 1);
        }
        return chunks;
    }

    private static InputColumn keyColumn(MergePlan plan, InputFile file, int k) {
        return file.column(plan.request().keys().get(k)).orElseThrow();
    }

    /** Returns whether the key chunks of {@code source}, which is file {@code f}, hold just the bytes of the spine's. */
    boolean contains(SourceFile source, int f) throws IOException {
        if (!sameLayout(source.file(), f) || !spineIsNear()) {
            return false;
        }
        for (int g = 0; g < spineChunks.length; g++) {
            for (int k = 0; k < spineChunks[g].length; k++) {
                InputColumn column = keyColumn(plan, source.file(), k);
                place.at(source.file().name(), column.name());
                if (!sameBytes(spineChunks[g][k], source.chunk(g, column))) {
                    return false;
                }
            }
            source.forgetBefore(g);
        }
        return true;
    }

    /** Returns whether the spine's key chunks can be read for every file again. */
    private boolean spineIsNear() throws IOException {
        Boolean known = spineIsNear;
        if (known == null) {
            known = true;
            for (SourceChunk[] group : spineChunks) {
                for (SourceChunk chunk : group) {
                    long start = ChunkRange.start(chunk.meta());
                    known &= chunk.channel().bring(start, start + chunk.meta().getTotal_compressed_size());
                }
            }
            spineIsNear = known;
        }
        return known;
    }

    private boolean sameLayout(InputFile file, int f) {
        InputFile spine = plan.files().get(0);
        boolean same = Arrays.equals(file.rowGroupRows(), spine.rowGroupRows())
                && plan.keyTypes(f).equals(plan.keyTypes(0));
        for (int k = 0; same && k < plan.request().keys().size(); k++) {
            InputColumn column = keyColumn(plan, file, k);
            InputColumn spineColumn = keyColumn(plan, spine, k);
            same = column.isRequired() == spineColumn.isRequired()
                    && column.schema().getType_length() == spineColumn.schema().getType_length();
        }
        return same;
    }

    private boolean sameBytes(SourceChunk spine, SourceChunk file) throws IOException {
        long length = spine.meta().getTotal_compressed_size();
        if (length != file.meta().getTotal_compressed_size()
                || spine.meta().getCodec() != file.meta().getCodec()
                || spine.meta().getTotal_uncompressed_size() != file.meta().getTotal_uncompressed_size()) {
            return false;
        }
        byte[] spineBytes = spineSlab.ensure(stretch);
        byte[] fileBytes = fileSlab.ensure(stretch);
        int count;
        for (long done = 0; done < length; done += count) {
            control.check();
            count = (int) Math.min(stretch, length - done);
            spine.channel().readFully(ChunkRange.start(spine.meta()) + done, spineBytes, 0, count);
            file.channel().readFully(ChunkRange.start(file.meta()) + done, fileBytes, 0, count);
            if (!Arrays.equals(spineBytes, 0, count, fileBytes, 0, count)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        spineSlab.close();
        fileSlab.close();
    }
}
