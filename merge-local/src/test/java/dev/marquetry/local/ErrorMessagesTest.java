/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.oracle.Column;
import dev.marquetry.local.oracle.ColumnType;
import dev.marquetry.local.oracle.Footers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is said so that a reader can find it: file, key, row, column. Nothing is left afterwards. */
class ErrorMessagesTest {
    @TempDir
    Path root;

    private Folder folder;
    private Path spine;

    @BeforeEach
    void writeSpine() throws IOException {
        folder = Folder.in(root);
        spine = folder.keyed("targets.parquet", "target", 10, 20, 30, 40);
    }

    @Test
    void duplicateKeyInAFeatureFile_namesFileKeyAndBothRowsFromZero() throws IOException {
        Path twice = folder.keyed("rsi.parquet", "rsi", 10, 777, 30, 777);
        assertThat(refusal(request(twice)))
                .hasMessageContaining("rsi.parquet")
                .hasMessageContaining("777")
                .hasMessageMatching("(?s).*\\brows?\\D{0,12}1\\b.*\\b3\\b.*");
    }

    @Test
    void duplicateKeyInAShuffledFeatureFile_namesBothRowsFromZero() throws IOException {
        Path twice = folder.keyed("rsi.parquet", "rsi", 40, 10, 30, 10, 20);
        assertThat(refusal(request(twice)))
                .hasMessageContaining("rsi.parquet")
                .hasMessageMatching("(?s).*\\brows?\\D{0,12}1\\b.*\\b3\\b.*");
    }

    @Test
    void duplicateKeyInTheSpine_namesFileKeyAndBothRowsFromZero() throws IOException {
        spine = folder.keyed("targets.parquet", "target", 10, 555, 555);
        assertThat(refusal(request(folder.keyed("rsi.parquet", "rsi", 10))))
                .hasMessageContaining("targets.parquet")
                .hasMessageContaining("555")
                .hasMessageMatching("(?s).*\\brows?\\D{0,12}1\\b.*\\b2\\b.*");
    }

    @Test
    void missingKeyColumn_namesFileAndColumn() throws IOException {
        Column other = new Column("other", ColumnType.INT64, true);
        Path keyless = folder.table("keyless.parquet", List.of(other), List.<Object[]>of(new Object[] {1L}));
        assertThat(refusal(request(keyless)))
                .hasMessageContaining("keyless.parquet")
                .hasMessageContaining("'key'");
    }

    @Test
    void keyOfAnotherType_namesFileAndColumn() throws IOException {
        Column text = new Column("key", ColumnType.DATE, true);
        Column value = new Column("value", ColumnType.INT32, true);
        Path dated = folder.table("dated.parquet", List.of(text, value), List.<Object[]>of(new Object[] {1, 2}));
        assertThat(refusal(request(dated)))
                .hasMessageContaining("dated.parquet")
                .hasMessageContaining("'key'");
    }

    @Test
    void floatKey_isRefusedByFileAndColumn() throws IOException {
        Column floating = new Column("key", ColumnType.DOUBLE, true);
        spine = folder.table("targets.parquet", List.of(floating), List.<Object[]>of(new Object[] {1.5}));
        Column value = new Column("value", ColumnType.INT32, true);
        Path feature = folder.table("rsi.parquet", List.of(floating, value), List.<Object[]>of(new Object[] {1.5, 2}));
        assertThat(refusal(request(feature)))
                .hasMessageContaining("targets.parquet")
                .hasMessageContaining("'key'")
                .hasMessageContaining("DOUBLE");
    }

    @Test
    void clashingNames_areNamedAllAtOnce() throws IOException {
        Path first = folder.keyed("first.parquet", "close", 10);
        Path second = folder.keyed("second.parquet", "close", 10);
        Path third = folder.keyed("third.parquet", "target", 10);
        InvalidInputException refusal = refusal(request(first, second, third));
        assertThat(refusal)
                .hasMessageContaining("'close'")
                .hasMessageContaining("first.parquet")
                .hasMessageContaining("second.parquet")
                .hasMessageContaining("'target'")
                .hasMessageContaining("targets.parquet")
                .hasMessageContaining("third.parquet");
        assertThat(refusal.problems()).hasSize(2);
    }

