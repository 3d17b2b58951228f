/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import dev.marquetry.InvalidInputException;
import dev.marquetry.local.internal.format.MalformedException;
import dev.marquetry.local.internal.source.FileOrigin;
import dev.marquetry.local.internal.source.Input;
import dev.marquetry.local.internal.source.Origin;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an input file's footer: its schema and where each row group's description lies, some hundred bytes a
 * column and 12 bytes a row group. The descriptions themselves stay in the file and are read again where they are needed.
 * Immutable and thread-safe.
 */
public final class InputFile {
    private final Origin origin;
    private final FileStamp stamp;
    private final List<InputColumn> columns;
    private final int[] rowGroupRows;
    private final long[] rowGroupFooterOffset;
    private final long chunksEnd;
    private final List<KeyValue> keyValues;
    private final ChunkSizes sizes;

    /**
     * How large the column chunks are.
     *
     * @param totalCompressed bytes of all chunks as stored
     * @param maxCompressed bytes of the largest chunk as stored
     * @param maxUncompressed bytes of the largest chunk decompressed
     * @param codec the codec of every chunk, or null if they differ
     * @param perColumn bytes of each column's chunks as stored
     */
    public record ChunkSizes(
            long totalCompressed,
            long maxCompressed,
            long maxUncompressed,
            @Nullable CompressionCodec codec,
            List<Long> perColumn) {}

    InputFile(
            Origin origin,
            FileStamp stamp,
            List<InputColumn> columns,
            int[] rowGroupRows,
            long[] rowGroupFooterOffset,
            long chunksEnd,
            List<KeyValue> keyValues,
            ChunkSizes sizes) {
        this.origin = origin;
        this.stamp = stamp;
        this.columns = List.copyOf(columns);
        this.rowGroupRows = rowGroupRows;
        this.rowGroupFooterOffset = rowGroupFooterOffset;
        this.chunksEnd = chunksEnd;
        this.keyValues = List.copyOf(keyValues);
        this.sizes = sizes;
    }

    /** Returns what is known of the same input at {@code place}, from where it will be read. */
    public InputFile at(Origin place) {
        return new InputFile(place, stamp, columns, rowGroupRows, rowGroupFooterOffset, chunksEnd, keyValues, sizes);
    }

    /** Returns where the input is. */
    public Origin origin() {
        return origin;
    }

    /**
     * Returns where the file is.
     *
     * @throws IllegalStateException if the input is no file on this machine
     */
    public Path path() {
        if (origin instanceof FileOrigin file) {
            return file.path();
        }
        throw new IllegalStateException("no file on this machine: " + origin);
    }

    /** Returns the input's address. */
    public URI uri() {
        return origin.uri();
    }

    /** Opens the input, whether or not it has changed. */
    public Input open() throws IOException {
        return origin.open();
    }

    /** Returns the file's name without its folder, for messages. */
    public String name() {
        return origin.name();
    }

    /** Returns the file's size, time and footer checksum when it was planned. */
    public FileStamp stamp() {
        return stamp;
    }

    /** Returns every column, in file order. */
    public List<InputColumn> columns() {
        return columns;
    }

    /** Returns the column called {@code name}, if there is one. */
    public Optional<InputColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** Returns the number of row groups. */
    public int rowGroups() {
        return rowGroupRows.length;
    }

    /** Returns the rows of row group {@code group}. */
    public int rows(int group) {
        return rowGroupRows[group];
    }

    /** Returns the rows of all row groups. */
    public int rows() {
        int rows = 0;
        for (int count : rowGroupRows) {
            rows += count;
        }
        return rows;
    }

    /** Returns the rows of each row group. */
    public int[] rowGroupRows() {
        return rowGroupRows.clone();
    }

    /** Returns the footer's key-value entries. */
    public List<KeyValue> keyValues() {
        return keyValues;
    }

    /** Returns the bytes of all row group descriptions in the footer. */
    public long descriptionBytes() {
        return rowGroupFooterOffset[rowGroupRows.length] - rowGroupFooterOffset[0];
    }

    /** Returns where the description of row group {@code group} begins in the file; of the group behind the last, where all end. */
    public long descriptionsBegin(int group) {
        return rowGroupFooterOffset[group];
    }

    /** Returns the byte behind the last of all chunks. */
    public long chunksEnd() {
        return chunksEnd;
    }

    /** Returns how large the column chunks are. */
    public ChunkSizes sizes() {
        return sizes;
    }

    /** Reads the descriptions of the chunks of row group {@code group} from the open file, in column order. */
    public List<ColumnChunk> readChunks(FileChannel channel, int group) throws IOException {
        return readChunks(Input.of(channel), group);
    }

    /** Reads the descriptions of the chunks of row group {@code group} from the open input, in column order. */
    public List<ColumnChunk> readChunks(Input input, int group) throws IOException {
        int length = Math.toIntExact(rowGroupFooterOffset[group + 1] - rowGroupFooterOffset[group]);
        ByteBuffer bytes = ByteBuffer.allocate(length);
        readFully(input, bytes, rowGroupFooterOffset[group], this);
        try {
            return FooterReader.parseChunks(bytes.array());
        } catch (MalformedException e) {
            throw new InvalidInputException(
                    "[" + name() + "] Cannot read row group " + group
                            + ": its description is corrupt, write the file again",
                    e);
        }
    }

    private static void readFully(Input input, ByteBuffer bytes, long offset, InputFile file) throws IOException {
        while (bytes.hasRemaining()) {
            if (input.read(bytes, offset + bytes.position()) < 0) {
                throw file.changed();
            }
        }
    }

    /**
     * Looks at the file again.
     *
     * @throws InvalidInputException if it is gone or no longer what was planned
     */
    public void refuseChange() throws IOException {
        if (!isUnchanged()) {
            throw changed();
        }
    }

    /** Returns whether the file is there and has the size and time that it had. */
    boolean isUnchanged() throws IOException {
        return stamp.holds(origin.version());
    }

    /** Returns the error for a file that is no longer what was planned. */
    public InvalidInputException changed() {
        return new InvalidInputException(
                "[" + name() + "] Cannot merge a file that changes meanwhile: merge again once it is complete");
    }
}
