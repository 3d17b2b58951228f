/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.scratch.Output;
import dev.marquetry.local.internal.scratch.Scratch;
import dev.marquetry.local.internal.source.Input;
import dev.marquetry.local.storage.ObjectUpload;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An output on its way into an upload, which takes bytes in their order only. A few pieces lie in memory, each at its place
 * in a ring; workers write into it by position and wait while their place lies behind it. The first piece that is not full
 * has its worker, who never has to wait: so somebody always goes on. A thread of its own sends full pieces; the last one
 * goes with {@link #finish}.
 */
final class UploadedOutput implements Output, AutoCloseable {
    static final int UNIT = 256 << 10;
    private static final int MOST_PIECE = 8 << 20;
    private static final int PIECES = 3;
    private static final long LOOK_AGAIN_MILLIS = 100;
    private static final long CLOSING_MILLIS = 3_000;

    private final ObjectUpload upload;
    private final MemoryBudget budget;
    private final MergeControl control;
    private final int pieceBytes;
    private final byte[][] ring;
    private final int[] filled = new int[PIECES];
    private final CRC32C crc = new CRC32C();
    private final SpillBuffer footer;
    private final byte[] head = new byte[OutputWriter.MAGIC.length];
    private final Thread sender;
    private final Function<IOException, MergeException> failed;
    private long footerBegin = Long.MAX_VALUE;
    private long written;
    private long next;
    private boolean sending;
    private boolean closed;
    private @Nullable MergeException failure;

    /** Begins to send to {@code upload}, made for pieces of {@link #pieceBytes}. */
    UploadedOutput(
            ObjectUpload upload,
            int pieceBytes,
            MemoryBudget budget,
            Place place,
            MergeControl control,
            Scratch scratch,
            Function<IOException, MergeException> failed) {
        this.failed = failed;
        this.upload = upload;
        this.budget = budget;
        this.control = control;
        this.pieceBytes = pieceBytes;
        budget.take(held(pieceBytes), place);
        boolean begun = false;
        try {
            ring = new byte[PIECES][pieceBytes];
            footer = new SpillBuffer(budget, place, scratch, "footer-sent", 0);
            sender = new Thread(this::send, "marquetry-sending");
            sender.setDaemon(true);
            sender.start();
            begun = true;
        } finally {
            if (!begun) {
                budget.give(held(pieceBytes));
            }
        }
    }

    /** Returns the bytes of one piece of the output of {@code plan} within {@code budget} bytes. */
    static int pieceBytes(MergePlan plan, long budget) {
        long most = Math.min(budget / 32, plan.carriedBytes() + plan.descriptionBytes());
        return (int) Math.min(MOST_PIECE, Math.max(UNIT, most / UNIT * UNIT));
    }

    /** Returns what an upload in pieces of {@code pieceBytes} holds in memory, the one in the hands of the store included. */
    static long held(int pieceBytes) {
        return (PIECES + 1L) * pieceBytes;
    }

    @Override
    public void write(long position, byte[] bytes, int offset, int count) throws IOException {
        write(position, ByteBuffer.wrap(bytes, offset, count));
    }

    @Override
    public void write(long position, ByteBuffer bytes) throws IOException {
        keep(position, bytes.duplicate());
        long at = position;
        while (bytes.hasRemaining()) {
            long piece = at / pieceBytes;
            awaitRoom(piece);
            int slot = (int) (piece % PIECES);
            int from = (int) (at % pieceBytes);
            int count = Math.min(bytes.remaining(), pieceBytes - from);
            bytes.get(ring[slot], from, count); // nobody sends the piece before these bytes are counted
            synchronized (this) {
                filled[slot] += count;
                written += count;
                if (filled[slot] == pieceBytes) {
                    notifyAll();
                }
            }
            at += count;
        }
    }

    private synchronized void awaitRoom(long piece) throws IOException {
        try {
            while (piece >= next + PIECES || failure != null || closed) {
                MergeException why = failure == null ? control.stopReason() : failure;
                if (why != null) {
                    throw why;
                }
                if (closed) {
                    throw new IOException("the upload was given up");
                }
                wait(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while the output was sent");
    }

    /** Keeps the first bytes and the footer, which are verified before the upload is complete. */
    private void keep(long position, ByteBuffer bytes) throws IOException {
        if (position < head.length) {
            bytes.duplicate().get(head, (int) position, Math.min(bytes.remaining(), head.length - (int) position));
        }
        if (position >= footerBegin) { // one thread writes it, in order
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            footer.write(copy, 0, copy.length);
        }
    }

    @Override
    public boolean isReadAgain() {
        return false;
    }

    @Override
    public void beginFooter(long position) {
        footerBegin = position;
    }

    @Override
    public void writeBack() {
        // the sender does it all the while
    }

    /** Returns once everything but the last piece was sent. */
    @Override
    public synchronized void sync() throws IOException {
        try {
            while (failure == null && (sending || filled[(int) (next % PIECES)] == pieceBytes)) {
                wait(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void send() {
        try {
            for (int slot = nextFull(); slot >= 0; slot = nextFull()) {
                send(slot, pieceBytes);
                control.check();
                sent(slot);
            }
        } catch (MergeException e) {
            fail(e);
        } catch (InterruptedException e) {
            fail(new MergeFailedException("Cannot write the output: the upload was interrupted", e));
        } catch (IOException e) {
            fail(failed.apply(e));
        }
    }

    private synchronized int nextFull() throws InterruptedException {
        int slot = (int) (next % PIECES);
        while (filled[slot] < pieceBytes && !closed) {
            wait();
        }
        sending = !closed;
        return closed ? -1 : slot;
    }

    private void send(int slot, int count) throws IOException, InterruptedException {
        crc.update(ring[slot], 0, count);
        upload.write(ByteBuffer.wrap(ring[slot], 0, count));
    }

    private synchronized void sent(int slot) {
        filled[slot] = 0;
        next++;
        sending = false;
        notifyAll();
    }

    private synchronized void fail(MergeException why) {
        sending = false;
        if (!closed) {
            failure = why;
            control.stop(why);
        }
        notifyAll();
    }

    /** Sends the last piece. Called once, by one thread, after {@link #sync}. Returns the CRC32C of all bytes. */
    int finish() throws IOException {
        stop();
        try {
            int slot = (int) (next % PIECES);
            if (filled[slot] > 0) {
                send(slot, filled[slot]);
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
        return (int) crc.getValue();
    }

    /** Returns how many bytes were written. */
    synchronized long written() {
        return written;
    }

    /** Returns the first bytes and the footer as they were sent, at their positions; good until this is closed. */
    Input kept() {
        return new Kept();
    }

    private final class Kept implements Input {
        @Override
        public long size() {
            return written();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            if (position < head.length) {
                int count = (int) Math.min(into.remaining(), head.length - position);
                into.put(head, (int) position, count);
                // Nobody looks at what is behind the magic.
                into.position(into.limit());
                return count;
            }
            long from = position - footerBegin;
            long to = Math.min(footer.length(), from + into.remaining());
            if (from < 0) {
                throw new IOException("byte " + position + " was not kept");
            }
            if (from >= to) {
                return -1;
            }
            footer.read(from, to, into::put);
            return (int) (to - from);
        }

        @Override
        public void readFully(long position, byte[] bytes, int offset, int count) throws IOException {
            throw new IOException("only the footer was kept");
        }

        @Override
        public boolean bring(long from, long to) {
            return true;
        }

        @Override
        public void close() {
            // belongs to the output
        }
    }

    private void stop() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        boolean interrupted = Thread.interrupted();
        sender.interrupt();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSING_MILLIS);
        while (sender.isAlive() && System.nanoTime() < end) {
            try {
                sender.join(LOOK_AGAIN_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        footer.close();
        budget.give(held(pieceBytes));
    }
}
