/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.oracle.Footers;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.Tables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the footer says of single chunks where inputs leave something open. */
class ChunkDescriptionTest {
    @TempDir
    private Path folder;

    private FileMetaData merged(Path spine, Path feature) throws IOException {
        Path wide = folder.resolve("wide.parquet");
        Files.deleteIfExists(wide);
        LocalArrowStrategy.within(ResourceLimits.defaults())
                .merge(MergeRequest.onKey("ts").spine(spine).features(feature).writeTo(wide));
        return Footers.of(Files.readAllBytes(wide));
    }

    private static ColumnChunk chunk(FileMetaData footer, int group, int column) {
        return footer.getRow_groups().get(group).getColumns().get(column);
    }

    /** The output states an order of every column, so that bounds made under none may not stand under it. */
    @Test
    void boundsUnderNoStatedOrder_areNotCopied() throws IOException {
        Path spine = Fixtures.table("spine").key("ts", 1, 2, 3).writeTo(folder);
        Path feature = Fixtures.table("feature")
                .key("ts", 1, 2, 3)
                .column("v", 1.0, 2.0, 3.0)
                .writeTo(folder);
        assertThat(chunk(merged(spine, feature), 0, 1)
                        .getMeta_data()
                        .getStatistics()
                        .isSetMin_value())
                .isTrue();
        forgetOrders(feature);
        ColumnChunk copied = chunk(merged(spine, feature), 0, 1);
        assertThat(copied.getMeta_data().getStatistics().isSetMin_value()).isFalse();
        assertThat(copied.isSetColumn_index_offset()).isFalse();
        assertThat(copied.isSetOffset_index_offset()).isTrue();

        Path fewer = Fixtures.table("spine").key("ts", 3, 1).writeTo(folder);
        ColumnChunk gathered = chunk(merged(fewer, feature), 0, 1);
        assertThat(gathered.getMeta_data().getStatistics().isSetMin_value()).isTrue();
        assertThat(gathered.isSetColumn_index_offset()).isTrue();
    }

    private static void forgetOrders(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        FileMetaData footer = Footers.of(bytes);
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, bytes.length - 8 - length);
        int begin = out.size();
        Util.writeFileMetaData(footer.setColumn_orders(null), out);
        out.write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(out.size() - begin)
                .array());
        out.write("PAR1".getBytes(StandardCharsets.US_ASCII));
        Files.write(file, out.toByteArray());
    }

    /** Readers that filter by dictionary, or have categories of nothing else, need every page of a chunk to have indices. */
    @Test
    void nullPagesOfTextWithADictionary_haveIndicesToo() throws IOException {
        Path spine = Fixtures.table("spine")
                .key("ts", LongStream.range(0, 300))
                .rowGroupRows(100)
                .writeTo(folder);
        String[] words = IntStream.range(0, 150).mapToObj(i -> "word " + i % 3).toArray(String[]::new);
        Path late = Fixtures.table("late")
                .key("ts", LongStream.range(150, 300))
                .strings("word", words)
                .writeTo(folder);
        FileMetaData footer = merged(spine, late);
        for (int group = 0; group < 3; group++) {
            assertThat(chunk(footer, group, 1).getMeta_data().getEncoding_stats())
                    .as("row group " + group)
                    .filteredOn(stats -> stats.getPage_type() != PageType.DICTIONARY_PAGE)
                    .extracting(stats -> stats.getEncoding() == Encoding.PLAIN)
                    .containsOnly(false);
        }
        assertThat(Tables.read(folder.resolve("wide.parquet")).values("word"))
                .startsWith((Object) null)
                .endsWith((Object) "word 2");
    }
}
