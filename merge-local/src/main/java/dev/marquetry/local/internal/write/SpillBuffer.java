/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.local.internal.limits.ByteSlab;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.scratch.Scratch;
import dev.marquetry.local.internal.scratch.ScratchFile;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Bytes that are kept until they are wanted: a stretch in memory, the rest in a scratch file. Not thread-safe. */
final class SpillBuffer extends OutputStream {
    private static final int PIECE = 64 << 10;

    private final Scratch scratch;
    private final String name;
    private final ByteSlab memory;
    private final int memoryLimit;
    private int inMemory;
    private long spilled;
    private @Nullable ScratchFile file;

    /** Begins empty, with room for {@code expected} bytes or as many as may stay in memory. */
    SpillBuffer(MemoryBudget budget, Place place, Scratch scratch, String name, long expected) {
        this.scratch = scratch;
        this.name = name;
        memory = new ByteSlab(budget, place);
        memoryLimit = memoryLimit(budget.limit());
        memory.ensure((int) Math.min(memoryLimit, expected));
    }

    /** Returns how many bytes stay in memory within {@code budget} bytes. */
    static int memoryLimit(long budget) {
        return (int) Math.min(1 << 20, Math.max(16 << 10, budget / 64));
    }

    long length() {
        return spilled + inMemory;
    }

    @Override
    public void write(int b) throws IOException {
        if (inMemory == memoryLimit) {
            spill();
        }
        room(1)[inMemory++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (inMemory + (long) count > memoryLimit && inMemory > 0) {
            spill();
        }
        System.arraycopy(bytes, offset, room(count), inMemory, count);
        inMemory += count;
    }

    private byte[] room(int count) {
        return memory.grow(Math.addExact(inMemory, count), inMemory);
    }

    private void spill() throws IOException {
        ScratchFile open = file;
        if (open == null) {
            open = scratch.create(name);
            file = open;
        }
        open.write(spilled, memory.array(), 0, inMemory);
        spilled += inMemory;
        inMemory = 0;
    }

    /** Takes bytes in pieces, in order. */
    @FunctionalInterface
    interface Consumer {
        /** Takes {@code count} bytes of {@code bytes}, from {@code offset} on. */
        void accept(byte[] bytes, int offset, int count) throws IOException;
    }

    /** Hands over bytes {@code [from, to)} of what was written. */
    void read(long from, long to, Consumer consumer) throws IOException {
        long at = from;
        if (at < spilled && file != null) {
            byte[] piece = new byte[(int) Math.min(PIECE, Math.min(to, spilled) - at)];
            while (at < Math.min(to, spilled)) {
                int count = (int) Math.min(piece.length, Math.min(to, spilled) - at);
                file.read(at, piece, 0, count);
                consumer.accept(piece, 0, count);
                at += count;
            }
        }
        if (at < to) {
            consumer.accept(memory.array(), (int) (at - spilled), (int) (to - at));
        }
    }

    /** Forgets what was written and keeps memory and file for more. */
    void reset() {
        inMemory = 0;
        spilled = 0;
    }

    @Override
    public void close() throws IOException {
        memory.close();
        if (file != null) {
            file.close();
        }
    }
}
