/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeException;
import dev.marquetry.local.internal.format.CompactReader;
import dev.marquetry.local.internal.format.DescriptionReader;
import dev.marquetry.local.internal.format.Kind;
import dev.marquetry.local.internal.format.MalformedException;
import dev.marquetry.local.internal.format.SchemaReader;
import dev.marquetry.local.internal.source.FileOrigin;
import dev.marquetry.local.internal.source.Input;
import dev.marquetry.local.internal.source.ObjectOrigin;
import dev.marquetry.local.internal.source.Origin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * Reads a footer once, row group by row group, and keeps an {@link InputFile} of it. Everything in it that can not be
 * right is refused here, so that later steps may rely on offsets and counts.
 */
public final class FooterReader {
    private static final int MAGIC = 0x31524150; // PAR1, little-endian
    private static final int MAGIC_ENCRYPTED = 0x45524150; // PARE
    private static final int TAIL = 8;

    /** What is read of an object in the hope that the whole footer is in it. */
    private static final int HOPE = 64 << 10;

    /** Is shown every column chunk's description, row group by row group, in column order. */
    @FunctionalInterface
    public interface ChunkVisitor {
        /** Takes what places and measures chunk {@code index} of row group {@code group}; all else is left out. */
        void visit(int group, int index, ColumnChunk chunk);
    }

    private final Origin origin;
    private final Input input;
    private final Origin.@Nullable Version version;
    private final ChunkVisitor visitor;
    private final long base;
    private final long size;
    private final List<InputColumn> columns = new ArrayList<>();
    private final List<SchemaElement> schema = new ArrayList<>();
    private final List<KeyValue> keyValues = new ArrayList<>();
    private final List<ColumnOrder> orders = new ArrayList<>();
    private long begin;
    private long declaredRows;
    private long rows;
    private int chunks;
    private long chunksEnd;
    private long values;
    private boolean encrypted;
    private int[] groupRows = {};
    private long[] groupOffset = {0};
    private final List<Long> columnBytes = new ArrayList<>();
    private long totalCompressed;
    private long maxCompressed;
    private long maxUncompressed;
    private @Nullable CompressionCodec codec;
    private boolean codecsDiffer;

    private FooterReader(
            Origin origin, Origin.@Nullable Version version, Input input, long base, long size, ChunkVisitor visitor) {
        this.origin = origin;
        this.version = version;
        this.visitor = visitor;
        this.input = input;
        this.base = base;
        this.size = size;
    }

    /**
     * Reads the footer of {@code path}.
     *
     * @throws InvalidInputException if it is not a readable, flat, unencrypted Parquet file
     */
    public static InputFile read(Path path) throws IOException {
        return read(path, (group, index, chunk) -> {});
    }

    /**
     * Reads the footer of the input at {@code origin}.
     *
     * @throws InvalidInputException if it is not a readable, flat, unencrypted Parquet file
     */
    public static InputFile read(Origin origin) throws IOException {
        return read(origin, 0, -1, (group, index, chunk) -> {});
    }

    /**
     * Reads the footer of {@code path} and shows each chunk's description to {@code visitor}.
     *
     * @throws InvalidInputException if it is not a readable, flat, unencrypted Parquet file
     */
    public static InputFile read(Path path, ChunkVisitor visitor) throws IOException {
        return read(new FileOrigin(path), 0, -1, visitor);
    }

    /**
     * Reads the footer of the input at {@code origin} and shows each chunk's description to {@code visitor}.
     *
     * @throws InvalidInputException if it is not a readable, flat, unencrypted Parquet file
     */
    public static InputFile read(Origin origin, ChunkVisitor visitor) throws IOException {
        return read(origin, 0, -1, visitor);
    }

    /**
     * Reads the footer of a Parquet file that is {@code size} bytes of {@code path} from {@code base} on. Places of chunks
     * count from there.
     *
     * @throws InvalidInputException if it is not a readable, flat, unencrypted Parquet file
     */
    public static InputFile readPart(Path path, long base, long size) throws IOException {
        return read(new FileOrigin(path), base, size, (group, index, chunk) -> {});
    }

    private static InputFile read(Origin origin, long base, long size, ChunkVisitor visitor) throws IOException {
        if (origin instanceof FileOrigin file
                && Files.exists(file.path())
                && !Files.isRegularFile(file.path())) { // opening a pipe would wait for ever
            throw problem(origin, "Cannot read what is no regular file: name a Parquet file", null);
        }
        try (Input input = origin.open()) {
            Origin.Version version = origin instanceof ObjectOrigin object ? object.found() : origin.version();
            return new FooterReader(origin, version, input, base, size < 0 ? input.size() : size, visitor).read();
        } catch (NoSuchFileException e) {
            throw problem(origin, "Cannot find the file: check its name", e);
        } catch (MalformedException | RuntimeException e) {
            if (e instanceof MergeException known) {
                throw known;
            }
            throw problem(origin, "Cannot read the footer: the file is corrupt, write it again", e);
        }
    }

