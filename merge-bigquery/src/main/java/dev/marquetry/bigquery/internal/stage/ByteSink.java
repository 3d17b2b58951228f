/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.stage;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes the bytes of a download. */
@FunctionalInterface
public interface ByteSink {
    /**
     * Takes all bytes of {@code bytes}, which lie at {@code position} of the object and follow those before. A download
     * that begins again begins at zero again.
     */
    void take(long position, ByteBuffer bytes) throws IOException;
}
