/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

import java.io.IOException;

/** Takes the begin of a chunk that has outgrown its buffer; called in order, the first time with the chunk's first bytes. */
@FunctionalInterface
public interface ChunkOverflow {
    /** Writes {@code length} bytes of {@code bytes}, from 0 on, behind what came before. */
    void accept(byte[] bytes, int length) throws IOException;
}
