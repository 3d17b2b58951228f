/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.MergeResult.Move;
import dev.marquetry.local.internal.move.ChunkStatistics;
import dev.marquetry.local.internal.move.MovedChunk;
import dev.marquetry.local.internal.plan.ChunkRange;
import dev.marquetry.local.internal.plan.OutputColumn;
import dev.marquetry.local.internal.read.ChunkIndexReader;
import dev.marquetry.local.internal.read.SourceChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.parquet.format.ColumnMetaData;

/** Describes a chunk that goes into the output byte by byte: as its source does, under its new name. */
final class CopiedChunk {
    private CopiedChunk() {}

    static MovedChunk of(SourceChunk chunk, OutputColumn column) throws IOException {
        ColumnMetaData meta = chunk.meta();
        ChunkIndexReader indexes = new ChunkIndexReader(chunk);
        ChunkStatistics.leaveTrue(meta, column.source());
        boolean bounded = column.source().order() != null; // else nothing says what an index's bounds mean
        byte[] columnIndex = bounded ? indexes.columnIndexBytes() : null;
        MovedChunk moved = new MovedChunk(
                meta,
                ChunkRange.start(meta),
                indexes.offsetIndex(),
                columnIndex == null ? null : ByteBuffer.wrap(columnIndex),
                indexes.bloomFilter(),
                Move.COPIED);
        meta.setPath_in_schema(List.of(column.name()));
        return moved;
    }
}
