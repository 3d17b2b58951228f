/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads figures from small text files, such as those below {@code /proc}, into one buffer that is used again, so that
 * reading four times a second leaves next to no garbage. Used by one thread at a time.
 */
final class FigureFile {
    private static final int READ_BYTES = 8192;

    private final byte[] buffer = new byte[2 * READ_BYTES];
    private int length;

    /** Returns {@code label} in the form that {@link #after} looks for. */
    static byte[] label(String label) {
        return label.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads the beginning of {@code file} and returns whether that was possible. */
    boolean load(File file) {
        length = 0;
        try (FileInputStream in = new FileInputStream(file)) {
            int read;
            do {
                read = in.read(buffer, length, Math.min(READ_BYTES, buffer.length - length));
                length += Math.max(read, 0);
            } while (read > 0 && length < buffer.length);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Returns the number the file begins with, {@link Long#MAX_VALUE} for {@code max} and for numbers greater than that,
     * or {@link SystemProbe#UNKNOWN} for anything else.
     */
    long number() {
        if (length >= 3 && buffer[0] == 'm' && buffer[1] == 'a' && buffer[2] == 'x') {
            return Long.MAX_VALUE;
        }
        return numberAt(0);
    }

    /** Returns the number after {@code label} at the beginning of a line, or {@link SystemProbe#UNKNOWN}. */
    long after(byte[] label) {
        int line = 0;
        while (line + label.length <= length) {
            if (startsAt(line, label)) {
                return numberAt(line + label.length);
            }
            while (line < length && buffer[line] != '\n') {
                line++;
            }
            line++;
        }
        return SystemProbe.UNKNOWN;
    }

    private boolean startsAt(int position, byte[] label) {
        for (int i = 0; i < label.length; i++) {
            if (buffer[position + i] != label[i]) {
                return false;
            }
        }
        return true;
    }

    private long numberAt(int position) {
        int at = position;
        while (at < length && (buffer[at] == ' ' || buffer[at] == '\t')) {
            at++;
        }
        int first = at;
        long value = 0;
        while (at < length && buffer[at] >= '0' && buffer[at] <= '9') {
            int digit = buffer[at++] - '0';
            value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
        }
        return at == first ? SystemProbe.UNKNOWN : value;
    }
}
