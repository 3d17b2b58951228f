/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.source.Input;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The part of a column chunk that is in memory. A small chunk is read whole, a large one a stretch at a time. */
public final class ChunkWindow implements AutoCloseable {
    private final int whole;
    private final int ahead;
    private final ByteSlab slab;
    private @Nullable Input channel;
    private long end;
    private long start;
    private int length;
    private boolean small;

    /** Begins empty; growth is charged to {@code budget} and a breach names {@code place}. */
    public ChunkWindow(MemoryBudget budget, Place place) {
        slab = new ByteSlab(budget, place);
        whole = (int) Math.max(256 << 10, Math.min(4 << 20, budget.limit() / 16));
        ahead = whole / 4;
    }

    /** Moves to the chunk in {@code [from, to)} of {@code file}; nothing is read yet. */
    void open(Input file, long from, long to) {
        channel = file;
        start = from;
        end = to;
        length = 0;
        small = to - from <= whole;
    }

    /** Returns the bytes that {@link #require} points into. */
    byte[] bytes() {
        return slab.array();
    }

    /** Returns the bytes of the chunk from {@code position} on. */
    long remaining(long position) {
        return end - position;
    }

    /** Returns how many bytes from {@code position} on are in memory. */
    int available(long position) {
        return position < start || position >= start + length ? 0 : (int) (start + length - position);
    }

    /**
     * Brings {@code count} bytes at {@code position} of the file into memory, and more if {@code readAhead}, and returns where
     * in {@link #bytes} they begin. What was in memory before may be gone.
     */
    int require(long position, int count, boolean readAhead) throws IOException {
        if (position >= start && position + count <= start + length) {
            return (int) (position - start);
        }
        if (count > remaining(position)) {
            throw new IOException("column chunk ends " + (count - remaining(position)) + " bytes early");
        }
        int wanted = (int) Math.min(remaining(position), small ? whole : readAhead ? Math.max(ahead, count) : count);
        byte[] bytes = slab.ensure(wanted);
        length = 0;
        Objects.requireNonNull(channel, "open comes first").readFully(position, bytes, 0, wanted);
        start = position;
        length = wanted;
        return 0;
    }

    @Override
    public void close() {
        slab.close();
    }
}
