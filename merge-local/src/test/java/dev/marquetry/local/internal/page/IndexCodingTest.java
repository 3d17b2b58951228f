/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.junit.jupiter.api.Test;

class IndexCodingTest {
    private static final int[] COUNTS = {0, 1, 7, 8, 9, 15, 16, 17, 1000, 20_000};

    @Test
    void encoded_decodesToTheSame_andParquetJavaReadsIt_atEveryBitWidth() throws IOException {
        for (int bitWidth = 0; bitWidth <= 32; bitWidth++) {
            for (int count : COUNTS) {
                for (int runs = 0; runs < 3; runs++) {
                    int[] values = random(bitWidth, count, runs);
                    byte[] out = new byte[1 + IndexCoding.maxEncodedLength(count, bitWidth)];

                    int end = IndexCoding.encode(values, 0, count, bitWidth, out, 1);

                    byte[] exact = Arrays.copyOf(out, end);
                    int[] decoded = new int[count + 1];
                    int behind = IndexCoding.decode(exact, 1, end, bitWidth, count, decoded, 1);
                    assertThat(Arrays.copyOfRange(decoded, 1, count + 1)).isEqualTo(values);
                    assertThat(behind).isEqualTo(bitWidth == 0 ? 1 : end);
                    theirsReads(exact, bitWidth, values);
                }
            }
        }
    }

    @Test
    void decodesWhatParquetJavaWrites_atEveryBitWidth() throws IOException {
        for (int bitWidth = 1; bitWidth <= 32; bitWidth++) {
            for (int count : COUNTS) {
                for (int runs = 0; runs < 3; runs++) {
                    int[] values = random(bitWidth, count, runs);
                    byte[] page;
                    try (RunLengthBitPackingHybridEncoder theirs = new RunLengthBitPackingHybridEncoder(
                            bitWidth, 1024, 1 << 20, HeapByteBufferAllocator.getInstance())) {
                        for (int value : values) {
                            theirs.writeInt(value);
                        }
                        page = theirs.toBytes().toInputStream().readAllBytes();
                    }
                    int[] decoded = new int[count];
                    IndexCoding.decode(page, 0, page.length, bitWidth, count, decoded, 0);
                    assertThat(decoded).isEqualTo(values);
                }
            }
        }
    }

    @Test
    void aRunOfEight_isARun_andSevenAreNot() {
        byte[] out = new byte[100];
        assertThat(IndexCoding.encode(new int[] {5, 5, 5, 5, 5, 5, 5, 5}, 0, 8, 3, out, 0))
                .isEqualTo(2);
        assertThat(Arrays.copyOf(out, 2)).containsExactly(8 << 1, 5);
        assertThat(IndexCoding.encode(new int[] {5, 5, 5, 5, 5, 5, 5}, 0, 7, 3, out, 0))
                .isEqualTo(4);
    }

    @Test
    void maxEncodedLength_holdsForRunsThatAlternateAsBadlyAsTheyCan() {
        for (int bitWidth = 1; bitWidth <= 32; bitWidth++) {
            int[] values = new int[8000];
            for (int i = 0; i < values.length; i++) {
                values[i] = i / 8 % 2 == 0 ? 0 : i & 1;
            }
            byte[] out = new byte[IndexCoding.maxEncodedLength(values.length, bitWidth)];
            IndexCoding.encode(values, 0, values.length, bitWidth, out, 0);
        }
    }

    @Test
    void theLastRun_mayLackItsPadding() {
        // One group of eight 3-bit values, of which three count and two bytes are there.
        byte[] page = {1 << 1 | 1, (byte) 0b10_001_010, 0b1};
        int[] out = new int[3];
        IndexCoding.decode(page, 0, page.length, 3, 3, out, 0);
        assertThat(out).containsExactly(2, 1, 6);
    }

    @Test
    void bitWidth_isThatOfTheGreatestValue() {
        assertThat(IndexCoding.bitWidth(0)).isZero();
        assertThat(IndexCoding.bitWidth(1)).isEqualTo(1);
        assertThat(IndexCoding.bitWidth(255)).isEqualTo(8);
        assertThat(IndexCoding.bitWidth(256)).isEqualTo(9);
        assertThat(IndexCoding.bitWidth(-1)).isEqualTo(32);
    }

    @Test
    void damagedIndices_areCorrupt() {
        int[] out = new int[100];
        for (byte[] page : new byte[][] {{}, {3}, {16}, {-1, -1, -1, -1, -1, -1}, {3, 1, 2}, {0, 0, 0, 0}}) {
            assertThatThrownBy(() -> IndexCoding.decode(page, 0, page.length, 8, 100, out, 0))
                    .isInstanceOf(CorruptPageException.class);
        }
        assertThatThrownBy(() -> IndexCoding.decode(new byte[9], 0, 9, 33, 1, out, 0))
                .isInstanceOf(CorruptPageException.class);
    }

    private static void theirsReads(byte[] page, int bitWidth, int[] values) throws IOException {
        RunLengthBitPackingHybridDecoder theirs =
                new RunLengthBitPackingHybridDecoder(bitWidth, new ByteArrayInputStream(page, 1, page.length - 1));
        for (int i = 0; i < values.length; i++) {
            if (theirs.readInt() != values[i]) {
                throw new AssertionError("value " + i + " of " + values.length + " at bit width " + bitWidth);
            }
        }
    }

    private static int[] random(int bitWidth, int count, int runs) {
        Random random = new Random(31L * bitWidth + runs);
        int[] values = new int[count];
        for (int i = 0; i < count; ) {
            int value = bitWidth == 0 ? 0 : random.nextInt() >>> 32 - bitWidth;
            int length = Math.min(count - i, runs == 0 ? 1 : 1 + random.nextInt(runs == 1 ? 20 : 300));
            Arrays.fill(values, i, i + length, value);
            i += length;
        }
        return values;
    }
}
