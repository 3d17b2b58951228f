/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shaded.parquet.org.apache.thrift.TBase;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TProtocol;
import shaded.parquet.org.apache.thrift.transport.TIOStreamTransport;
import shaded.parquet.org.apache.thrift.transport.TTransport;

/** What thrift writes is read the same, and written the same; what is no structure ends soon and by name. */
@SuppressWarnings("rawtypes") // thrift's two type parameters say nothing here
class ThriftOracleTest {
    private static final long SEED = 20_260_412;
    private static final int STRUCTS = 300;
    private static final int ALONE = 4;

    /** Every structure that is read, and how. */
    enum Struct {
        CHUNK(ColumnChunk.class, in -> new DescriptionReader(in).whole().setCrypto_metadata(null), null),
        META(
                ColumnMetaData.class,
                in -> metaAlone(in),
                (out, it) -> new DescriptionWriter(out).meta((ColumnMetaData) it)),
        STATISTICS(Statistics.class, in -> new DescriptionReader(in).statistics(), null),
        SCHEMA(
                SchemaElement.class,
                in -> new SchemaReader(in).element(),
                (out, it) -> new SchemaWriter(out).element((SchemaElement) it)),
        KEY_VALUE(
                KeyValue.class,
                in -> new SchemaReader(in).keyValue(),
                (out, it) -> new SchemaWriter(out).keyValue((KeyValue) it)),
        ORDER(
                ColumnOrder.class,
                in -> new SchemaReader(in).columnOrder(),
                (out, it) -> new SchemaWriter(out).columnOrder((ColumnOrder) it)),
        OFFSET_INDEX(
                OffsetIndex.class,
                in -> new PageIndexReader(in).offsetIndex(),
                (out, it) -> new PageIndexWriter(out).offsetIndex((OffsetIndex) it)),
        COLUMN_INDEX(
                ColumnIndex.class,
                in -> new PageIndexReader(in).columnIndex(),
                (out, it) -> new PageIndexWriter(out).columnIndex((ColumnIndex) it));

        private final Class<? extends TBase> type;
        private final Reading reading;
        private final BiConsumer<CompactWriter, TBase> writing;

        Struct(Class<? extends TBase> type, Reading reading, BiConsumer<CompactWriter, TBase> writing) {
            this.type = type;
            this.reading = reading;
            this.writing = writing;
        }

        TBase random(SplittableRandom random) {
            TBase struct = new RandomStructs(random).of(type);
            if (struct instanceof ColumnIndex index) {
                int pages = Math.min(
                        index.getNull_pagesSize(), Math.min(index.getMin_valuesSize(), index.getMax_valuesSize()));
                index.setNull_pages(index.getNull_pages().subList(0, pages));
                index.setMin_values(index.getMin_values().subList(0, pages));
                index.setMax_values(index.getMax_values().subList(0, pages));
            }
            return struct;
        }

        TBase read(CompactReader in) throws IOException {
            return reading.read(in);
        }
    }

    /** Reads one structure. */
    private interface Reading {
        TBase read(CompactReader in) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void writtenByThrift_isReadTheSame(Struct kind) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < STRUCTS; i++) {
            TBase struct = kind.random(random);
            byte[] bytes = bytes(struct, false);
            CompactReader in = reader(kind, bytes);
            assertThat((Object) kind.read(in)).as("%d of seed %d", i, SEED).isEqualTo(kept(struct));
            assertThat(in.position()).isEqualTo(bytes.length + (kind == Struct.META ? ALONE : 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void numbersInFullAndUnknownFieldsOfEveryKind_areReadTheSame(Struct kind) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED + 1);
        for (int i = 0; i < STRUCTS; i++) {
            TBase struct = kind.random(random);
            assertThat((Object) kind.read(reader(kind, bytes(struct, true))))
                    .as("%d of seed %d", i, SEED + 1)
                    .isEqualTo(kept(struct));
        }
    }

    @ParameterizedTest
    @EnumSource
    void piecesOfEverySize_areReadTheSame(Struct kind) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED + 2);
        for (int i = 0; i < STRUCTS; i++) {
            TBase struct = kind.random(random);
            byte[] bytes = alone(kind, bytes(struct, i % 2 == 0));
            int most = 1 + random.nextInt(20);
            int[] done = {0};
            CompactReader in = new CompactReader(
                    (window, count) -> {
                        int give = Math.min(1 + random.nextInt(most), count);
                        System.arraycopy(bytes, done[0], window, 0, give);
                        done[0] += give;
                        return give;
                    },
                    bytes.length);
            assertThat((Object) kind.read(in)).as("%d of seed %d", i, SEED + 2).isEqualTo(kept(struct));
            assertThat(in.position()).isEqualTo(bytes.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void written_isByteForByteWhatThriftWrites(Struct kind) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED + 3);
        CompactWriter out = new CompactWriter(1);
        for (int i = 0; kind.writing != null && i < STRUCTS; i++) {
            TBase struct = kind.random(random);
            kind.writing.accept(out, struct);
            assertThat(Arrays.copyOf(out.bytes(), out.length()))
                    .as("%d of seed %d: %s", i, SEED + 3, struct)
                    .isEqualTo(bytes(struct, false));
            out.clear();
        }
    }

