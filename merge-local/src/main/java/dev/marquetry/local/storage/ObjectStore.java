/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.storage;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A store of objects that inputs are read from and the output is written to. An implementation tries again by itself what
 * passes, with pauses, until the thread is interrupted: that is how the engine ends a merge that was cancelled or whose time
 * is up. Besides what each method says it may throw any {@link dev.marquetry.MergeException}, such as {@link
 * dev.marquetry.StrategyUnavailableException} where a permission is missing or the service stays away.
 *
 * <p>Implementations are thread-safe: many reads go on side by side.
 */
public interface ObjectStore {
    /** Returns whether {@code address} is of this store's kind; asks nothing of the service. */
    boolean serves(URI address);

    /**
     * Returns the object that is at {@code address}, or empty if there is none.
     *
     * @throws IOException if the store can not be asked
     * @throws InterruptedException if the thread was interrupted
     */
    Optional<StoredObject> find(URI address) throws IOException, InterruptedException;

    /**
     * Fills {@code into} with the bytes of just this generation from {@code position} on; blocks until all are there. After
     * an exception the buffer's content and position are anything, and a thread of the store may still write into it.
     *
     * @throws ObjectChangedException if this generation is no longer there
     * @throws IOException if the bytes can not be read
     * @throws InterruptedException if the thread was interrupted
     */
    void read(StoredObject object, long position, ByteBuffer into) throws IOException, InterruptedException;

    /**
     * Begins an object at {@code address}, of which nothing is visible before {@link ObjectUpload#complete}.
     *
     * @param replaced the generation that it is to replace; empty if there must be none
     * @param pieceBytes how many bytes each {@link ObjectUpload#write} but the last brings; a multiple of 256 KiB. The upload
     *     may hold as many in memory
     * @throws IOException if the store can not be asked
     * @throws InterruptedException if the thread was interrupted
     */
    ObjectUpload create(URI address, Optional<StoredObject> replaced, int pieceBytes)
            throws IOException, InterruptedException;
}
