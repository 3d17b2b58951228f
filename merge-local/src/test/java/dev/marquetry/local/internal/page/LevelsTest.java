/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.junit.jupiter.api.Test;

class LevelsTest {
    private static final int[] ROWS = {0, 1, 7, 8, 9, 63, 64, 65, 127, 1000, 1001, 100_000};

    @Test
    void copyBits_equalsANaiveLoop_atEveryOffset() {
        byte[] from = random(40, 1);
        for (int fromBit = 0; fromBit <= 70; fromBit++) {
            for (int toBit = 0; toBit <= 70; toBit++) {
                for (int count : new int[] {0, 1, 7, 8, 9, 63, 64, 65, 130, 200}) {
                    byte[] to = random(40, 2);
                    byte[] expected = to.clone();
                    for (int i = 0; i < count; i++) {
                        put(expected, toBit + i, Levels.get(from, fromBit + i));
                    }
                    Levels.copyBits(from, fromBit, to, toBit, count);
                    assertThat(to)
                            .as("%d bits from %d to %d", count, fromBit, toBit)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void copyBits_readsNothingBehindItsLastBit() {
        for (int fromBit = 0; fromBit < 70; fromBit++) {
            for (int count = 0; count < 140; count++) {
                byte[] from = random((fromBit + count + 7) / 8, 3);
                byte[] to = new byte[(count + 7) / 8];
                Levels.copyBits(from, fromBit, to, 0, count);
                assertThat(Levels.count(to, 0, count)).isEqualTo(naiveCount(from, fromBit, fromBit + count));
            }
        }
    }

    @Test
    void setBitsAndCount_equalANaiveLoop_atEveryOffset() {
        for (int from = 0; from <= 70; from++) {
            for (int count = 0; count <= 140; count++) {
                for (boolean value : new boolean[] {false, true}) {
                    byte[] bitmap = random(30, 4);
                    byte[] expected = bitmap.clone();
                    for (int i = from; i < from + count; i++) {
                        put(expected, i, value);
                    }
                    assertThat(Levels.count(bitmap, from, from + count))
                            .isEqualTo(naiveCount(bitmap, from, from + count));
                    Levels.setBits(bitmap, from, count, value);
                    assertThat(bitmap).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void encoded_decodesToTheSame_andParquetJavaReadsIt() throws IOException {
        for (int rows : ROWS) {
            for (int seed = 0; seed < 20; seed++) {
                byte[] bitmap = runs(rows, seed);
                byte[] out = new byte[3 + Levels.maxEncodedLength(rows)];

                int end = Levels.encode(bitmap, rows, out, 3);

                byte[] decoded = random((rows + 7) / 8, 5);
                int set = Levels.decode(out, 3, end, rows, decoded);
                assertThat(decoded).isEqualTo(clearSpare(bitmap.clone(), rows));
                assertThat(set).isEqualTo(naiveCount(bitmap, 0, rows));
                RunLengthBitPackingHybridDecoder theirs =
                        new RunLengthBitPackingHybridDecoder(1, new ByteArrayInputStream(out, 3, end - 3));
                for (int row = 0; row < rows; row++) {
                    if ((theirs.readInt() == 1) != Levels.get(bitmap, row)) {
                        throw new AssertionError("row " + row + " of " + rows + ", seed " + seed);
                    }
                }
            }
        }
    }

    @Test
    void decodesWhatParquetJavaWrites() throws IOException {
        for (int rows : ROWS) {
            for (int seed = 0; seed < 20; seed++) {
                byte[] bitmap = runs(rows, seed);
                byte[] page;
                try (RunLengthBitPackingHybridEncoder theirs =
                        new RunLengthBitPackingHybridEncoder(1, 1024, 1 << 20, HeapByteBufferAllocator.getInstance())) {
                    for (int row = 0; row < rows; row++) {
                        theirs.writeInt(Levels.get(bitmap, row) ? 1 : 0);
                    }
                    page = theirs.toBytes().toInputStream().readAllBytes();
                }
                byte[] decoded = random((rows + 7) / 8, 5);
                Levels.decode(page, 0, page.length, rows, decoded);
                assertThat(decoded).isEqualTo(clearSpare(bitmap.clone(), rows));
            }
        }
    }

    @Test
    void allTheSame_isOneRun() {
        for (int rows : ROWS) {
            for (boolean value : new boolean[] {false, true}) {
                byte[] bitmap = random((rows + 7) / 8, 6);
                Levels.setBits(bitmap, 0, rows, value);
                byte[] out = new byte[Levels.maxEncodedLength(rows)];
                assertThat(Levels.encode(bitmap, rows, out, 0)).isLessThanOrEqualTo(4);
            }
        }
    }

    @Test
    void maxEncodedLength_holdsForRunsThatAlternateAsBadlyAsTheyCan() {
        byte[] bitmap = new byte[90_000];
        for (int i = 0; i < bitmap.length; i++) {
            bitmap[i] = (byte) (i % 9 == 8 ? 0x55 : i % 18 < 9 ? 0 : -1);
        }
        byte[] out = new byte[Levels.maxEncodedLength(8 * bitmap.length)];
        assertThat(Levels.encode(bitmap, 8 * bitmap.length, out, 0)).isLessThanOrEqualTo(bitmap.length);
    }

    @Test
    void aRunThatStartsBetweenBytes_isPutInPlace() {
        // Five ones, then two packed bytes: 0b10101010, 0b00000001.
        byte[] page = {5 << 1, 1, 2 << 1 | 1, (byte) 0xAA, 0x01};
        byte[] bitmap = new byte[2];
        assertThat(Levels.decode(page, 0, page.length, 14, bitmap)).isEqualTo(10);
        assertThat(bitmap).containsExactly(0b0101_1111, 0b0011_0101);
    }

    @Test
    void damagedLevels_areCorrupt() {
        byte[] bitmap = new byte[100];
        for (byte[] page : new byte[][] {{}, {2}, {20, 2}, {3}, {-1, -1, -1, -1, -1, -1}, {0, 1, 0, 1}}) {
            assertThatThrownBy(() -> Levels.decode(page, 0, page.length, 800, bitmap))
                    .isInstanceOf(CorruptPageException.class);
        }
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Returns levels in runs of lengths that grow with the seed. */
    private static byte[] runs(int rows, int seed) {
        byte[] bitmap = random((rows + 7) / 8, seed);
        Random random = new Random(seed);
        for (int row = 0; row < rows; ) {
            int length = Math.min(rows - row, 1 + random.nextInt(1 << seed % 12));
            Levels.setBits(bitmap, row, length, random.nextBoolean());
            row += length;
        }
        return bitmap;
    }

    private static byte[] clearSpare(byte[] bitmap, int rows) {
        Levels.setBits(bitmap, rows, 8 * bitmap.length - rows, false);
        return bitmap;
    }

    private static int naiveCount(byte[] bitmap, int from, int to) {
        int set = 0;
        for (int i = from; i < to; i++) {
            set += Levels.get(bitmap, i) ? 1 : 0;
        }
        return set;
    }

    private static void put(byte[] bitmap, int bit, boolean value) {
        int mask = 1 << (bit & 7);
        bitmap[bit >>> 3] = (byte) (value ? bitmap[bit >>> 3] | mask : bitmap[bit >>> 3] & ~mask);
    }
}
