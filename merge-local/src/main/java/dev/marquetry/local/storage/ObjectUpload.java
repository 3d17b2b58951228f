/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An object on its way into a store. Closed without having been completed, it leaves nothing behind. Used by one thread at a
 * time.
 */
public interface ObjectUpload extends AutoCloseable {
    /**
     * Sends all bytes of {@code piece}, which follow those before; its position is moved to its limit.
     *
     * @throws ObjectChangedException if what is there is not what was to be replaced
     * @throws IOException if they can not be sent
     * @throws InterruptedException if the thread was interrupted
     */
    void write(ByteBuffer piece) throws IOException, InterruptedException;

    /**
     * Makes the object visible and returns what the store says of it. An answer that was lost is looked up. An interrupt does
     * not cut this short, for the outcome must be known; it is kept for the caller.
     *
     * @throws ObjectChangedException if what is there is not what was to be replaced; nothing has become visible
     * @throws IOException if it failed; nothing has become visible
     * @throws dev.marquetry.OutcomeUnknownException if nobody can tell whether it has become visible
     */
    StoredObject complete() throws IOException;

    /** Gives the upload up unless it is complete. */
    @Override
    void close();
}
