/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.marquetry.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Float16Type;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.TypeDefinedOrder;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A footer is kept as it is, however large; a damaged one is refused by name. */
class FooterReaderTest {
    private static final int GROUPS = 3;

    @TempDir
    Path folder;

    @Test
    void footerLargerThanItsWindow_isReadWhole_andItsRowGroupsAgain() throws IOException {
        int columns = 2000;
        FileMetaData meta = meta(columns);
        InputFile file = FooterReader.read(write(bytes(meta)));
        assertThat(file.columns())
                .extracting(InputColumn::schema)
                .isEqualTo(meta.getSchema().subList(1, columns + 1));
        assertThat(file.keyValues()).isEqualTo(meta.getKey_value_metadata());
        assertThat(file.rowGroupRows()).containsExactly(10, 11, 12);
        try (FileChannel channel = FileChannel.open(file.path())) {
            for (int g = 0; g < GROUPS; g++) {
                List<ColumnChunk> expected = meta.getRow_groups().get(g).getColumns();
                expected.forEach(chunk -> chunk.getMeta_data().setPath_in_schema(new ArrayList<>()));
                assertThat(file.readChunks(channel, g)).isEqualTo(expected);
            }
        }
    }

    @Test
    void everyByteOfTheFooterMutated_isReadOrRefusedByName() throws IOException {
        byte[] footer = bytes(meta(3));
        assertTimeoutPreemptively(Duration.ofSeconds(120), () -> {
            int refused = 0;
            for (int at = 0; at < footer.length; at++) {
                for (int value : new int[] {0, 0x19, 0x7f, 0xff}) {
                    byte[] damaged = footer.clone();
                    damaged[at] = (byte) value;
                    Path path = write(damaged);
                    try {
                        InputFile file = FooterReader.read(path);
                        try (FileChannel channel = FileChannel.open(path)) {
                            for (int g = 0; g < file.rowGroups(); g++) {
                                file.readChunks(channel, g);
                            }
                        }
                    } catch (InvalidInputException e) {
                        assertThat(e).hasMessageContaining("test.parquet");
                        refused++;
                    }
                }
            }
            assertThat(refused).isPositive();
        });
    }

    @Test
    void everyTruncationOfTheFooter_isRefusedByName() throws IOException {
        byte[] footer = bytes(meta(2));
        for (int length = 1; length < footer.length; length++) {
            Path path = write(Arrays.copyOf(footer, length));
            assertThatThrownBy(() -> FooterReader.read(path))
                    .as("%d of %d bytes", length, footer.length)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("test.parquet");
        }
    }

    @Test
    void logicalTypeOfALaterVersion_isRefusedByColumn() throws IOException {
        FileMetaData meta = meta(2);
        SchemaElement column = meta.getSchema().get(2);
        column.setType(Type.FIXED_LEN_BYTE_ARRAY);
        column.setType_length(2);
        column.setLogicalType(LogicalType.FLOAT16(new Float16Type()));
        byte[] footer = bytes(meta);
        for (int i = 0; i < footer.length - 2; i++) {
            if (footer[i] == (byte) 0xfc && footer[i + 1] == 0 && footer[i + 2] == 0) {
                footer[i] = (byte) 0x9c; // field 9, which no version has
            }
        }
        Path path = write(footer);
        assertThatThrownBy(() -> FooterReader.read(path))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("column_1")
                .hasMessageContaining("not known");
    }

    @Test
    void rowsWithoutRowGroups_areRefused() throws IOException {
        FileMetaData meta = meta(2);
        meta.setRow_groups(List.of());
        Path path = write(bytes(meta));
        assertThatThrownBy(() -> FooterReader.read(path))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("declares 33 rows but holds 0");
    }

    private static FileMetaData meta(int columns) {
        List<SchemaElement> schema = new ArrayList<>();
        List<ColumnOrder> orders = new ArrayList<>();
        schema.add(new SchemaElement("schema").setNum_children(columns));
        for (int c = 0; c < columns; c++) {
            schema.add(new SchemaElement("column_" + c)
                    .setType(Type.DOUBLE)
                    .setRepetition_type(FieldRepetitionType.OPTIONAL));
            orders.add(ColumnOrder.TYPE_ORDER(new TypeDefinedOrder()));
        }
        List<RowGroup> groups = new ArrayList<>();
        for (int g = 0; g < GROUPS; g++) {
            groups.add(new RowGroup(chunks(columns, 10 + g), 100, 10 + g));
        }
        FileMetaData meta = new FileMetaData(1, schema, 33, groups);
        meta.setKey_value_metadata(
                List.of(new KeyValue("note").setValue("ä".repeat(100 * columns)), new KeyValue("empty")));
        meta.setCreated_by("FooterReaderTest");
        meta.setColumn_orders(orders);
        return meta;
    }

    private static List<ColumnChunk> chunks(int columns, int rows) {
        List<ColumnChunk> chunks = new ArrayList<>();
        for (int c = 0; c < columns; c++) {
            ColumnMetaData meta = new ColumnMetaData(
                    Type.DOUBLE,
                    List.of(Encoding.PLAIN, Encoding.RLE),
                    List.of("column_" + c),
                    CompressionCodec.SNAPPY,
                    rows,
                    40,
                    30,
                    4);
            Statistics statistics = new Statistics().setNull_count(c);
            statistics.setMin_value(new byte[8]);
            statistics.setMax_value(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
            statistics.setIs_max_value_exact(true);
            chunks.add(new ColumnChunk(0).setMeta_data(meta.setStatistics(statistics)));
        }
        return chunks;
    }

    private static byte[] bytes(FileMetaData meta) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Util.writeFileMetaData(meta, out);
        return out.toByteArray();
    }

    private Path write(byte[] footer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write("PAR1".getBytes(US_ASCII));
        out.write(new byte[200]);
        out.write(footer);
        out.write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(footer.length)
                .array());
        out.write("PAR1".getBytes(US_ASCII));
        return Files.write(folder.resolve("test.parquet"), out.toByteArray());
    }
}
