/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.scratch.Scratch;
import dev.marquetry.local.internal.scratch.ScratchFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of all row maps: in memory up to a sixteenth of the budget, behind that in a scratch file. Thread-safe.
 *
 * <p>A map kept in memory is known by a number below zero, one in the file by its offset.
 */
public final class RowMapStore implements AutoCloseable {
    private final MemoryBudget budget;
    private final @Nullable Scratch scratch;
    private final long memoryLimit;
    private final List<byte[]> inMemory = new ArrayList<>();
    private long memoryBytes;
    private @Nullable ScratchFile file;

    /** Opens an empty store. */
    public RowMapStore(MemoryBudget budget, Scratch scratch) {
        this(budget, scratch, memoryLimit(budget.limit()));
    }

    private RowMapStore(MemoryBudget budget, @Nullable Scratch scratch, long memoryLimit) {
        this.budget = budget;
        this.scratch = scratch;
        this.memoryLimit = memoryLimit;
    }

    /** Opens an empty store for a few maps, which may take all of {@code budget} and have to fit it. */
    public static RowMapStore inMemory(MemoryBudget budget) {
        return new RowMapStore(budget, null, budget.limit());
    }

    /** Returns how many bytes of maps a merge within {@code budget} bytes keeps in memory. */
    public static long memoryLimit(long budget) {
        return Math.min(4 << 20, budget / 16);
    }

    /** Keeps {@code length} bytes and returns where. */
    synchronized long add(byte[] bytes, int length) throws IOException {
        if (memoryBytes + length <= memoryLimit && budget.tryTake(length)) {
            memoryBytes += length;
            inMemory.add(Arrays.copyOf(bytes, length));
            return -inMemory.size();
        }
        ScratchFile open = file;
        if (open == null) {
            if (scratch == null) {
                throw new IOException("row maps do not fit the memory");
            }
            open = scratch.create("rowmaps");
            file = open;
        }
        return open.append(bytes, 0, length);
    }

    /** Reads {@code length} bytes of the map at {@code at}, from {@code offset} of it on, into {@code to}. */
    void read(long at, long offset, int length, byte[] to) throws IOException {
        ScratchFile spilled;
        synchronized (this) {
            if (at < 0) {
                System.arraycopy(inMemory.get((int) (-at - 1)), (int) offset, to, 0, length);
                return;
            }
            spilled = file;
        }
        if (spilled != null) {
            spilled.read(at + offset, to, 0, length);
        }
    }

    @Override
    public void close() throws IOException {
        budget.give(memoryBytes);
        memoryBytes = 0;
        inMemory.clear();
        if (file != null) {
            file.close();
        }
    }
}
