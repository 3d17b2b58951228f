/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.source;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.storage.ObjectChangedException;
import dev.marquetry.local.storage.ObjectStore;
import dev.marquetry.local.storage.StoredObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one merge or estimate reads from an object store. Each object is read in the generation that was found first. What is
 * read before it is used lies in a share of the merge's memory. Thread-safe.
 */
public final class ObjectReads implements AutoCloseable {
    /** How many footers are fetched side by side: {@value}. */
    public static final int FOOTERS_AT_ONCE = 32;

    /** With less room, reading ahead would be in pieces too small to be worth a request. */
    private static final long LEAST_ROOM = 256 << 10;

    /** Windows of the objects that are open, and footers that are waited for: the same for small objects as for large ones. */
    private static final long FIXED_AHEAD = 8 << 20;

    private final ObjectStore store;
    private final Room room;
    private volatile @Nullable ReadAhead ahead;

    /** Reads from {@code store}, charging {@code budget}. */
    public ObjectReads(ObjectStore store, MemoryBudget budget) {
        this.store = store;
        room = new Room(budget);
    }

    /** Returns how many bytes of a budget of {@code budget} hold what is read before it is used, of objects of {@code bytes}. */
    public static long bytesAhead(long budget, long bytes) {
        return bytes == 0 ? 0 : Math.min(Room.most(budget), FIXED_AHEAD + 2 * bytes);
    }

    /** Returns whether {@code address} is of an object. */
    public boolean serves(URI address) {
        return store.serves(address);
    }

    /**
     * Returns the object that is at {@code address}, in the generation that it has.
     *
     * @throws InvalidInputException if there is none
     */
    public ObjectOrigin locate(URI address) throws IOException {
        StoredObject found = find(address);
        if (found == null) {
            throw new InvalidInputException(
                    "[" + MergeRequest.fileName(address) + "] Cannot find the object: check its name");
        }
        return new ObjectOrigin(this, found);
    }

    /** Returns whether there is an object at {@code address}. */
    public boolean has(URI address) throws IOException {
        return find(address) != null;
    }

    @Nullable
    StoredObject find(URI address) throws IOException {
        try {
            return store.find(address).orElse(null);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Has what {@code jobs} want read before it is used, by {@code threads} at once; does nothing where there is no room. */
    public ReadAhead begin(List<? extends ReadAhead.Job> jobs, int threads) {
        ReadAhead begun = new ReadAhead(this, jobs, room.most() < LEAST_ROOM ? 0 : threads);
        ahead = begun;
        return begun;
    }

    @Nullable
    ReadAhead ahead() {
        return ahead;
    }

    void ended(ReadAhead one) {
        if (ahead == one) {
            ahead = null;
        }
    }

    Room room() {
        return room;
    }

    /** Fills {@code into} with the bytes of {@code origin} from {@code position} on. */
    void fetch(ObjectOrigin origin, long position, ByteBuffer into) throws IOException {
        try {
            store.read(origin.object(), position, into);
        } catch (ObjectChangedException e) {
            throw new InvalidInputException(
                    "[" + origin.name()
                            + "] Cannot merge a file that changes meanwhile: merge again once it is complete",
                    e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while reading from an object store");
    }

    /** Ends it: reads go on, but none ahead. */
    @Override
    public void close() {
        ReadAhead last = ahead;
        if (last != null) {
            last.close();
        }
        room.close();
    }
}