    @Test
    void truncatedFile_isNamed() throws IOException {
        Path cut = folder.keyed("cut.parquet", "cut", 10, 20);
        byte[] whole = Files.readAllBytes(cut);
        for (int length : new int[] {0, 3, 11, whole.length / 2, whole.length - 9, whole.length - 1}) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThat(refusal(request(cut))).as("%d bytes", length).hasMessageContaining("cut.parquet");
        }
    }

    @Test
    void wrongMagic_isNamed() throws IOException {
        Path csv = folder.file("prices.parquet");
        Files.writeString(csv, "key,close\n10,1.5\n20,1.6\n");
        assertThat(refusal(request(csv))).hasMessageContaining("prices.parquet");
    }

    @Test
    void encryptedFile_isNamedAsEncrypted() throws IOException {
        Path secret = folder.keyed("secret.parquet", "secret", 10);
        byte[] bytes = Files.readAllBytes(secret);
        byte[] magic = "PARE".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(magic, 0, bytes, 0, 4);
        System.arraycopy(magic, 0, bytes, bytes.length - 4, 4);
        Files.write(secret, bytes);
        assertThat(refusal(request(secret)))
                .hasMessageContaining("secret.parquet")
                .hasMessageContaining("encrypted");
    }

    @Test
    void corruptPageOfAGatheredColumn_namesFileRowGroupAndColumn() throws IOException {
        Path broken = folder.keyed("broken.parquet", "close", 40, 20, 10);
        flipByteInLastPage(broken, 1);
        assertThat(refusal(request(broken)))
                .hasMessageContaining("broken.parquet")
                .hasMessageContaining("'close'")
                .hasMessageMatching("(?s).*row group 0.*");
    }

    @Test
    void corruptPageOfACopiedColumn_namesFileRowGroupAndColumn() throws IOException {
        Path broken = folder.keyed("broken.parquet", "close", 10, 20, 30, 40);
        flipByteInLastPage(broken, 1);
        assertThat(refusal(request(broken)))
                .hasMessageContaining("broken.parquet")
                .hasMessageContaining("'close'")
                .hasMessageMatching("(?s).*row group 0.*");
    }

    @Test
    void corruptPageOfAKey_namesFileRowGroupAndColumn() throws IOException {
        Path broken = folder.keyed("broken.parquet", "close", 10, 30);
        flipByteInLastPage(broken, 0);
        assertThat(refusal(request(broken)))
                .hasMessageContaining("broken.parquet")
                .hasMessageContaining("'key'")
                .hasMessageMatching("(?s).*row group 0.*");
    }

    @Test
    void existingOutput_isNamedAndKept() throws IOException {
        Files.writeString(folder.output(), "precious");
        InvalidInputException refusal = catchThrowableOfType(
                InvalidInputException.class, () -> merge(request(folder.keyed("rsi.parquet", "rsi", 10))));
        assertThat(refusal).hasMessageContaining("wide.parquet").hasMessageContaining("exist");
        assertThat(folder.output()).hasContent("precious");
        folder.assertOutputFolderHolds(folder.output());
    }

    @Test
    void missingOutputFolder_isNamed() throws IOException {
        Path nowhere = root.resolve("nowhere");
        assertThat(refusal(builder(folder.keyed("rsi.parquet", "rsi", 10)).writeTo(nowhere.resolve("wide.parquet"))))
                .hasMessageContaining(nowhere.toString());
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void outputFolderThatIsAFile_isNamed() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "not a folder");
        assertThat(refusal(builder(folder.keyed("rsi.parquet", "rsi", 10)).writeTo(file.resolve("wide.parquet"))))
                .hasMessageContaining(file.toString());
        assertThat(file).hasContent("not a folder");
    }

    @Test
    void outputFolderThatCanNotBeWritten_isNamed() throws IOException {
        Path proc = Path.of("/proc");
        assumeTrue(Files.isDirectory(proc));
        assertThat(refusal(builder(folder.keyed("rsi.parquet", "rsi", 10)).writeTo(proc.resolve("wide.parquet"))))
                .hasMessageContaining("/proc");
    }

    @Test
    void tooFewFeatureFiles_givesBothNumbers() throws IOException {
        folder.keyed("rsi.parquet", "rsi", 10);
        folder.keyed("macd.parquet", "macd", 10);
        MergeRequest request = MergeRequest.onKey("key")
                .spine(spine)
                .features(spine.getParent(), "*.parquet")
                .expectFeatureFiles(667)
                .writeTo(folder.output());
        assertThat(refusal(request)).hasMessageContaining("667").hasMessageMatching("(?s).*\\b2\\b.*");
    }

    @Test
    void missingFiles_areNamed() throws IOException {
        spine = folder.file("gone_spine.parquet");
        assertThat(refusal(request(folder.file("gone.parquet"))))
                .hasMessageContaining("gone_spine.parquet")
                .hasMessageContaining("gone.parquet");
    }

    @Test
    void nestedColumn_isRefusedByFileAndColumn() throws IOException {
        MessageType schema = Types.buildMessage()
                .required(PrimitiveTypeName.INT64)
                .named("key")
                .optionalGroup()
                .optional(PrimitiveTypeName.INT32)
                .named("inner")
                .named("address")
                .repeated(PrimitiveTypeName.INT32)
                .named("tags")
                .named("table");
        Path nested = folder.file("nested.parquet");
        try (ParquetFileWriter writer = new ParquetFileWriter(
                new LocalOutputFile(nested),
                schema,
                ParquetFileWriter.Mode.CREATE,
                1 << 20,
                0,
                null,
                ParquetProperties.builder().build())) {
            writer.start();
            writer.end(Map.of());
        }
        assertThat(refusal(request(nested)))
                .hasMessageContaining("nested.parquet")
                .hasMessageContaining("address")
                .hasMessageContaining("tags");
    }

    @Test
    void problemsOfSeveralFiles_areInOneException() throws IOException {
        Path csv = Files.writeString(folder.file("prices.parquet"), "key,close\n10,1.5\n");
        Column other = new Column("other", ColumnType.INT64, true);
        Path keyless = folder.table("keyless.parquet", List.of(other), List.<Object[]>of(new Object[] {1L}));
        Path clash = folder.keyed("clash.parquet", "target", 10);
        InvalidInputException refusal = refusal(request(csv, keyless, clash, folder.file("gone.parquet")));
        assertThat(refusal)
                .hasMessageContaining("prices.parquet")
                .hasMessageContaining("keyless.parquet")
                .hasMessageContaining("gone.parquet");
        assertThat(refusal.problems()).hasSizeGreaterThanOrEqualTo(3);
    }

    private MergeRequest.Builder builder(Path... features) {
        return MergeRequest.onKey("key").spine(spine).features(features);
    }

    private MergeRequest request(Path... features) {
        return builder(features).writeTo(folder.output());
    }

    private InvalidInputException refusal(MergeRequest request) throws IOException {
        InvalidInputException refusal = catchThrowableOfType(InvalidInputException.class, () -> merge(request));
        assertThat(refusal).as("refusal of %s", request).isNotNull();
        folder.assertNothingLeft();
        return refusal;
    }

    private static void merge(MergeRequest request) {
        LocalArrowStrategy.within(ResourceLimits.builder().threads(2).build()).merge(request);
    }

    private static void flipByteInLastPage(Path file, int column) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ColumnMetaData chunk = Footers.chunk(bytes, 0, column);
        long last = Footers.begin(chunk) + chunk.getTotal_compressed_size() - 1;
        bytes[Math.toIntExact(last) - 2] ^= 0x10;
        Files.write(file, bytes);
    }
}
