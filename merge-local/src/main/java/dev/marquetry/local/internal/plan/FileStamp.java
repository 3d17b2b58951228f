/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What tells a changed file from an unchanged one.
 *
 * @param bytes its size
 * @param modifiedNanos when it was last modified, in nanoseconds since 1970 as far as the file system tells
 * @param footerCrc the CRC-32 of its footer
 */
public record FileStamp(long bytes, long modifiedNanos, int footerCrc) {
    /** Returns whether {@code path} still has this size and time; the footer is not read again. */
    public boolean holds(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return attributes.size() == bytes && modified(attributes) == modifiedNanos;
    }

    static long modified(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS);
    }
}
