/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The footer of a Parquet file: what a load decides by, and what an export has to say differently than DuckDB does. */
final class ParquetFooter {
    /** Bytes after a footer: its length and the magic number. */
    private static final int TAIL_BYTES = 8;

    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    private final ThriftStruct metadata;

    /** A column without columns of its own. Numbers are those of parquet.thrift, -1 if absent. */
    record Column(String name, int type, int repetition, int convertedType, int logicalType, List<Integer> codecs) {
        static final int BOOLEAN = 0;
        static final int INT32 = 1;
        static final int INT64 = 2;
        static final int INT96 = 3;
        static final int FLOAT = 4;
        static final int DOUBLE = 5;
        static final int BYTE_ARRAY = 6;
        static final int FIXED = 7;

        /** Stands for the logical type of timestamps in nanoseconds, which share a number with the others. */
        static final int NANOSECONDS = 108;
    }

    private ParquetFooter(ThriftStruct metadata) {
        this.metadata = metadata;
    }

    static ParquetFooter read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            int length = length(channel);
            return new ParquetFooter(ThriftStruct.read(read(channel, channel.size() - TAIL_BYTES - length, length)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int length(FileChannel channel) throws IOException {
        if (channel.size() < TAIL_BYTES + MAGIC.length) {
            throw new JobFailure("invalid", "Input file is not in Parquet format.");
        }
        ByteBuffer tail = read(channel, channel.size() - TAIL_BYTES, TAIL_BYTES);
        int length = tail.getInt();
        byte[] magic = new byte[MAGIC.length];
        tail.get(magic);
        if (!java.util.Arrays.equals(magic, MAGIC) || length < 0 || length > channel.size() - TAIL_BYTES) {
            throw new JobFailure("invalid", "Input file is not in Parquet format.");
        }
        return length;
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {}
        return buffer.flip();
    }

    /** Replaces the footer of {@code file} by a changed one. */
    static void change(Path file, Consumer<ParquetFooter> change) {
        write(file, change, true);
    }

    /** Leaves the bytes of {@code file} as they are and writes a changed footer behind them, which readers will find. */
    static void append(Path file, Consumer<ParquetFooter> change) {
        write(file, change, false);
    }

    private static void write(Path file, Consumer<ParquetFooter> change, boolean replaces) {
        ParquetFooter footer = read(file);
        change.accept(footer);
        byte[] bytes = footer.metadata.bytes();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = replaces ? channel.size() - TAIL_BYTES - length(channel) : channel.size();
            channel.truncate(end);
            channel.position(end);
            ByteBuffer tail = ByteBuffer.allocate(bytes.length + TAIL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            tail.put(bytes).putInt(bytes.length).put(MAGIC).flip();
            while (tail.hasRemaining()) {
                channel.write(tail);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long rows() {
        return metadata.number(3, 0);
    }

    ThriftStruct metadata() {
        return metadata;
    }

    /** Returns the schema's elements, which can be changed in place; the first is the root. */
    List<ThriftStruct> schema() {
        return metadata.structs(2);
    }

    /** Returns whether every column stands at the top of the schema and none is repeated. */
    boolean flat() {
        return schema().stream().skip(1).noneMatch(element -> element.number(5, 0) > 0 || element.number(3, 0) == 2);
    }

    /** Returns the columns of a flat file. */
    List<Column> columns() {
        List<List<Integer>> codecs = new ArrayList<>();
        schema().stream().skip(1).forEach(element -> codecs.add(new ArrayList<>()));
        for (ThriftStruct group : metadata.structs(4)) {
            List<ThriftStruct> chunks = group.structs(1);
            for (int i = 0; i < chunks.size(); i++) {
                ThriftStruct chunk = chunks.get(i).struct(3);
                if (chunk != null) {
                    codecs.get(i).add((int) chunk.number(4, 0));
                }
            }
        }
        List<Column> columns = new ArrayList<>();
        for (ThriftStruct element : schema().subList(1, schema().size())) {
            columns.add(column(element, codecs.get(columns.size())));
        }
        return columns;
    }

    private static Column column(ThriftStruct element, List<Integer> codecs) {
        ThriftStruct logical = element.struct(10);
        int logicalType = -1;
        for (int kind = 1; logical != null && kind <= 20; kind++) {
            logicalType = logical.has(kind) ? kind : logicalType;
        }
        ThriftStruct timestamp = logicalType == 8 ? logical.struct(8) : null;
        ThriftStruct unit = timestamp == null ? null : timestamp.struct(2);
        if (unit != null && unit.has(3)) {
            logicalType = Column.NANOSECONDS;
        }
        return new Column(
                element.text(4),
                (int) element.number(1, -1),
                (int) element.number(3, -1),
                (int) element.number(6, -1),
                logicalType,
                codecs);
    }
}