    /** Reads the descriptions of all chunks of the RowGroup that is {@code bytes}. */
    static List<ColumnChunk> parseChunks(byte[] bytes) throws IOException {
        CompactReader in = new CompactReader(bytes);
        DescriptionReader reader = new DescriptionReader(in);
        return in.struct(new ArrayList<ColumnChunk>(), (found, field) -> {
            if (field == (1 << 4 | Kind.LIST)) {
                found.addAll(in.list(Kind.STRUCT, reader::whole));
            } else {
                in.skip(field);
            }
        });
    }

    private static InvalidInputException problem(Origin origin, String text, @Nullable Throwable cause) {
        return new InvalidInputException("[" + origin.name() + "] " + text, cause);
    }

    private InvalidInputException problem(String text) {
        return problem(origin, text, null);
    }

    private InputFile read() throws IOException {
        if (size < 4 + TAIL) {
            throw problem("Cannot read a Parquet file of " + size + " bytes: it is truncated, write it again");
        }
        input.bring(base + Math.max(0, size - HOPE), base + size);
        ByteBuffer tail = read(size - TAIL);
        int magic = tail.getInt(4);
        if (magic == MAGIC_ENCRYPTED) {
            throw problem("Cannot merge an encrypted file: decrypt it first");
        }
        if (magic != MAGIC || read(0).getInt(0) != MAGIC) {
            throw problem(
                    "Cannot find the magic PAR1 at both ends: the file is truncated or not Parquet, write it again");
        }
        int length = tail.getInt(0);
        begin = size - TAIL - length;
        if (length <= 0 || begin < 4) {
            throw problem("Cannot find a footer of " + length + " bytes in a file of " + size
                    + " bytes: the file is corrupt, write it again");
        }
        input.bring(base + begin, base + size - TAIL);
        FooterStream stream = new FooterStream(input, base + begin, length);
        CompactReader in = new CompactReader(stream, length);
        in.struct(this, (reader, field) -> reader.take(in, field));
        check();
        return new InputFile(
                origin,
                new FileStamp(size, version == null ? 0 : version.number(), stream.crcOfAll()),
                columns,
                groupRows,
                groupOffset,
                chunksEnd,
                keyValues,
                new InputFile.ChunkSizes(
                        totalCompressed,
                        maxCompressed,
                        maxUncompressed,
                        codecsDiffer ? null : codec,
                        List.copyOf(columnBytes)));
    }

