package dev.marquetry.local.internal.plan;

import dev.marquetry.InvalidInputException;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TField;
import shaded.parquet.org.apache.thrift.protocol.TProtocolUtil;
import shaded.parquet.org.apache.thrift.transport.TIOStreamTransport;

/**
 * Reads a footer once, row group by row group, and keeps an {@link InputFile} of it. Everything in it that can not be
 * right is refused here, so that later steps may rely on offsets and counts.
 */
final class FooterReader {
    private static final int MAGIC = 0x31524150; // PAR1, little-endian
    private static final int MAGIC_ENCRYPTED = 0x45524150; // PARE
    private static final int TAIL = 8;
    private static final int READ_AHEAD = 64 << 10;

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final List<InputColumn> columns = new ArrayList<>();
    private final List<SchemaElement> schema = new ArrayList<>();
    private final List<KeyValue> keyValues = new ArrayList<>();
    private @Nullable List<ColumnOrder> orders;
    private long declaredRows;
    private boolean encrypted;
    private int[] groupRows = {};
    private long[] groupOffset = {0};
    private long totalCompressed;
    private long maxCompressed;
    private long maxUncompressed;
    private @Nullable CompressionCodec codec;
    private boolean codecsDiffer;

    private FooterReader(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.size = channel.size();
    }

