/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.source;

import dev.marquetry.MergeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads objects before they are used: jobs one after another in the order in which they will be needed, several at once, as
 * long as there is room. Workers wait for what is on its way and fetch by themselves what is not; what could not be fetched
 * here they fetch again, and tell what is wrong. So nothing depends on it but time. Thread-safe.
 */
public final class ReadAhead implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);

    /** One request. */
    private static final int MOST_PIECE = 4 << 20;

    /** It is cheaper to read such a gap than to ask twice. */
    private static final int GAP = 128 << 10;

    private static final long LOOK_AGAIN_MILLIS = 100;
    private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSING_MILLIS = 3_000;

    /** What is to be read of one object at one time. */
    public interface Job {
        /** Returns the object. */
        Origin origin();

        /** Says what to read of it; {@code input} reads the object meanwhile. */
        void ask(Input input, Wanted wanted) throws IOException;
    }

    /** Takes down what is to be read. */
    public interface Wanted {
        /** Reads the bytes {@code [from, to)} at once; they are kept until the input is closed. */
        void now(long from, long to) throws IOException;

        /** Reads the bytes {@code [from, to)} later, in the order in which they are named; each is used once. */
        void later(long from, long to);
    }

    private enum State {
        ASKED,
        LOADING,
        LOADED,
        DROPPED
    }

    private static final class Piece {
        private final long from;
        private final int length;
        private final boolean once;
        private State state = State.ASKED;
        private byte @Nullable [] bytes;
        private int used;
        private boolean touched;

        Piece(long from, int length, boolean once) {
            this.from = from;
            this.length = length;
            this.once = once;
        }
    }

    /** What is read ahead of one object. */
    private static final class Shelf {
        private final TreeMap<Long, Piece> pieces = new TreeMap<>();
        private int open;
        private int jobsLeft;
        private boolean found;
    }

    private final ObjectReads reads;
    private final Room room;
    private final List<? extends Job> jobs;
    private final int mostPiece;
    private final Map<Origin, Shelf> shelves = new HashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private int next;
    private boolean closed;

    ReadAhead(ObjectReads reads, List<? extends Job> jobs, int threads) {
        this.reads = reads;
        this.jobs = jobs;
        room = reads.room();
        mostPiece = (int) Math.min(MOST_PIECE, room.most() / 4);
        for (Job job : threads == 0 ? List.<Job>of() : jobs) {
            shelves.computeIfAbsent(job.origin(), origin -> new Shelf()).jobsLeft++;
        }
        for (int i = 0; i < Math.min(threads, jobs.size()); i++) {
            Thread thread = new Thread(this::work, "marquetry-reading-ahead-" + i);
            thread.setDaemon(true);
            this.threads.add(thread);
            thread.start();
        }
    }

    private void work() {
        try {
            for (int job = take(); job >= 0; job = take()) {
                read(job);
            }
        } catch (InterruptedException e) {
            // closed
        } catch (IOException | MergeException e) {
            LOG.debug("Reading ahead ends", e);
        }
    }

    private synchronized int take() {
        return closed || next == jobs.size() ? -1 : next++;
    }

    private void read(int index) throws IOException, InterruptedException {
        Job job = jobs.get(index);
        if (!(job.origin() instanceof ObjectOrigin origin)) {
            return;
        }
        Shelf shelf = shelf(origin);
        List<Piece> later = new ArrayList<>();
        try (Input input = origin.openAhead()) {
            job.ask(new PeekingInput(input, shelf), new Asked(index, origin, shelf, later));
        } catch (IOException | MergeException e) {
            LOG.debug("Could not read {} ahead", origin, e);
        } finally {
            found(shelf, later);
        }
        for (Piece piece : later) {
            load(index, origin, shelf, piece);
        }
    }

    private synchronized Shelf shelf(Origin origin) {
        return shelves.computeIfAbsent(origin, o -> new Shelf());
    }

    private synchronized void found(Shelf shelf, List<Piece> later) {
        if (!closed) {
            later.forEach(piece -> put(shelf, piece));
        }
        shelf.jobsLeft--;
        shelf.found = true;
        notifyAll();
    }

    private void put(Shelf shelf, Piece piece) {
        Piece before = shelf.pieces.put(piece.from, piece);
        if (before != null) {
            drop(shelf, before);
        }
    }

    private void load(int turn, ObjectOrigin origin, Shelf shelf, Piece piece)
            throws IOException, InterruptedException {
        if (!room.take(turn, piece.length)) {
            return;
        }
        synchronized (this) {
            if (piece.state != State.ASKED || closed) {
                room.give(piece.length);
                return;
            }
            piece.state = State.LOADING;
        }
        fetch(origin, shelf, piece);
    }

    /** Fetches a piece whose room is taken and whose state is LOADING. */
    private void fetch(ObjectOrigin origin, Shelf shelf, Piece piece) throws IOException {
        byte[] bytes = null;
        try {
            byte[] fetched = new byte[piece.length];
            reads.fetch(origin, piece.from, ByteBuffer.wrap(fetched));
            bytes = fetched;
        } finally {
            synchronized (this) {
                boolean wanted = bytes != null && piece.state == State.LOADING && !closed;
                piece.bytes = wanted ? bytes : null;
                if (wanted) {
                    piece.state = State.LOADED;
                } else {
                    piece.state = State.DROPPED;
                    shelf.pieces.remove(piece.from, piece);
                    room.give(piece.length);
                }
                notifyAll();
            }
        }
    }

    /** Reads what is here of {@code origin} at {@code position}; returns 0 if nothing is. */
    int read(ObjectOrigin origin, ByteBuffer into, long position) throws IOException {
        Shelf shelf;
        Piece piece;
        byte[] bytes;
        boolean mine = false;
        synchronized (this) {
            shelf = shelves.get(origin);
            piece = shelf == null ? null : at(shelf, position);
            if (shelf == null || piece == null) {
                return 0;
            }
            piece.touched = true;
            await(piece);
            if (piece.state == State.ASKED) {
                // Not on its way yet: fetched here, or, where there is no room, by whoever asks.
                mine = room.tryTake(piece.length);
                if (mine) {
                    piece.state = State.LOADING;
                } else {
                    drop(shelf, piece);
                }
            }
        }
        if (mine) {
            fetch(origin, shelf, piece);
        }
        synchronized (this) {
            bytes = piece.bytes;
            if (bytes == null) {
                return 0;
            }
        }
        int at = (int) (position - piece.from);
        int count = Math.min(into.remaining(), piece.length - at);
        into.put(bytes, at, count);
        used(shelf, piece, count);
        return count;
    }

    private synchronized void used(Shelf shelf, Piece piece, int count) {
        piece.used += count;
        if (piece.once && piece.used >= piece.length) {
            drop(shelf, piece);
        }
    }

    private static @Nullable Piece at(Shelf shelf, long position) {
        Map.Entry<Long, Piece> entry = shelf.pieces.floorEntry(position);
        return entry == null || position >= entry.getValue().from + entry.getValue().length ? null : entry.getValue();
    }

    private void await(Piece piece) throws IOException {
        try {
            while (piece.state == State.LOADING && !closed) {
                wait(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            throw ObjectReads.interrupted();
        }
    }

    /** Forgets a piece; one on its way is forgotten when it has come. */
    private void drop(Shelf shelf, Piece piece) {
        if (piece.state == State.LOADED) {
            room.give(piece.length);
        }
        piece.state = State.DROPPED;
        piece.bytes = null;
        shelf.pieces.remove(piece.from, piece);
    }

    /** Says that a worker opens {@code origin}; waits a little for the job that reads it, if that is about to know what. */
    void opened(ObjectOrigin origin) throws IOException {
        synchronized (this) {
            Shelf shelf = shelves.get(origin);
            if (shelf == null) {
                return;
            }
            shelf.open++;
            long begin = System.nanoTime();
            try {
                while (!shelf.found && shelf.jobsLeft > 0 && !closed && System.nanoTime() - begin < MOST_WAIT_NANOS) {
                    wait(LOOK_AGAIN_MILLIS);
                }
            } catch (InterruptedException e) {
                throw ObjectReads.interrupted();
            }
        }
    }

    /** Says that a worker closes {@code origin}: when none has it open, what of it was read is not read again. */
    synchronized void closed(ObjectOrigin origin) {
        Shelf shelf = shelves.get(origin);
        if (shelf != null && --shelf.open == 0) {
            for (Piece piece : List.copyOf(shelf.pieces.values())) {
                if (piece.touched) {
                    drop(shelf, piece);
                }
            }
        }
    }

    /** Takes down what one job wants. */
    private final class Asked implements Wanted {
        private final int turn;
        private final ObjectOrigin origin;
        private final Shelf shelf;
        private final List<Piece> later;
        private long to = -1;

        Asked(int turn, ObjectOrigin origin, Shelf shelf, List<Piece> later) {
            this.turn = turn;
            this.origin = origin;
            this.shelf = shelf;
            this.later = later;
        }

        @Override
        public void now(long begin, long end) throws IOException {
            if (end - begin > mostPiece || end <= begin) {
                return;
            }
            Piece piece = new Piece(begin, (int) (end - begin), false);
            synchronized (ReadAhead.this) {
                Piece there = shelf.pieces.get(begin);
                if (there != null && there.length == piece.length) {
                    return; // for another row group of the same file
                }
                put(shelf, piece);
            }
            try {
                load(turn, origin, shelf, piece);
            } catch (InterruptedException e) {
                throw ObjectReads.interrupted();
            }
        }

        @Override
        public void later(long begin, long end) {
            boolean joins = !later.isEmpty() && begin >= to && begin - to <= GAP;
            long at = joins ? to : begin;
            if (joins && later.get(later.size() - 1).length < mostPiece) {
                Piece last = later.remove(later.size() - 1);
                at = last.from;
            }
            for (; at < end; at += mostPiece) {
                later.add(new Piece(at, (int) Math.min(mostPiece, end - at), true));
            }
            to = end;
        }
    }

    /** Reads what has come already, without counting that as its use. */
    private final class PeekingInput implements Input {
        private final Input input;
        private final Shelf shelf;

        PeekingInput(Input input, Shelf shelf) {
            this.input = input;
            this.shelf = shelf;
        }

        @Override
        public long size() throws IOException {
            return input.size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (ReadAhead.this) {
                Piece piece = at(shelf, position);
                if (piece != null && piece.bytes != null) {
                    int at = (int) (position - piece.from);
                    int count = Math.min(into.remaining(), piece.length - at);
                    into.put(piece.bytes, at, count);
                    return count;
                }
            }
            return input.read(into, position);
        }

        @Override
        public void readFully(long position, byte[] bytes, int offset, int count) throws IOException {
            input.readFully(position, bytes, offset, count);
        }

        @Override
        public boolean bring(long from, long to) throws IOException {
            return input.bring(from, to);
        }

        @Override
        public void close() throws IOException {
            input.close();
        }
    }

    /** Ends it, and gives back all room. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            for (Shelf shelf : shelves.values()) {
                List.copyOf(shelf.pieces.values()).forEach(piece -> drop(shelf, piece));
            }
            notifyAll();
        }
        reads.ended(this);
        boolean interrupted = Thread.interrupted();
        threads.forEach(Thread::interrupt);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSING_MILLIS);
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