    private ByteBuffer read(long offset) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(TAIL).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (input.read(bytes, base + offset + bytes.position()) < 0) {
                throw problem("Cannot read a file that shrinks meanwhile: merge again once it is complete");
            }
        }
        return bytes.flip();
    }

    private void take(CompactReader in, int field) throws IOException {
        switch (field) {
            case 2 << 4 | Kind.LIST -> schema.addAll(in.list(Kind.STRUCT, new SchemaReader(in)::element));
            case 3 << 4 | Kind.I64 -> declaredRows = in.i64();
            case 4 << 4 | Kind.LIST -> parseRowGroups(in);
            case 5 << 4 | Kind.LIST -> keyValues.addAll(in.list(Kind.STRUCT, new SchemaReader(in)::keyValue));
            case 7 << 4 | Kind.LIST -> orders.addAll(in.list(Kind.STRUCT, new SchemaReader(in)::columnOrder));
            case 8 << 4 | Kind.STRUCT -> {
                encrypted = true;
                in.skip(field);
            }
            default -> in.skip(field);
        }
    }

    private void parseRowGroups(CompactReader in) throws IOException {
        DescriptionReader reader = new DescriptionReader(in);
        int count = in.listSize(Kind.STRUCT);
        groupRows = new int[count];
        groupOffset = new long[count + 1];
        for (int g = 0; g < count; g++) {
            groupOffset[g] = base + begin + in.position();
            parseRowGroup(in, reader, g);
            rows += groupRows[g];
            if (rows > Integer.MAX_VALUE - 8) {
                throw problem("Cannot merge " + rows + " rows of one file: split it below 2,147,483,640 rows");
            }
        }
        groupOffset[count] = base + begin + in.position();
    }

    private void parseRowGroup(CompactReader in, DescriptionReader reader, int group) throws IOException {
        chunks = 0;
        values = -1;
        RowGroup described = in.struct(new RowGroup(), (rowGroup, field) -> {
            switch (field) {
                case 1 << 4 | Kind.LIST -> parseChunks(in, reader, group);
                case 3 << 4 | Kind.I64 -> rowGroup.setNum_rows(in.i64());
                default -> in.skip(field);
            }
        });
        long declared = described.getNum_rows();
        boolean wrong = declared < 0 || declared > Integer.MAX_VALUE || (isFlat() && chunks > 0 && values != declared);
        if (wrong || (isFlat() && chunks != schema.size() - 1)) {
            throw problem("Cannot read row group " + group + " of " + declared + " rows with " + chunks
                    + " column chunks of " + values + " values: the file is corrupt, write it again");
        }
        groupRows[group] = (int) declared;
    }

    /** Reads a row group's chunks one by one, for those of a wide file are too many to hold. */
    private void parseChunks(CompactReader in, DescriptionReader reader, int group) throws IOException {
        chunks = in.listSize(Kind.STRUCT);
        for (int c = 0; c < chunks; c++) {
            ColumnChunk chunk = reader.outline();
            checkChunk(chunk, group, c);
            values = chunk.getMeta_data().getNum_values();
            countBytes(c, chunk.getMeta_data().getTotal_compressed_size());
            visitor.visit(group, c, chunk);
        }
    }

    private void countBytes(int column, long bytes) {
        if (column == columnBytes.size()) {
            columnBytes.add(bytes);
        } else {
            columnBytes.set(column, columnBytes.get(column) + bytes);
        }
    }

    private boolean isFlat() {
        return !schema.isEmpty() && schema.size() == schema.get(0).getNum_children() + 1 && !hasRepeated();
    }

    private boolean hasRepeated() {
        return schema.stream().anyMatch(element -> element.getRepetition_type() == FieldRepetitionType.REPEATED);
    }

    private void checkChunk(ColumnChunk chunk, int group, int index) {
        if (chunk.isSetCrypto_metadata() || chunk.isSetEncrypted_column_metadata()) {
            throw problem("Cannot merge an encrypted column: decrypt it first");
        }
        ColumnMetaData meta = chunk.getMeta_data();
        if (meta == null || chunk.isSetFile_path()) {
            throw problem("Cannot read row group " + group + " whose columns lie in another file: write them into one");
        }
        long start = ChunkRange.start(meta);
        long bytes = meta.getTotal_compressed_size();
        boolean uneven = values >= 0 && meta.getNum_values() != values && isFlat();
        if (start < 4 || bytes < 0 || bytes > begin - start || meta.getTotal_uncompressed_size() < 0 || uneven) {
            String name = isFlat() && index + 1 < schema.size()
                    ? schema.get(index + 1).getName()
                    : "" + index;
            throw problem("Cannot read row group " + group + " column '" + name
                    + "': its place or size is impossible, the file is corrupt, write it again");
        }
        chunksEnd = Math.max(chunksEnd, base + start + bytes);
        totalCompressed += bytes;
        maxCompressed = Math.max(maxCompressed, bytes);
        maxUncompressed = Math.max(maxUncompressed, meta.getTotal_uncompressed_size());
        codecsDiffer |= codec != null && codec != meta.getCodec();
        codec = meta.getCodec();
    }

    private void check() {
        if (encrypted) {
            throw problem("Cannot merge an encrypted file: decrypt it first");
        }
        if (rows != declaredRows) {
            throw problem("Cannot read a footer that declares " + declaredRows + " rows but holds " + rows
                    + ": the file is corrupt, write it again");
        }
        if (schema.isEmpty()) {
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
                ColumnOrder order = leaf < orders.size() ? orders.get(leaf) : null;
                refuseUnknown(element, order);
                columns.add(new InputColumn(leaf, element, order));
            }
            leaf++;
        }
        if (!nested.isEmpty()) {
            throw problem("Cannot merge nested column '" + String.join("', '", nested)
                    + "': only flat columns are merged so far, flatten or remove it");
        }
    }

    /** Refuses what an output could not tell again: a type or order that a later version of the format has. */
    private void refuseUnknown(SchemaElement element, @Nullable ColumnOrder order) {
        if ((element.isSetLogicalType() && !element.getLogicalType().isSet()) || (order != null && !order.isSet())) {
            throw problem("Cannot merge column '" + element.getName()
                    + "' of a logical type or order that is not known here: write it with another");
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
