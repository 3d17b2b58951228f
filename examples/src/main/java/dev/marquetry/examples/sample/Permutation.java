/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.sample;

/**
 * A random order of {@code 0 … size - 1} that takes no memory: a four-round Feistel network over the next even number of
 * bits, walked until it lands inside. Immutable and thread-safe.
 */
final class Permutation {
    private static final int ROUNDS = 4;

    private final long seed;
    private final int size;
    private final int halfBits;

    Permutation(long seed, int size) {
        this.seed = seed;
        this.size = size;
        int bits = 32 - Integer.numberOfLeadingZeros(size - 1);
        halfBits = Math.max(1, (bits + 1) / 2);
    }

    int at(int position) {
        long walked = position;
        do {
            walked = scramble(walked);
        } while (walked >= size);
        return (int) walked;
    }

    private long scramble(long value) {
        long mask = (1L << halfBits) - 1;
        long left = value >>> halfBits;
        long right = value & mask;
        for (int round = 0; round < ROUNDS; round++) {
            long mixed = SampleValues.mix(seed + right * ROUNDS + round) & mask;
            long next = left ^ mixed;
            left = right;
            right = next;
        }
        return left << halfBits | right;
    }
}
