package dev.marquetry.local.internal.align;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.scratch.ScratchFile;
import dev.marquetry.local.internal.scratch.ScratchFolder;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of all row maps: in memory up to a sixteenth of the budget, behind that in a scratch file. Thread-safe.
 */
public final class RowMapStore implements AutoCloseable {
    private final ScratchFolder scratch;
    private final ByteSlab memory;
    private final long memoryLimit;
    private int inMemory;
    private @Nullable ScratchFile file;

    /** Opens an empty store. */
    public RowMapStore(MemoryBudget budget, Place place, ScratchFolder scratch) {
        this.scratch = scratch;
        memory = new ByteSlab(budget, place);
        memoryLimit = Math.min(16 << 20, budget.limit() / 16);
    }

    /** Keeps {@code length} bytes and returns where. */
    synchronized long add(byte[] bytes, int length) throws IOException {
        if (file == null && inMemory + (long) length <= memoryLimit) {
            int at = inMemory;
            System.arraycopy(bytes, 0, memory.grow(at + length, at), at, length);
            inMemory += length;
            return at;
        }
        ScratchFile open = file;
        if (open == null) {
            open = scratch.create("rowmaps");
            file = open;
        }
        return memoryLimit + open.append(bytes, 0, length);
    }

    /** Reads {@code length} bytes from {@code at} on into {@code to}. */
    void read(long at, int length, byte[] to) throws IOException {
        ScratchFile spilled;
        synchronized (this) {
            if (at < memoryLimit) {
                System.arraycopy(memory.array(), (int) at, to, 0, length);
                return;
            }
            spilled = file;
        }
        if (spilled != null) {
            spilled.read(at - memoryLimit, to, 0, length);
        }
    }

    @Override
    public void close() throws IOException {
        memory.close();
        if (file != null) {
            file.close();
        }
    }
}
