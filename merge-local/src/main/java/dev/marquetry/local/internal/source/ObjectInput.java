/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.source;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object open for reading. Bytes come from what was read ahead, from stretches that were {@link #bring brought} near, from
 * a window that follows small reads in a row, or, asked for at once, straight from the store.
 */
final class ObjectInput implements Input {
    private static final int WINDOW = 256 << 10;

    /** Reads that begin this near behind the last one are taken to be in a row. */
    private static final int NEXT = 64 << 10;

    private final ObjectReads reads;
    private final ObjectOrigin origin;
    private final @Nullable ReadAhead ahead;
    private final long size;
    private final List<Stretch> near = new ArrayList<>();
    private @Nullable Stretch window;
    private long lastEnd = -1;
    private long held;

    /** Bytes of the object in memory. */
    private static final class Stretch {
        private final byte[] bytes;
        private long from;
        private int length;

        Stretch(long from, byte[] bytes) {
            this.from = from;
            this.bytes = bytes;
            length = bytes.length;
        }

        boolean has(long position) {
            return position >= from && position < from + length;
        }

        int copy(long position, ByteBuffer into) {
            int at = (int) (position - from);
            int count = Math.min(into.remaining(), length - at);
            into.put(bytes, at, count);
            return count;
        }
    }

    ObjectInput(ObjectReads reads, ObjectOrigin origin, @Nullable ReadAhead ahead) {
        this.reads = reads;
        this.origin = origin;
        this.ahead = ahead;
        size = origin.object().bytes();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        if (position >= size) {
            return -1;
        }
        int count = ahead == null ? 0 : ahead.read(origin, into, position);
        return count > 0 ? count : readHere(into, position);
    }

    private synchronized int readHere(ByteBuffer into, long position) throws IOException {
        int count = (int) Math.min(into.remaining(), size - position);
        Stretch there = at(position);
        if (there == null && count < WINDOW && position >= lastEnd && position - lastEnd <= NEXT && lastEnd >= 0) {
            there = moveWindow(position);
        }
        lastEnd = position + count;
        if (there != null) {
            return there.copy(position, into);
        }
        int limit = into.limit();
        into.limit(into.position() + count);
        reads.fetch(origin, position, into);
        into.limit(limit);
        return count;
    }

    private @Nullable Stretch at(long position) {
        for (Stretch stretch : near) {
            if (stretch.has(position)) {
                return stretch;
            }
        }
        Stretch last = window;
        return last != null && last.has(position) ? last : null;
    }

    private @Nullable Stretch moveWindow(long position) throws IOException {
        Stretch moved = window;
        if (moved == null) {
            if (!take(WINDOW)) {
                return null;
            }
            moved = new Stretch(position, new byte[WINDOW]);
            window = moved;
        }
        moved.length = 0;
        moved.from = position;
        int length = (int) Math.min(WINDOW, size - position);
        reads.fetch(origin, position, ByteBuffer.wrap(moved.bytes, 0, length));
        moved.length = length;
        return moved;
    }

    private boolean take(long bytes) {
        boolean taken = reads.room().tryTake(bytes);
        held += taken ? bytes : 0;
        return taken;
    }

    @Override
    public void readFully(long position, byte[] bytes, int offset, int count) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(bytes, offset, count);
        while (into.hasRemaining()) {
            long at = position + into.position() - offset;
            if (read(into, at) < 0) {
                throw new EOFException("object ends " + into.remaining() + " bytes early");
            }
        }
    }

    @Override
    public synchronized boolean bring(long from, long to) throws IOException {
        for (Stretch stretch : near) {
            if (stretch.has(from) && stretch.has(to - 1)) {
                return true;
            }
        }
        int length = (int) Math.min(to - from, Integer.MAX_VALUE);
        if (length < to - from || length > reads.room().most() / 2 || !take(length)) {
            return false;
        }
        byte[] bytes = new byte[length];
        reads.fetch(origin, from, ByteBuffer.wrap(bytes));
        near.add(new Stretch(from, bytes));
        return true;
    }

    @Override
    public synchronized void close() {
        reads.room().give(held);
        held = 0;
        near.clear();
        window = null;
        if (ahead != null) {
            ahead.closed(origin);
        }
    }
}
