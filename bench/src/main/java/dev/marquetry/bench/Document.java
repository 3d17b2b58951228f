/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of Markdown with tables between pairs of markers: {@code <!-- table sizes -->} and {@code <!-- /table sizes -->}. */
record Document(Path file) {
    /**
     * Puts {@code text} between the markers of {@code table}, in place of what was there.
     *
     * @throws IOException if the file can not be read or written, or lacks the markers
     */
    void replace(String table, String text) throws IOException {
        String begin = "<!-- table " + table + " -->\n";
        String end = "<!-- /table " + table + " -->";
        String page = Files.readString(file);
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from < 0 || to < from) {
            throw new IOException("Cannot find the markers of table " + table + ": " + file);
        }
        Files.writeString(file, page.substring(0, from + begin.length()) + text + page.substring(to));
    }
}