    /**
     * Reads the footer of {@code path}.
     *
     * @throws InvalidInputException if it is not a readable, flat, unencrypted Parquet file
     */
    static InputFile read(Path path, MemoryBudget budget, Place place) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new FooterReader(path, channel).read(budget, place);
        } catch (NoSuchFileException e) {
            throw problem(path, "Cannot find the file: check its name", e);
        } catch (TException | RuntimeException e) {
            if (e instanceof dev.marquetry.MergeException known) {
                throw known;
            }
            throw problem(path, "Cannot read the footer: the file is corrupt, write it again", e);
        }
    }

    static RowGroup parseRowGroup(byte[] bytes) throws IOException {
        try {
            RowGroup group = new RowGroup();
            group.read(protocol(new ByteArrayInputStream(bytes), bytes.length));
            return group;
        } catch (TException e) {
            throw new IOException("row group description can not be read again", e);
        }
    }

    private static TCompactProtocol protocol(ByteArrayInputStream in, int length) throws TException {
        return new TCompactProtocol(new TIOStreamTransport(in), length, length);
    }

    private static InvalidInputException problem(Path path, String text, @Nullable Throwable cause) {
        return new InvalidInputException("[" + path.getFileName() + "] " + text, cause);
    }

    private InvalidInputException problem(String text) {
        return problem(path, text, null);
    }

    private InputFile read(MemoryBudget budget, Place place) throws IOException, TException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (size < 4 + TAIL) {
            throw problem("Cannot read a Parquet file of " + size + " bytes: it is truncated, write it again");
        }
        ByteBuffer tail = read(size - Math.min(size, READ_AHEAD), (int) Math.min(size, READ_AHEAD));
        int magic = tail.getInt(tail.limit() - 4);
        if (magic == MAGIC_ENCRYPTED) {
            throw problem("Cannot merge an encrypted file: decrypt it first");
        }
        if (magic != MAGIC || read(0, 4).getInt(0) != MAGIC) {
            throw problem("Cannot find the magic PAR1 at both ends: the file is truncated or not Parquet, write it again");
        }
        int length = tail.getInt(tail.limit() - TAIL);
        long begin = size - TAIL - length;
        if (length <= 0 || begin < 4) {
            throw problem("Cannot find a footer of " + length + " bytes in a file of " + size
                    + " bytes: the file is corrupt, write it again");
        }
        budget.take(2L * length, place);
        try {
            ByteBuffer footer = length + TAIL <= tail.limit() ? slice(tail, length) : read(begin, length);
            CRC32 crc = new CRC32();
            crc.update(footer.array(), footer.arrayOffset(), length);
            parse(footer, length, begin);
            check(begin);
            return new InputFile(
                    path,
                    new FileStamp(size, FileStamp.modified(attributes), (int) crc.getValue()),
                    columns,
                    groupRows,
                    groupOffset,
                    keyValues,
                    new InputFile.ChunkSizes(
                            totalCompressed, maxCompressed, maxUncompressed, codecsDiffer ? null : codec));
        } finally {
            budget.give(2L * length);
        }
    }

    private static ByteBuffer slice(ByteBuffer tail, int length) {
        return tail.slice(tail.limit() - TAIL - length, length);
    }

    private ByteBuffer read(long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw problem("Cannot read a file that shrinks meanwhile: merge again once it is complete");
            }
        }
        return bytes.flip();
    }

    private void parse(ByteBuffer footer, int length, long begin) throws IOException, TException {
        ByteArrayInputStream in = new ByteArrayInputStream(footer.array(), footer.arrayOffset(), length);
        TCompactProtocol protocol = protocol(in, length);
        protocol.readStructBegin();
        for (TField field = protocol.readFieldBegin(); field.type != 0; field = protocol.readFieldBegin()) {
            switch (field.id) {
                case 2 -> {
                    for (int n = protocol.readListBegin().size; n > 0; n--) {
                        SchemaElement element = new SchemaElement();
                        element.read(protocol);
                        schema.add(element);
                    }
                }
                case 3 -> declaredRows = protocol.readI64();
                case 4 -> parseRowGroups(protocol, in, begin, length);
                case 5 -> {
                    for (int n = protocol.readListBegin().size; n > 0; n--) {
                        KeyValue entry = new KeyValue();
                        entry.read(protocol);
                        keyValues.add(entry);
                    }
                }
                case 7 -> {
                    List<ColumnOrder> read = new ArrayList<>();
                    for (int n = protocol.readListBegin().size; n > 0; n--) {
                        ColumnOrder order = new ColumnOrder();
                        order.read(protocol);
                        read.add(order);
                    }
                    orders = read;
                }
                case 8 -> {
                    encrypted = true;
                    TProtocolUtil.skip(protocol, field.type);
                }
                default -> TProtocolUtil.skip(protocol, field.type);
            }
        }
    }

    private void parseRowGroups(TCompactProtocol protocol, ByteArrayInputStream in, long begin, int length)
            throws TException {
        int count = protocol.readListBegin().size;
        groupRows = new int[count];
        groupOffset = new long[count + 1];
        groupOffset[0] = begin + length - in.available();
        long rows = 0;
        for (int g = 0; g < count; g++) {
            RowGroup group = new RowGroup();
            group.read(protocol);
            groupOffset[g + 1] = begin + length - in.available();
            rows += group.getNum_rows();
            if (group.getNum_rows() < 0 || rows > Integer.MAX_VALUE - 8) {
                throw problem("Cannot merge " + rows + " rows of one file: split it below 2,147,483,640 rows");
            }
            groupRows[g] = (int) group.getNum_rows();
            for (ColumnChunk chunk : group.getColumns()) {
                checkChunk(chunk, g, group, begin);
            }
            int leaves = schema.isEmpty() ? 0 : schema.get(0).getNum_children();
            if (schema.size() == leaves + 1 && group.getColumnsSize() != leaves) {
                throw problem("Cannot read row group " + g + " with " + group.getColumnsSize() + " column chunks for "
                        + leaves + " columns: the file is corrupt, write it again");
            }
        }
        if (rows != declaredRows) {
            throw problem("Cannot read a footer that declares " + declaredRows + " rows but holds " + rows
                    + ": the file is corrupt, write it again");
        }
    }

    private void checkChunk(ColumnChunk chunk, int group, RowGroup of, long end) {
        if (chunk.isSetCrypto_metadata() || chunk.isSetEncrypted_column_metadata()) {
            throw problem("Cannot merge an encrypted column: decrypt it first");
        }
        ColumnMetaData meta = chunk.getMeta_data();
        if (meta == null || chunk.isSetFile_path()) {
            throw problem("Cannot read row group " + group + " whose columns lie in another file: write them into one");
        }
        long start = ChunkRange.start(meta);
        long bytes = meta.getTotal_compressed_size();
        boolean nested = schema.size() != (schema.isEmpty() ? 0 : schema.get(0).getNum_children()) + 1;
        if (start < 4
                || bytes < 0
                || bytes > end - start
                || meta.getTotal_uncompressed_size() < 0
                || (!nested && meta.getNum_values() != of.getNum_rows())) {
            throw problem("Cannot read row group " + group + " column '" + String.join(".", meta.getPath_in_schema())
                    + "': its place or size is impossible, the file is corrupt, write it again");
        }
        totalCompressed += bytes;
        maxCompressed = Math.max(maxCompressed, bytes);
        maxUncompressed = Math.max(maxUncompressed, meta.getTotal_uncompressed_size());
        codecsDiffer |= codec != null && codec != meta.getCodec();
        codec = meta.getCodec();
    }

    private void check(long begin) {
        if (encrypted) {
            throw problem("Cannot merge an encrypted file: decrypt it first");
        }
        if (schema.isEmpty() || begin < 4) {
            throw problem("Cannot find a schema in the footer: the file is corrupt, write it again");
        }
        List<String> nested = new ArrayList<>();
        int leaf = 0;
        for (int i = 1; i < schema.size(); i++) {
            SchemaElement element = schema.get(i);
            if (element.getNum_children() > 0 || !element.isSetType()) {
                nested.add(element.getName());
                i += descendants(i);
            } else if (element.getRepetition_type() == FieldRepetitionType.REPEATED) {
                nested.add(element.getName());
            } else {
                columns.add(new InputColumn(
                        leaf, element, orders != null && leaf < orders.size() ? orders.get(leaf) : null));
            }
            leaf++;
        }
        if (!nested.isEmpty()) {
            throw problem("Cannot merge nested column '" + String.join("', '", nested)
                    + "': only flat columns are merged so far, flatten or remove it");
        }
    }

    private int descendants(int at) {
        int count = 0;
        for (int open = schema.get(at).getNum_children(); open > 0 && at + count + 1 < schema.size(); open--) {
            count++;
            open += schema.get(at + count).getNum_children();
        }
        return count;
    }
}