    @Test
    void outline_tellsPlaceAndSizeAsTheWholeDoes() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED + 4);
        for (int i = 0; i < STRUCTS; i++) {
            ColumnChunk chunk = (ColumnChunk) Struct.CHUNK.random(random);
            ColumnMetaData meta = chunk.getMeta_data();
            byte[] bytes = bytes(chunk, i % 2 == 0);
            CompactReader in = new CompactReader(bytes);
            ColumnChunk outline = new DescriptionReader(in).outline();
            assertThat(in.position()).isEqualTo(bytes.length);
            assertThat(outline.getFile_path()).isEqualTo(chunk.getFile_path());
            assertThat(outline.isSetCrypto_metadata()).isEqualTo(chunk.isSetCrypto_metadata());
            assertThat(outline.isSetEncrypted_column_metadata()).isEqualTo(chunk.isSetEncrypted_column_metadata());
            assertThat(outline.isSetMeta_data()).isEqualTo(meta != null);
            if (meta != null) {
                ColumnMetaData found = outline.getMeta_data();
                assertThat(found.getType()).isEqualTo(meta.getType());
                assertThat(found.getCodec()).isEqualTo(meta.getCodec());
                assertThat(found.getNum_values()).isEqualTo(meta.getNum_values());
                assertThat(found.getTotal_compressed_size()).isEqualTo(meta.getTotal_compressed_size());
                assertThat(found.getTotal_uncompressed_size()).isEqualTo(meta.getTotal_uncompressed_size());
                assertThat(found.getData_page_offset()).isEqualTo(meta.getData_page_offset());
                assertThat(found.isSetDictionary_page_offset()).isEqualTo(meta.isSetDictionary_page_offset());
                assertThat(found.getDictionary_page_offset()).isEqualTo(meta.getDictionary_page_offset());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTruncation_isTruncated(Struct kind) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED + 5);
        for (int i = 0; i < 10; i++) {
            byte[] bytes = alone(kind, bytes(kind.random(random), i % 2 == 0));
            for (int end = 0; end < bytes.length; end++) {
                CompactReader cut = new CompactReader(Arrays.copyOf(bytes, end));
                assertThatThrownBy(() -> kind.read(cut))
                        .as("%d of %d bytes", end, bytes.length)
                        .isInstanceOf(MalformedException.Truncated.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyByteMutated_endsInAValueOrByName_withinBoundedMemory(Struct kind) {
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            SplittableRandom random = new SplittableRandom(SEED + 6);
            int refused = 0;
            long thread = Thread.currentThread().getId();
            for (int i = 0; i < 5; i++) {
                byte[] sound = alone(kind, bytes(kind.random(random), i % 2 == 0));
                for (int at = 0; at < sound.length; at++) {
                    for (int value : new int[] {0, 1, 0x0c, 0x19, 0x7f, 0x80, 0xf9, 0xfc, 0xff, random.nextInt(256)}) {
                        byte[] bytes = sound.clone();
                        bytes[at] = (byte) value;
                        long before = memory.getThreadAllocatedBytes(thread);
                        try {
                            kind.read(new CompactReader(bytes));
                        } catch (MalformedException e) {
                            refused++;
                        } catch (RuntimeException | Error e) {
                            throw new AssertionError("byte " + at + " is " + value + " of seed " + (SEED + 6), e);
                        }
                        assertThat(memory.getThreadAllocatedBytes(thread) - before)
                                .as("bytes allocated for %d", bytes.length)
                                .isLessThan((64 << 10) + 300L * bytes.length);
                    }
                }
            }
            assertThat(refused).isPositive();
        });
    }

    @Test
    void hugeClaims_areRefusedBeforeAnythingIsMade() {
        byte[][] claims = {
            {0x19, (byte) 0xfc, -1, -1, -1, -1, 7}, // a list of two thousand million structures
            {0x19, (byte) 0xfc, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}, // of -1
            {0x18, -1, -1, -1, -1, 7, 'a'}, // as many bytes
            {0x1b, -1, -1, -1, -1, 7, 0x55}, // as many entries
        };
        for (byte[] claim : claims) {
            assertThatThrownBy(() -> new PageIndexReader(new CompactReader(claim)).offsetIndex())
                    .as(Arrays.toString(claim))
                    .isInstanceOf(MalformedException.Truncated.class);
            assertThatThrownBy(() -> new SchemaReader(new CompactReader(claim)).keyValue())
                    .as(Arrays.toString(claim))
                    .isInstanceOf(MalformedException.Truncated.class);
        }
    }

    @Test
    void deepNests_areRefused() {
        byte[] structs = new byte[100_000];
        Arrays.fill(structs, (byte) 0x1c);
        byte[] lists = new byte[100_000];
        Arrays.fill(lists, (byte) 0x19);
        for (byte[] nest : List.of(structs, lists)) {
            assertThatThrownBy(() -> new SchemaReader(new CompactReader(nest)).keyValue())
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("too deep");
        }
    }

    @Test
    void knownFieldsOfAnotherKind_areSkippedAndMissed() {
        byte[] keyIsANumber = {0x15, 2, 0x18, 1, 'v', 0};
        assertThatThrownBy(() -> new SchemaReader(new CompactReader(keyIsANumber)).keyValue())
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("key-value entry");
    }

    /** Reads a ColumnMetaData as the only part of a ColumnChunk that is there. */
    private static ColumnMetaData metaAlone(CompactReader in) throws IOException {
        return new DescriptionReader(in).whole().getMeta_data();
    }

    private static byte[] alone(Struct kind, byte[] bytes) {
        if (kind != Struct.META) {
            return bytes;
        }
        byte[] chunk = new byte[bytes.length + ALONE];
        chunk[0] = 0x26; // field 2, file_offset
        chunk[2] = 0x1c; // field 3
        System.arraycopy(bytes, 0, chunk, 3, bytes.length);
        return chunk;
    }

    private static CompactReader reader(Struct kind, byte[] bytes) {
        return new CompactReader(alone(kind, bytes));
    }

    /** Returns what a reader keeps of {@code struct}. */
    private static TBase kept(TBase struct) {
        TBase kept = struct.deepCopy();
        if (kept instanceof ColumnChunk chunk) {
            chunk.unsetCrypto_metadata(); // its presence is all that is read, and shown elsewhere
            if (chunk.isSetEncrypted_column_metadata()) {
                chunk.setEncrypted_column_metadata(new byte[0]);
            }
            if (chunk.isSetMeta_data()) {
                chunk.getMeta_data().setPath_in_schema(new ArrayList<>());
            }
        } else if (kept instanceof ColumnMetaData meta) {
            meta.setPath_in_schema(new ArrayList<>());
        }
        return kept;
    }

    private static byte[] bytes(TBase struct, boolean isLoose) throws TException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TTransport transport = new TIOStreamTransport(out);
        TProtocol protocol = isLoose ? new LooseProtocol(transport) : new TCompactProtocol(transport);
        struct.write(protocol);
        return out.toByteArray();
    }
}
