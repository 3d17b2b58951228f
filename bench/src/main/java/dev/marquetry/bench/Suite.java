/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.util.Locale;

/** Jobs that go into one table. */
enum Suite {
    /** Three sizes by three shapes, every tool. */
    SIZES,
    /** The largest of the three sizes, meant for a folder in memory: {@code --folder /dev/shm/…}. */
    TMPFS,
    /** 667 feature files. */
    FULL,
    /** A million rows, and row groups that do not fall together. */
    MILLION,
    /** Pages that a codec has work with. */
    ZSTD,
    /** {@code --memory 64MB}. */
    FRUGAL,
    /** Memory by number of files. */
    GROWTH,
    /** Many chunks: 17,057 columns by 10 and by 60 row groups. */
    WIDE,
    /** One thread and two. */
    THREADS;

    /** Returns the name that markers in the document and the command line have. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether other tools take part unless the command says otherwise. */
    boolean hasPeers() {
        return this == SIZES;
    }
}
