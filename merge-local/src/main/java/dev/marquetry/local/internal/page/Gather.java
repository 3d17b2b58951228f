/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

/** Picks values by index; each loop touches one width only, so that it compiles to plain loads and stores. */
final class Gather {
    private Gather() {}

    /** Writes the values of {@code width} bytes at {@code index[offset + i]} side by side from {@code at} on. */
    static void fixed(byte[] from, int width, int[] index, int offset, int length, byte[] to, int at) {
        switch (width) {
            case 1 -> ones(from, index, offset, length, to, at);
            case 4 -> fours(from, index, offset, length, to, at);
            case 8 -> eights(from, index, offset, length, to, at);
            case 12 -> twelves(from, index, offset, length, to, at);
            case 16 -> sixteens(from, index, offset, length, to, at);
            default -> {
                for (int i = 0; i < length; i++) {
                    System.arraycopy(from, Math.multiplyExact(index[offset + i], width), to, at + i * width, width);
                }
            }
        }
    }

    static void ints(int[] from, int[] index, int offset, int length, int[] to, int at) {
        for (int i = 0; i < length; i++) {
            to[at + i] = from[index[offset + i]];
        }
    }

    private static void ones(byte[] from, int[] index, int offset, int length, byte[] to, int at) {
        for (int i = 0; i < length; i++) {
            to[at + i] = from[index[offset + i]];
        }
    }

    private static void fours(byte[] from, int[] index, int offset, int length, byte[] to, int at) {
        for (int i = 0; i < length; i++) {
            LittleEndian.putInt(to, at + 4 * i, LittleEndian.getInt(from, 4 * index[offset + i]));
        }
    }

    private static void eights(byte[] from, int[] index, int offset, int length, byte[] to, int at) {
        for (int i = 0; i < length; i++) {
            LittleEndian.putLong(to, at + 8 * i, LittleEndian.getLong(from, 8 * index[offset + i]));
        }
    }

    private static void twelves(byte[] from, int[] index, int offset, int length, byte[] to, int at) {
        for (int i = 0; i < length; i++) {
            int source = 12 * index[offset + i];
            LittleEndian.putLong(to, at + 12 * i, LittleEndian.getLong(from, source));
            LittleEndian.putInt(to, at + 12 * i + 8, LittleEndian.getInt(from, source + 8));
        }
    }

    private static void sixteens(byte[] from, int[] index, int offset, int length, byte[] to, int at) {
        for (int i = 0; i < length; i++) {
            int source = 16 * index[offset + i];
            LittleEndian.putLong(to, at + 16 * i, LittleEndian.getLong(from, source));
            LittleEndian.putLong(to, at + 16 * i + 8, LittleEndian.getLong(from, source + 8));
        }
    }
}
