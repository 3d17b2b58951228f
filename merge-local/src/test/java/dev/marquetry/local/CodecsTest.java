/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.Move;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.internal.page.PageCodec;
import dev.marquetry.local.oracle.Footers;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.Table;
import dev.marquetry.testkit.Tables;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A codec that few writers use is copied where rows line up, and where they do not read, or refused by name. */
class CodecsTest {
    @TempDir
    Path root;

    private Folder folder;
    private Path spine;

    @BeforeEach
    void writeSpine() throws IOException {
        folder = Folder.in(root);
        spine = Fixtures.table("spine").key("ts", 1, 2, 3, 4).writeTo(root.resolve("in"));
    }

    @Test
    void alignedBrotli_isCopied() throws IOException {
        Path feature = brotli(feature(CompressionCodecName.UNCOMPRESSED, 1, 2, 3, 4));
        byte[] before = chunk(feature);
        assertThat(merge(feature).chunks()).containsOnlyKeys(Move.COPIED);
        assertThat(codecOfOutput()).isEqualTo(CompressionCodec.BROTLI);
        assertThat(chunk(folder.output())).isEqualTo(before);
    }

    @Test
    void shuffledBrotli_isGathered() throws IOException {
        Path feature = brotli(feature(CompressionCodecName.UNCOMPRESSED, 4, 2, 1, 3));
        assertThat(merge(feature).chunks()).containsEntry(Move.GATHERED, 1L);
        assertThat(codecOfOutput()).isEqualTo(CompressionCodec.BROTLI);
        byte[] chunk = chunk(folder.output());
        PageHeader header = Util.readPageHeader(new ByteArrayInputStream(chunk));
        byte[] stored = Arrays.copyOfRange(chunk, chunk.length - header.getCompressed_page_size(), chunk.length);
        byte[] raw = new byte[header.getUncompressed_page_size()];
        try (PageCodec codec = PageCodec.of(CompressionCodec.BROTLI)) {
            codec.decompress(stored, 0, stored.length, raw, 0, raw.length);
        }
        ByteBuffer values = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).position(raw.length - 32);
        assertThat(new double[] {values.getDouble(), values.getDouble(), values.getDouble(), values.getDouble()})
                .containsExactly(2.5, 1.5, 3.5, 0.5);
    }

    @Test
    void shuffledBrotli_isReadIntoAnotherCodec() throws IOException {
        Path feature = brotli(feature(CompressionCodecName.UNCOMPRESSED, 4, 2, 1, 3));
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(spine)
                .features(feature)
                .codec(MergeRequest.Codec.SNAPPY)
                .writeTo(folder.output());
        strategy().merge(request);
        assertThat(Tables.read(folder.output()).exact("value")).isEqualTo(Table.exact(2.5, 1.5, 3.5, 0.5));
    }

    @ParameterizedTest
    @EnumSource(names = {"LZO", "LZ4"})
    void aCodecThatIsNotOffered_isRefusedWhereRowsAreShuffled(CompressionCodec codec) throws IOException {
        Path feature = feature(CompressionCodecName.SNAPPY, 4, 2, 1, 3);
        patch(feature, codec);
        Throwable thrown = catchThrowable(() -> merge(feature));
        assertThat(thrown)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("feature.parquet")
                .hasMessageContaining("'value'")
                .hasMessageContaining(codec.name());
        folder.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(names = {"LZO", "LZ4"})
    void aCodecThatIsNotOffered_isCopiedWhereRowsLineUp(CompressionCodec codec) throws IOException {
        Path feature = feature(CompressionCodecName.SNAPPY, 1, 2, 3, 4);
        patch(feature, codec);
        byte[] before = chunk(feature);
        assertThat(merge(feature).chunks()).containsOnlyKeys(Move.COPIED);
        assertThat(codecOfOutput()).isEqualTo(codec);
        assertThat(chunk(folder.output())).isEqualTo(before);
    }

    private Path feature(CompressionCodecName codec, Number... keys) {
        return Fixtures.table("feature")
                .key("ts", keys)
                .codec(codec)
                .column("value", 0.5, 1.5, 2.5, 3.5)
                .noDictionary()
                .writeTo(root.resolve("in"));
    }

    private MergeResult merge(Path feature) {
        return strategy()
                .merge(MergeRequest.onKey("ts").spine(spine).features(feature).writeTo(folder.output()));
    }

    private static LocalArrowStrategy strategy() {
        return LocalArrowStrategy.within(ResourceLimits.builder().threads(2).build());
    }

    private CompressionCodec codecOfOutput() throws IOException {
        return Footers.chunk(Files.readAllBytes(folder.output()), 0, 1).getCodec();
    }

    /** Returns the pages of the second column. */
    private static byte[] chunk(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ColumnMetaData meta = Footers.chunk(bytes, 0, 1);
        int begin = (int) Footers.begin(meta);
        return Arrays.copyOfRange(bytes, begin, begin + (int) meta.getTotal_compressed_size());
    }

    /** Writes {@code file} again with the second column's one page compressed by BROTLI, which parquet-java lacks. */
    private static Path brotli(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        FileMetaData footer = Footers.of(bytes);
        ColumnMetaData meta = footer.getRow_groups().get(0).getColumns().get(1).getMeta_data();
        int begin = (int) Footers.begin(meta);
        byte[] chunk = chunk(file);
        PageHeader header = Util.readPageHeader(new ByteArrayInputStream(chunk));
        int length = header.getUncompressed_page_size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, begin);
        try (PageCodec codec = PageCodec.of(CompressionCodec.BROTLI)) {
            byte[] stored = new byte[codec.maxCompressedLength(length)];
            int count = codec.compress(chunk, chunk.length - length, length, stored, 0);
            header.unsetCrc();
            header.setCompressed_page_size(count);
            Util.writePageHeader(header, out);
            out.write(stored, 0, count);
        }
        meta.setCodec(CompressionCodec.BROTLI);
        meta.setTotal_compressed_size(out.size() - begin);
        footer.getRow_groups().get(0).getColumns().forEach(column -> {
            column.unsetColumn_index_offset();
            column.unsetColumn_index_length();
            column.unsetOffset_index_offset();
            column.unsetOffset_index_length();
        });
        end(file, out, footer);
        return file;
    }

    private static void patch(Path file, CompressionCodec codec) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        FileMetaData footer = Footers.of(bytes);
        footer.getRow_groups().get(0).getColumns().get(1).getMeta_data().setCodec(codec);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, bytes.length);
        end(file, out, footer);
    }

    private static void end(Path file, ByteArrayOutputStream out, FileMetaData footer) throws IOException {
        int begin = out.size();
        Util.writeFileMetaData(footer, out);
        int length = out.size() - begin;
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .array());
        out.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
        Files.write(file, out.toByteArray());
    }
}
