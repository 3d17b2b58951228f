/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

import dev.marquetry.local.internal.limits.MemoryBudget;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged pages end in an exception or a value: no hang, nothing beyond the budget or the page. */
class HostileBytesTest {
    private static final int ROUNDS = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("dev.marquetry.local.internal.page.ValueCodingTest#codings")
    void damagedValues_endInAnExceptionOrAValue(Type type, Encoding encoding) {
        int count = 300;
        FlatValues values = Values.random(type, Values.FIXED_LENGTH, count, 2);
        ValueEncoder encoder = new ValueEncoder(Values.budget(), Values.place());
        byte[] out = new byte[encoder.maxLength(type, Values.FIXED_LENGTH, encoding, 0, values, 0, count)];
        int end = encoder.encode(type, Values.FIXED_LENGTH, encoding, 0, values, 0, count, out, 0);
        damage(type, encoding, Arrays.copyOf(out, end), count);
    }

    @Test
    void damagedIndices_endInAnExceptionOrAValue() {
        FlatValues values = Values.indices(
                new Random(1).ints(300, 0, 40).map(i -> i < 20 ? 3 : i).toArray());
        byte[] out = new byte[1 + IndexCoding.maxEncodedLength(300, 6)];
        out[0] = 6;
        int end = IndexCoding.encode(values.ints(), 0, 300, 6, out, 1);
        damage(Type.DOUBLE, Encoding.RLE_DICTIONARY, Arrays.copyOf(out, end), 300);
    }

    @Test
    void damagedLevels_endInAnExceptionOrAValue() {
        byte[] bitmap = new byte[100];
        new Random(1).nextBytes(bitmap);
        Levels.setBits(bitmap, 100, 300, true);
        byte[] out = new byte[Levels.maxEncodedLength(800)];
        byte[] sound = Arrays.copyOf(out, Levels.encode(bitmap, 800, out, 0));
        Assertions.assertTimeoutPreemptively(PATIENCE, () -> {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] page = mutate(sound, round);
                try {
                    Levels.decode(page, 0, page.length, 800, new byte[100]);
                } catch (RuntimeException e) {
                    // Any will do; the caller makes it a typed one.
                }
            }
        });
    }

    private static void damage(Type type, Encoding encoding, byte[] sound, int count) {
        MemoryBudget budget = new MemoryBudget(4 << 20);
        FlatValues decoded = new FlatValues(budget, Values.place());
        ValueDecoder decoder = new ValueDecoder(budget, Values.place());
        FlatValues.Layout layout = ValueDecoder.layout(type, encoding);
        int width = ValueDecoder.width(type, Values.FIXED_LENGTH);
        Assertions.assertTimeoutPreemptively(PATIENCE, () -> {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] page = mutate(sound, round);
                int claimed = round % 100 == 0 ? Integer.MAX_VALUE - round : count;
                decoded.reset(layout, width);
                try {
                    decoder.decode(type, Values.FIXED_LENGTH, encoding, page, 0, page.length, claimed, decoded);
                } catch (RuntimeException e) {
                    continue;
                }
                Assertions.assertEquals(claimed, decoded.count());
            }
        });
    }

    /** Flips bits, puts numbers in, cuts off or adds, depending on the seed; at least one of these. */
    private static byte[] mutate(byte[] sound, int seed) {
        Random random = new Random(seed);
        byte[] page = sound.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            // The beginning of a page is where its headers are.
            int at = random.nextInt(random.nextBoolean() ? page.length : Math.min(page.length, 16));
            switch (random.nextInt(4)) {
                case 0 -> page[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> page[at] = (byte) random.nextInt();
                case 2 -> page[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
                default -> {
                    if (random.nextInt(8) == 0) {
                        page = Arrays.copyOf(page, Math.max(1, at + random.nextInt(20)));
                    }
                }
            }
        }
        return page;
    }
}
