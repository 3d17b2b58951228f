/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes apart bodies of several parts, which may hold any bytes. */
final class Multipart {
    private static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};

    private Multipart() {}

    /** Returns the contents of the parts between the boundaries, without their headers. */
    static List<byte[]> parts(byte[] body, String boundary) {
        byte[] separator = ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        List<byte[]> parts = new ArrayList<>();
        int begin = indexOf(body, separator, 0);
        while (begin >= 0) {
            int end = indexOf(body, separator, begin + separator.length);
            int content = indexOf(body, BLANK_LINE, begin);
            if (end < 0 || content < 0) {
                break;
            }
            // The line break before a boundary belongs to the boundary.
            parts.add(Arrays.copyOfRange(body, content + BLANK_LINE.length, end - 2));
            begin = end;
        }
        return parts;
    }

    private static int indexOf(byte[] bytes, byte[] wanted, int from) {
        for (int i = from; i <= bytes.length - wanted.length; i++) {
            if (bytes[i] == wanted[0] && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
