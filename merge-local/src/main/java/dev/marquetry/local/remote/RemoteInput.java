/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.remote;

import dev.marquetry.InvalidInputException;
import dev.marquetry.local.internal.plan.ChunkRange;
import dev.marquetry.local.internal.plan.FooterReader;
import dev.marquetry.local.internal.plan.InputColumn;
import dev.marquetry.local.internal.plan.InputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;

/**
 * An input that is somewhere else, and of which only that is fetched which surveying and aligning read: its magic, its footer
 * and its key columns. They are written where they belong into a file of the same size that has holes for all else.
 */
public final class RemoteInput {
    /** The bytes at a file's end that say how long the footer before them is: {@value}. */
    public static final int TAIL_BYTES = 8;

    /** The bytes of the magic that a file begins with: {@value}. */
    public static final int MAGIC_BYTES = 4;

    /**
     * A stretch of a file.
     *
     * @param from its first byte
     * @param to the byte behind its last
     */
    public record Range(long from, long to) {}

    private RemoteInput() {}

    /**
     * Returns where the footer is, its {@link #TAIL_BYTES} included, of a file of {@code size} bytes that ends in {@code
     * tail}. A file that is none of Parquet's has a footer of nothing but its tail, for the survey to refuse.
     */
    public static Range footer(long size, ByteBuffer tail) {
        long length = tail.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt();
        long begin = size - TAIL_BYTES - length;
        return new Range(length > 0 && begin >= MAGIC_BYTES ? begin : size - TAIL_BYTES, size);
    }

    /**
     * Returns where the columns {@code keys} lie in {@code partial}, which has its magic and footer; those that it lacks
     * are left out.
     *
     * @throws InvalidInputException if the footer can not be read
     */
    public static List<Range> columns(Path partial, List<String> keys) throws IOException {
        InputFile file = FooterReader.read(partial);
        List<Range> ranges = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.READ)) {
            for (int g = 0; g < file.rowGroups(); g++) {
                List<ColumnChunk> chunks = file.readChunks(channel, g);
                for (InputColumn column : file.columns()) {
                    if (keys.contains(column.name())) {
                        ColumnMetaData meta = chunks.get(column.index()).getMeta_data();
                        long start = ChunkRange.start(meta);
                        ranges.add(new Range(start, start + meta.getTotal_compressed_size()));
                    }
                }
            }
        }
        return ranges;
    }
}
