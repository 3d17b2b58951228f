/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

/** Picks values by index; each loop touches one width only, so that it compiles to plain loads and stores. */
public final class Gather {
    private Gather() {}

    /**
     * Writes values of {@code width} bytes side by side from {@code at} on: those at {@code index[offset + i]} of the values
     * that begin at {@code base} of {@code from}.
     */
    public static void fixed(byte[] from, int base, int width, int[] index, int offset, int length, byte[] to, int at) {
        switch (width) {
            case 1 -> ones(from, base, index, offset, length, to, at);
            case 4 -> fours(from, base, index, offset, length, to, at);
            case 8 -> eights(from, base, index, offset, length, to, at);
            case 12 -> twelves(from, base, index, offset, length, to, at);
            case 16 -> sixteens(from, base, index, offset, length, to, at);
            default -> {
                for (int i = 0; i < length; i++) {
                    System.arraycopy(
                            from, base + Math.multiplyExact(index[offset + i], width), to, at + i * width, width);
                }
            }
        }
    }

    static void ints(int[] from, int[] index, int offset, int length, int[] to, int at) {
        for (int i = 0; i < length; i++) {
            to[at + i] = from[index[offset + i]];
        }
    }

    private static void ones(byte[] from, int base, int[] index, int offset, int length, byte[] to, int at) {
        for (int i = 0; i < length; i++) {
            to[at + i] = from[base + index[offset + i]];
        }
    }

    private static void fours(byte[] from, int base, int[] index, int offset, int length, byte[] to, int at) {
        for (int i = 0; i < length; i++) {
            LittleEndian.putInt(to, at + 4 * i, LittleEndian.getInt(from, base + 4 * index[offset + i]));
        }
    }

    private static void eights(byte[] from, int base, int[] index, int offset, int length, byte[] to, int at) {
        for (int i = 0; i < length; i++) {
            LittleEndian.putLong(to, at + 8 * i, LittleEndian.getLong(from, base + 8 * index[offset + i]));
        }
    }

    private static void twelves(byte[] from, int base, int[] index, int offset, int length, byte[] to, int at) {
        for (int i = 0; i < length; i++) {
            int source = base + 12 * index[offset + i];
            LittleEndian.putLong(to, at + 12 * i, LittleEndian.getLong(from, source));
            LittleEndian.putInt(to, at + 12 * i + 8, LittleEndian.getInt(from, source + 8));
        }
    }

    private static void sixteens(byte[] from, int base, int[] index, int offset, int length, byte[] to, int at) {
        for (int i = 0; i < length; i++) {
            int source = base + 16 * index[offset + i];
            LittleEndian.putLong(to, at + 16 * i, LittleEndian.getLong(from, source));
            LittleEndian.putLong(to, at + 16 * i + 8, LittleEndian.getLong(from, source + 8));
        }
    }
}
